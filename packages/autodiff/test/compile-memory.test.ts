import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compile,
  compileStep,
  concatenate,
  cumsum,
  determinant,
  full,
  grad,
  linspace,
  matmul,
  pad,
  stack,
  take,
  tensor,
  toArrays,
  treeLeaves,
  type Tensor,
} from "../src/index.ts";
import { planMemory, type Request } from "../src/compile/memory.ts";
import { planOf } from "./compile-with.ts";
import { tensorPrograms, waves, type Program } from "./tensor-programs.ts";

describe("the memory plan", () => {
  const request: fc.Arbitrary<Request> = fc
    .record({
      bytes: fc.oneof(fc.constantFrom(32, 48, 64, 4096), fc.nat({ max: 5000 })),
      from: fc.oneof(fc.nat({ max: 20 }), fc.double({ min: 0, max: 20, noNaN: true })),
      length: fc.oneof(fc.constantFrom(0, 1, Infinity), fc.double({ min: 0, max: 10, noNaN: true })),
    })
    .map(({ bytes, from, length }) => ({ bytes, from, to: from + length }));

  it("gives no byte to two at a time", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60, size: "max" }), (requests) => {
        const { offsets, bytes } = planMemory(requests);
        const places = requests.map((each, index) => ({ ...each, start: offsets[index] as number }));
        for (const [index, a] of places.entries()) {
          expect(a.start % 16).toBe(0);
          expect(a.start).toBeGreaterThanOrEqual(0);
          expect(a.start + a.bytes).toBeLessThanOrEqual(bytes);
          for (const b of places.slice(index + 1)) {
            const together = a.from <= b.to && b.from <= a.to;
            const overlap = a.start < b.start + b.bytes && b.start < a.start + a.bytes;
            if (together && overlap) expect.fail(`${JSON.stringify(a)} and ${JSON.stringify(b)}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("reuses what is free: a chain of steps needs the memory of two", () => {
    const requests = Array.from({ length: 100 }, (_, step) => ({ bytes: 1000, from: step, to: step + 1 }));
    expect(planMemory(requests).bytes).toBe(2 * 1008);
  });

  it("of a long program holds what is needed at one time, not all that it computes", () => {
    const layers = (depth: number) => (x: Tensor) => {
      let value = x;
      for (let layer = 0; layer < depth; layer++) value = matmul(value, x).tanh();
      return value;
    };
    const x = full([100, 100], 0.01);
    expect(planOf(layers(40), [x]).pages).toBe(planOf(layers(3), [x]).pages);
  });

  it("lays nothing over what a later stage still writes to, even if nobody reads it", () => {
    const f = (x: Tensor): Tensor[] => {
      const total = x.sum();
      // The second half is written before the total is known, the first after it; all that is used of it is empty.
      const whole = concatenate([x.mul(total), x]);
      const shifted = x.sub(total);
      return [whole.slice([0, 0]), shifted.mul(shifted.sum())];
    };
    for (const count of [3, 8, 51]) {
      const x = linspace(1, count, count);
      expect(toArrays(compile(f)(x))).toEqual(toArrays(compile(f, { webAssembly: false })(x)));
    }
  });
});

/** Bits: signed zeros and everything that rounding leaves. */
function expectSame(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  actual.forEach((value, index) => {
    const [a, b] = [value.data, (expected[index] as Tensor).data];
    for (let i = 0; i < b.length; i++)
      if (!Object.is(a[i], b[i])) expect.fail(`element ${i} of result ${index}: ${a[i]} and then ${b[i]}`);
  });
}

describe("a run leaves nothing behind", () => {
  const run = (program: Program, f: (inputs: Tensor[]) => unknown): void => {
    const compiled = compile(f);
    const results = (example: number): Tensor[] => treeLeaves(compiled(program.inputs(example)));
    const first = results(0);
    const other = results(1);
    expectSame(results(0), first);
    expectSame(results(1), other);
    // A program of its own has never seen anything else.
    expectSame(treeLeaves(compile(f)(program.inputs(1))), other);
  };

  it.each(["f64", "mixed"] as const)(
    "that changes the next one: random programs in %s",
    (mode) => {
      fc.assert(
        fc.property(tensorPrograms({ mode, reverse: true }), fc.boolean(), (program, differentiates) =>
          run(program, differentiates ? grad(program.summary) : program.run),
        ),
        { numRuns: 60 },
      );
    },
    60_000,
  );

  it("around embedded windows, whose zeros nobody writes", () => {
    const f = compile((x: Tensor, y: Tensor): Tensor => {
      const wide = pad(x, [[2, 3]]).add(pad(y, [[4, 1]]));
      return pad(wide.exp().slice([2, 5]), [[1, 1]]).add(wide.sum());
    });
    const [x, y] = [tensor([1, 2, 3]), tensor([40, 50, 60])];
    const before = f(x, y).toArray();
    f(y, x);
    f(tensor([NaN, Infinity, 0]), y);
    expect(f(x, y).toArray()).toEqual(before);
  });

  it("in another compiled function, called in turns", () => {
    const f = compile((x: Tensor) => [
      cumsum(x),
      x.square().sum(),
      matmul(x, x.reshape([1, x.size]).transpose()),
    ]);
    const g = compile((x: Tensor) => [cumsum(x.exp()), x.max(), pad(x, 3)]);
    const [x, y] = [waves([50], 1, "f64"), waves([50], 2, "f64")];
    const [first, second] = [treeLeaves(f(x)), treeLeaves(g(y))];
    for (let round = 0; round < 3; round++) {
      expectSame(treeLeaves(f(x)), first);
      expectSame(treeLeaves(g(y)), second);
      g(x);
      f(y);
    }
  });

  it("when a later run goes where another specialisation was", () => {
    const f = compile((x: Tensor) => cumsum(pad(x.square(), 2)).mul(x.sum()), { cacheSize: 1 });
    const sizes = [100, 7, 100, 33, 7];
    const expected = (size: number): unknown => {
      const x = waves([size], 0, "f64");
      return compile((z: Tensor) => cumsum(pad(z.square(), 2)).mul(z.sum()))(x).toArray();
    };
    for (const size of sizes) expect(f(waves([size], 0, "f64")).toArray()).toEqual(expected(size));
  });

  it("when a run ended in an error", () => {
    const f = compile((x: Tensor) =>
      x
        .square()
        .sum()
        .mul(determinant(x.add(1)))
        .add(matmul(x, x)),
    );
    const g = compile((x: Tensor, index: Tensor) =>
      x
        .mul(2)
        .add(take(stack([x, x]), index))
        .sum(),
    );
    const x = tensor([
      [1, 2],
      [3, 5],
    ]);
    const [before, sum] = [f(x).toArray(), g(tensor([1, 2]), tensor([0], { dtype: "i32" })).item()];
    expect(() => g(tensor([1, 2]), tensor([7], { dtype: "i32" }))).toThrow();
    expect(f(x).toArray()).toEqual(before);
    expect(g(tensor([1, 2]), tensor([0], { dtype: "i32" })).item()).toBe(sum);
  });
});

describe("a state replaced in place", () => {
  const close = (actual: Tensor, expected: Tensor, what: string): void => {
    expected.data.forEach((value, index) => {
      const found = actual.data[index] as number;
      if (!Object.is(found, value) && !(Math.abs(found - value) <= 1e-9 * Math.max(1, Math.abs(value))))
        expect.fail(`${what}, element ${index}: ${found} instead of ${value}`);
    });
  };

  it("is what the step says, however its parts are mixed with each other and with the output", () => {
    fc.assert(
      fc.property(tensorPrograms({ mode: "f64", reverse: false }), fc.nat({ max: 5 }), (program, form) => {
        /** Every part becomes something computed, another part, a mixture with it, or moves a little. */
        const step = (state: Tensor[], x: Tensor): readonly [Tensor[], Tensor[]] => {
          const outputs = program.run(state);
          const next = state.map((part, index) => {
            const like = (other: Tensor): boolean =>
              other.dtype === part.dtype && other.shape.join() === part.shape.join();
            const other = state[(index + form) % state.length] as Tensor;
            const computed = outputs.find(like);
            if (form % 3 === 0 && computed !== undefined)
              return computed.div(computed.square().add(1).sqrt());
            if (!like(other)) return form % 2 === 1 ? part.mul(0.9) : part.sub(x);
            return form % 2 === 1 ? other : other.mul(0.5).add(part.mul(0.25)).add(x);
          });
          return [next, form > 3 ? [...outputs, ...state] : outputs];
        };
        let state = program.inputs();
        const compiled = compileStep<Tensor[], [Tensor], Tensor[]>(step, state);
        for (let turn = 0; turn < 3; turn++) {
          fc.pre(program.margins(state).jump > 1e-7);
          const x = tensor(0.01 * turn);
          const [next, outputs] = step(state, x);
          compiled(x).forEach((value, index) => close(value, outputs[index] as Tensor, `output ${index}`));
          compiled.state.forEach((value, index) => close(value, next[index] as Tensor, `part ${index}`));
          state = next;
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
