import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compile,
  compileStep,
  concatenate,
  cond,
  cumsum,
  DifferentiationError,
  DTypeError,
  flip,
  full,
  grad,
  LinearAlgebraError,
  matmul,
  scan,
  ShapeError,
  sort,
  solve,
  stack,
  take,
  tensor,
  toArrays,
  treeLeaves,
  where,
  type Tensor,
} from "../src/index.ts";
import { disassemble } from "./disassemble.ts";
import { States } from "../src/compile/states.ts";
import { planOf } from "./compile-with.ts";
import { toText } from "./module-text.ts";

const ways = [
  ["compiled", { webAssembly: true }],
  ["interpreted", { webAssembly: false }],
] as const;

const pair = (): [Tensor, Tensor] => [tensor([1, 2, 3]), tensor([4, 5, 6])];

describe.each(ways)("a step keeps its state, %s", (_, options) => {
  it("and gives its output, one step per call or many", () => {
    const mean = compileStep(
      ({ count, sum }: { count: Tensor; sum: Tensor }, x: Tensor) => {
        const next = { count: count.add(1), sum: sum.add(x) };
        return [next, next.sum.div(next.count)];
      },
      { count: 0, sum: 0 },
      options,
    );
    expect(mean(1).item()).toBe(1);
    expect(mean(2).item()).toBe(1.5);
    expect(mean.repeat(2, 3).item()).toBe(2.25);
    expect(toArrays(mean.state)).toEqual({ count: 4, sum: 9 });
    mean.state = { count: 1, sum: 10 };
    expect(mean(0).item()).toBe(5);
    mean.reset();
    expect(toArrays(mean.state)).toEqual({ count: 0, sum: 0 });
    mean.reset({ count: 9, sum: 0 });
    expect(mean(10).item()).toBe(1);
  });

  it("when what it hands on trades places", () => {
    const step = compileStep(([a, b]: [Tensor, Tensor]) => [[b, a], a], pair(), options);
    expect(step().toArray()).toEqual([1, 2, 3]);
    expect(toArrays(step.state)).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(step.repeat(3).toArray()).toEqual([4, 5, 6]);
    expect(toArrays(step.state)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("when it goes round in a ring of three", () => {
    const step = compileStep(
      ([a, b, c]: [Tensor, Tensor, Tensor]) => [
        [b, c, a],
        [a, c],
      ],
      [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])],
      options,
    );
    expect(toArrays(step())).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(toArrays(step.repeat(4))).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect(toArrays(step.state)).toEqual([
      [5, 6],
      [1, 2],
      [3, 4],
    ]);
  });

  it("when one part grows by another that takes its old value (Fibonacci)", () => {
    const step = compileStep(([a, b]: [Tensor, Tensor]) => [[a.add(b), a], b], [1, 0], options);
    expect(Array.from({ length: 8 }, () => step().item())).toEqual([0, 1, 1, 2, 3, 5, 8, 13]);
    expect(step.repeat(10).item()).toBe(1597);
  });

  it("when parts are handed on, set to a constant or to an input, doubled or not read at all", () => {
    const step = compileStep(
      (s: Record<"kept" | "constant" | "scalar" | "given" | "doubled" | "twin", Tensor>, x: Tensor) => [
        {
          kept: s.kept,
          constant: tensor([7, 8]),
          scalar: tensor(9),
          given: x,
          doubled: s.given.mul(2),
          twin: s.given.mul(2),
        },
        [s.kept, s.given, s.constant, s.scalar],
      ],
      {
        kept: tensor([1, 2]),
        constant: tensor([0, 0]),
        scalar: 0,
        given: tensor([3, 4]),
        doubled: tensor([0, 0]),
        twin: tensor([0, 0]),
      },
      options,
    );
    expect(toArrays(step(tensor([5, 6])))).toEqual([[1, 2], [3, 4], [0, 0], 0]);
    expect(toArrays(step.state)).toEqual({
      kept: [1, 2],
      constant: [7, 8],
      scalar: 9,
      given: [5, 6],
      doubled: [6, 8],
      twin: [6, 8],
    });
    expect(toArrays(step(Float64Array.of(0, 1)))).toEqual([[1, 2], [5, 6], [7, 8], 9]);
  });

  it("when the new value is the old one read in another order", () => {
    const start = Array.from({ length: 11 }, (_, i) => i);
    const step = compileStep(
      (x: Tensor) => [concatenate([x.slice([1]), x.slice([0, 1])]), x.slice(0)],
      tensor(start),
      options,
    );
    expect(Array.from({ length: 5 }, () => step().item())).toEqual([0, 1, 2, 3, 4]);
    expect(step.repeat(11).item()).toBe(4);
    const matrix = compileStep(
      (x: Tensor) => [x.transpose().add(x), x.sum({ axis: 0 })],
      tensor([
        [0, 1],
        [2, 3],
      ]),
      options,
    );
    expect(matrix().toArray()).toEqual([2, 4]);
    expect(toArrays(matrix.state)).toEqual([
      [0, 3],
      [3, 6],
    ]);
  });

  it("when sums and larger wholes of the old values are made beside the new ones", () => {
    const step = compileStep(
      ([a, b]: [Tensor, Tensor]) => [
        [b.mul(2), b],
        [a.sum(), a.square().sum(), concatenate([a, b]), a.max()],
      ],
      pair(),
      options,
    );
    expect(toArrays(step())).toEqual([6, 14, [1, 2, 3, 4, 5, 6], 3]);
    expect(toArrays(step())).toEqual([30, 308, [8, 10, 12, 4, 5, 6], 12]);
    const scalars = compileStep(
      ([a, b]: [Tensor, Tensor]) => [[b.mul(2), b], stack([a, b, a])],
      [1, 3],
      options,
    );
    expect(scalars().toArray()).toEqual([1, 3, 1]);
    expect(scalars().toArray()).toEqual([6, 3, 6]);
  });

  it("of every dtype, scalars and tensors without elements", () => {
    const initial = {
      narrow: tensor([0.1, 0.2], { dtype: "f32" }),
      whole: tensor([1, 2, 3], { dtype: "i32" }),
      mask: tensor([true, false]),
      flag: true,
      empty: full([0, 3], 0),
      number: 2,
    };
    const step = compileStep(
      (s: { [K in keyof typeof initial]: Tensor }) => [
        {
          narrow: s.narrow.mul(2),
          whole: s.whole.add(tensor([1, 1, 1], { dtype: "i32" })),
          mask: s.mask.logicalNot(),
          flag: s.flag.logicalNot(),
          empty: s.empty.add(1),
          number: where(s.flag, s.number.square(), s.number),
        },
        [s.mask, s.empty],
      ],
      initial,
      options,
    );
    expect(toArrays(step())).toEqual([[true, false], []]);
    step.repeat(2);
    const { state } = step;
    expect(treeLeaves(state).map(({ dtype }) => dtype)).toEqual(["f32", "i32", "bool", "bool", "f64", "f64"]);
    expect(toArrays(state)).toEqual({
      narrow: [Math.fround(0.1) * 8, Math.fround(0.2) * 8],
      whole: [4, 5, 6],
      mask: [false, true],
      flag: false,
      empty: [],
      number: 16,
    });
  });

  it.each([1, 3])(
    "for inputs of any shapes, one after the other, with %d programs at a time",
    (cacheSize) => {
      const step = compileStep(
        ({ total, steps }: { total: Tensor; steps: Tensor }, x: Tensor) => [
          { total: total.add(x.sum()), steps: steps.add(1) },
          x.mul(total),
        ],
        { total: 0, steps: 0 },
        { ...options, cacheSize },
      );
      let total = 0;
      for (let round = 0; round < 30; round++) {
        const size = (round * 7) % 5;
        expect(step(full([size], 2)).toArray()).toEqual(new Array(size).fill(2 * total));
        total += 2 * size;
      }
      expect(toArrays(step.state)).toEqual({ total, steps: 30 });
    },
  );

  it("as it was, when a step throws", () => {
    const values = tensor([10, 20, 30]);
    const step = compileStep(
      ({ before, index, after }: Record<"before" | "index" | "after", Tensor>) => {
        const next = { before: before.add(1), index: index.add(1), after };
        const taken = take(values, next.index.cast("i32"));
        return [{ ...next, after: taken.add(before) }, taken];
      },
      { before: 1, index: -1, after: 0 },
      options,
    );
    expect(step().item()).toBe(10);
    expect(step.repeat(2).item()).toBe(30);
    const kept = { before: 4, index: 2, after: 33 };
    expect(toArrays(step.state)).toEqual(kept);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => step()).toThrow(ShapeError);
      expect(toArrays(step.state)).toEqual(kept);
    }
    step.state = { ...step.state, index: 0 };
    expect(step().item()).toBe(20);
    // Of many steps at once, those before the one that failed count.
    expect(() => step.repeat(5)).toThrow(ShapeError);
    expect(toArrays(step.state)).toEqual({ before: 6, index: 2, after: 35 });
  });

  it("as it was, when a kernel finds its operands singular", () => {
    const step = compileStep(
      ({ matrix, count }: { matrix: Tensor; count: Tensor }) => {
        const next = { matrix: matrix.sub(1), count: count.add(1) };
        return [next, solve(next.matrix, tensor([1, 1])).add(next.count)];
      },
      {
        matrix: tensor([
          [2, 1],
          [1, 3],
        ]),
        count: 0,
      },
      options,
    );
    expect(step().toArray()).toEqual([2, 1.5]);
    step.state = { matrix: full([2, 2], 2), count: 5 };
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => step()).toThrow(LinearAlgebraError);
      expect(toArrays(step.state)).toEqual({
        matrix: [
          [2, 2],
          [2, 2],
        ],
        count: 5,
      });
    }
  });

  it("whose gradient descent is that of the function it was made from", () => {
    const x = tensor([
      [1, 2],
      [3, -1],
      [0.5, 0.25],
    ]);
    const y = tensor([1, 0, 2]);
    const loss = (w: Tensor): Tensor => matmul(x, w).sub(y).square().sum();
    const step = compileStep(
      ({ w, momentum }: { w: Tensor; momentum: Tensor }) => {
        const speed = momentum.mul(0.9).add(grad(loss)(w));
        return [{ w: w.sub(speed.mul(0.01)), momentum: speed }, loss(w)];
      },
      { w: tensor([0, 0]), momentum: tensor([0, 0]) },
      options,
    );
    let [w, momentum] = [tensor([0, 0]), tensor([0, 0])];
    for (let round = 0; round < 20; round++) {
      const value = loss(w).item();
      momentum = momentum.mul(0.9).add(grad(loss)(w));
      w = w.sub(momentum.mul(0.01));
      expect(step().item()).toBeCloseTo(value, 12);
    }
    step.state.w.data.forEach((value, index) => {
      expect(value).toBeCloseTo(w.data[index] as number, 12);
    });
  });

  it("also when its inputs and outputs are written and read in place", () => {
    const step = compileStep(
      (s: Tensor, x: Tensor) => [s.add(x), { sum: s.add(x).sum(), sign: s.greater(2) }],
      tensor([0, 0]),
      options,
    );
    const {
      inputs: [x],
      outputs,
      run,
    } = step.inPlace(tensor([0, 0]));
    expect(step(tensor([1, 1])).sum.item()).toBe(2);
    x.set([1, 2]);
    run();
    expect([...outputs.sum, ...outputs.sign]).toEqual([5, 0, 0]);
    run(2);
    expect([...outputs.sum, ...outputs.sign]).toEqual([11, 1, 1]);
    expect(toArrays(step.state)).toEqual([4, 7]);
    expect(step(tensor([1, 1])).sum.item()).toBe(13);
    run();
    expect(outputs.sum[0]).toBe(16);
  });

  it("and refuses one of another kind, and derivatives", () => {
    const step = compileStep(({ a }: { a: Tensor }) => [{ a: a.mul(2) }, a], { a: tensor([1, 2]) }, options);
    expect(() => (step.state = { a: tensor([1, 2, 3]) })).toThrow(ShapeError);
    expect(() => (step.state = { a: tensor([1, 2, 3]) })).toThrow("a state at a must have shape [2]: [3]");
    expect(() => (step.state = { a: tensor([1, 2], { dtype: "f32" }) })).toThrow(DTypeError);
    expect(() => (step.state = [tensor([1, 2])] as never)).toThrow("[a]: [0]");
    expect(() => step.repeat(0)).toThrow(ShapeError);
    expect(() => grad((x: Tensor) => x.mul(step().sum()))(1)).toThrow(DifferentiationError);
    expect(() => compile((x: Tensor) => x.mul(step().sum()))(1)).toThrow(
      "call the function it was made from",
    );
    expect(toArrays(step.state)).toEqual({ a: [1, 2] });
    const grows = compileStep((s: Tensor) => [stack([s, s]), s], 1, options);
    expect(() => grows()).toThrow("the next state must have shape []: [2]");
    const widens = compileStep((s: Tensor) => [s.cast("f64"), s], tensor(1, { dtype: "f32" }), options);
    expect(() => widens()).toThrow("the next state must have dtype f32: f64");
    const loose = compileStep(((s: Tensor) => s) as never, 1, options);
    expect(() => loose()).toThrow("an array of two");
  });
});

describe("compiled steps of any kind", () => {
  /** What the next value of a part may be, made of all parts, an input and a matrix that makes kernels. */
  const moves: ((parts: readonly Tensor[], x: Tensor, i: number, j: number) => Tensor)[] = [
    (s, _, i) => s[i] as Tensor,
    (s, _, i, j) => (s[i] as Tensor).sub((s[j] as Tensor).mul(0.5)),
    (s, x, i) => (s[i] as Tensor).mul(0.5).add(x),
    (s, _, i) => flip(s[i] as Tensor),
    (s, _, i, j) => (s[i] as Tensor).mul(0.1).add((s[j] as Tensor).sum().mul(0.01)),
    (s, _, i, j) => (s[i] as Tensor).mul((s[j] as Tensor).square().sum().add(1).sqrt().pow(-1)),
    (s, _, i, j) => concatenate([(s[i] as Tensor).slice([2]), (s[j] as Tensor).slice([0, 2])]),
    (s, x, i) =>
      matmul(x.slice([0, 3]).reshape([3, 1]).mul(0.1), (s[i] as Tensor).slice([0, 1]).reshape([1, 1]))
        .reshape([3])
        .sum()
        .add(s[i] as Tensor),
    (_, x) => x,
    (s, x, i) => scan((c, e: Tensor) => [c.mul(0.5).add(e), c], x.slice(0), s[i] as Tensor)[1],
    (s, x, i, j) =>
      cond(
        (s[i] as Tensor).sum().greater(0),
        (a: Tensor, b: Tensor) => a.add(b),
        (a: Tensor) => flip(a),
        s[i] as Tensor,
        s[j] as Tensor,
      ).mul(x.slice(1).mul(0.5)),
    (s, _, i) => cumsum(sort(s[i] as Tensor)).mul(0.1),
    (s) => tensor(Array.from({ length: (s[0] as Tensor).size }, (_, k) => k)),
    (s, _, i) => (s[i] as Tensor).slice([0, 1]).broadcastTo((s[i] as Tensor).shape),
  ];
  const index = fc.nat(2);
  const next = fc.record({ move: fc.nat(moves.length - 1), i: index, j: index });

  it("do as the function does", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 5, 8, 33),
        fc.constantFrom("f64" as const, "f32" as const),
        fc.array(next, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 4 }),
        (size, dtype, plan, count) => {
          const wave = (seed: number): Tensor =>
            tensor(
              Array.from({ length: size }, (_, k) => Math.sin(seed + 1.7 * k)),
              { dtype },
            );
          const f = (s: readonly Tensor[], x: Tensor): [Tensor[], Tensor[]] => [
            plan.map(({ move, i, j }) => (moves[move] as (typeof moves)[0])(s, x, i, j).cast(dtype)),
            [s[0] as Tensor, (s[1] as Tensor).slice([1, 3]), (s[2] as Tensor).sum()],
          ];
          const initial = [wave(1), wave(2), wave(3)];
          const x = wave(4);
          const step = compileStep(f, initial);
          const output = step.repeat(count, x);
          let expected: [Tensor[], Tensor[]] = [initial, []];
          for (let done = 0; done < count; done++) expected = f(expected[0], x);
          const [actual, wanted] = [
            [...step.state, ...output],
            [...expected[0], ...expected[1]],
          ].map((all) => all.flatMap((value) => [...value.data]));
          const unit = dtype === "f64" ? 1e-14 : 1e-5;
          (wanted as number[]).forEach((value, k) => {
            expect(Math.abs((actual?.[k] as number) - value)).toBeLessThanOrEqual(
              unit * (1 + Math.abs(value)) * size,
            );
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  /** Instructions that move a state at the end of a run. */
  const copies = (f: (...args: Tensor[]) => unknown, args: Tensor[], states: number): number =>
    toText(disassemble(planOf(f, args, { states: new States(states) }).bytes)).split("memory.copy").length -
    1;

  it("update in place where only the same element is read", () => {
    const [w, m, x] = [full([100], 1), full([100], 0), full([100], 3)];
    const update = (a: Tensor, b: Tensor, c: Tensor): Tensor[] => {
      const moment = b.mul(0.9).add(c);
      return [a.sub(moment.mul(0.1)), moment, a.mul(c).sum()];
    };
    expect(copies(update, [w, m, x], 2)).toBe(0);
    // Both are read before either is written.
    expect(copies((a, b) => [b, a], [w, m], 2)).toBe(0);
    expect(copies((a) => [a, a.sum()], [w], 1)).toBe(0);
    // The reversed elements are still needed when the first ones would be overwritten.
    expect(copies((a) => [flip(a).mul(2)], [w], 1)).toBe(1);
    // The sum of the new values is there only after all old ones are gone, which are wanted again then.
    expect(copies((a) => [a.mul(2), a.mul(a.mul(2).sum())], [w], 1)).toBe(1);
  });
});
