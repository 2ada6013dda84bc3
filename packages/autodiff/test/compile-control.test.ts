import { describe, expect, it } from "vitest";
import {
  compile,
  compileStep,
  cond,
  determinant,
  fori,
  full,
  grad,
  hessian,
  jvp,
  linspace,
  scan,
  solve,
  stack,
  take,
  tensor,
  treeLeaves,
  vmap,
  whileLoop,
  type Tensor,
} from "../src/index.ts";
import { compileWith } from "./compile-with.ts";
import { waves } from "./tensor-programs.ts";

const close = (actual: unknown, expected: unknown, accepted = 1e-12): void => {
  const [a, b] = [treeLeaves(actual), treeLeaves(expected)] as [Tensor[], Tensor[]];
  expect(a.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    b.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  a.forEach((value, index) => {
    const other = (b[index] as Tensor).data;
    value.data.forEach((x, i) => {
      const y = other[i] as number;
      if (!Object.is(x, y))
        expect(Math.abs(x - y), `${x} for ${y}`).toBeLessThanOrEqual(accepted * Math.max(1, Math.abs(y)));
    });
  });
};

type Run = (x: Tensor, w: Tensor) => Tensor;
const rows = waves([5, 4], 1, "f64");
const weights = waves([4], 2, "f64");

/** For every row another loop, over its elements. */
const nested: Run = (x, w) =>
  scan<Tensor, Tensor, Tensor>(
    (carry, row) => {
      const [inner, trace] = scan<Tensor, Tensor, Tensor>(
        (z, each) => [z.mul(0.5).add(each).sin(), z.mul(each)],
        carry.sum().mul(0.1),
        row.mul(w),
      );
      return [carry.mul(0.9).add(trace).mul(inner.add(1)), trace.sum()];
    },
    w,
    x,
  )[1].sum();

/** A loop in a branch in a loop. */
const branched: Run = (x, w) =>
  fori<Tensor>(
    0,
    4,
    (k, z) =>
      cond<[Tensor], Tensor>(
        k.equal(2),
        (a) => scan<Tensor, Tensor, readonly never[]>((c, row) => [c.mul(row).add(0.3), []], a, x)[0],
        (a) => a.mul(w).tanh(),
        z,
      ),
    w,
  ).sum();

/** The same function as the body of two loops, one after the other. */
const shared: Run = (x, w) => {
  const body = (c: Tensor, row: Tensor): [Tensor, Tensor] => [c.mul(0.5).add(row).sin(), c.mul(w)];
  const [first, trace] = scan<Tensor, Tensor, Tensor>(body, w, x);
  const [second, other] = scan<Tensor, Tensor, Tensor>(body, first, trace, { reverse: true });
  return second.mul(other.sum({ axis: 0 })).sum();
};

/** Whose carries change places in every turn. */
const swapped: Run = (x, w) => {
  const [[a, b, c]] = scan<[Tensor, Tensor, Tensor], Tensor, readonly never[]>(
    ([p, q, r], row) => [[q, r, p.mul(0.5).add(row)], []],
    [w, w.mul(2), w.sub(1)],
    x,
  );
  return a.mul(b).add(c).sum();
};

const loops: Readonly<Record<string, Run>> = { nested, branched, shared, swapped };

describe.each(Object.entries(loops))("compiled loops, %s,", (_, f) => {
  const inX = (x: Tensor): Tensor => f(x, weights);
  const inW = (w: Tensor): Tensor => f(rows, w);

  it("give the value, with and without fused multiplication", () => {
    close(compile(f)(rows, weights), f(rows, weights));
    close(compileWith(f, { fma: false })(rows, weights), f(rows, weights));
  });

  it("have their derivatives in both modes, mixed and of second order", () => {
    close(compile(grad(inX))(rows), grad(inX)(rows));
    close(compile(grad(inW))(weights), grad(inW)(weights));
    const push = (x: Tensor): Tensor => jvp(inX)(x, x.mul(0.3).add(1))[1];
    close(compile(push)(rows), push(rows));
    close(compile(hessian(inW))(weights), hessian(inW)(weights), 1e-11);
  });

  it("are mapped over a batch, and so are their gradients", () => {
    const batch = stack([rows, rows.mul(0.7), rows.sub(0.2)]);
    close(compile(vmap(inX))(batch), stack([0, 1, 2].map((k) => inX(batch.slice(k)))));
    close(compile(vmap(grad(inX)))(batch), stack([0, 1, 2].map((k) => grad(inX)(batch.slice(k)))));
    close(
      compile(grad((x: Tensor) => vmap(inX)(x).square().sum()))(batch),
      grad((x: Tensor) => vmap(inX)(x).square().sum())(batch),
    );
  });

  it("walk along one row and none", () => {
    for (const count of [1, 0]) {
      const few = rows.slice([0, count]);
      const at = (w: Tensor): Tensor => f(few, w);
      close(compile(f)(few, weights), f(few, weights));
      close(compile(grad(at))(weights), grad(at)(weights));
      close(compile(grad((x: Tensor) => f(x, weights)))(few), grad((x: Tensor) => f(x, weights))(few));
      const product = (w: Tensor): Tensor => jvp(grad(at))(w, w.mul(0).add(1))[1];
      close(compile(product)(weights), product(weights));
    }
  });
});

describe("a loop without turns", () => {
  it("of integers beside floats has second derivatives", () => {
    const f = (x: Tensor): Tensor => {
      const [z] = fori<[Tensor, Tensor]>(0, 0, (_, [a, n]) => [a.mul(2), n.add(1)], [
        x,
        full([3], 1).cast("i32"),
      ]);
      return z.exp().sum();
    };
    const product = (x: Tensor): Tensor => jvp(grad(f))(x, tensor([1, 1, 1]))[1];
    const x = tensor([0.3, -0.2, 0.5]);
    close(compile(product)(x), x.exp());
  });
});

describe("conditions inside loops of unknown length", () => {
  const collatz = (start: Tensor): Tensor =>
    whileLoop<[Tensor, Tensor]>(
      ([n]) => n.greater(1),
      ([n, steps]) => [
        cond<[Tensor], Tensor>(
          n.mul(0.5).floor().mul(2).equal(n),
          (even) => even.mul(0.5),
          (odd) =>
            scan<Tensor, Tensor, readonly never[]>(
              (c, k) => [c.mul(k).add(k.equal(3)), []],
              odd,
              tensor([3, 1]),
            )[0],
          n,
        ),
        steps.add(1),
      ],
      [start, tensor(0)],
    )[1];

  it("choose anew in every turn", () => {
    const compiled = compile(collatz);
    // Steps that 3n + 1 needs to come to 1, from the On-Line Encyclopedia of Integer Sequences, A006577.
    const published = [0, 1, 7, 2, 5, 8, 16, 3, 19, 6, 14, 9, 9, 17, 17, 4, 12, 20, 20, 7];
    expect(published.map((_, index) => compiled(index + 1).item())).toEqual(published);
    expect(compiled(27).item()).toBe(111);
  });

  it("stop for each member of a batch by itself", () => {
    expect(compile(vmap(collatz))(linspace(1, 8, 8)).toArray()).toEqual([0, 1, 7, 2, 5, 8, 16, 3]);
  });
});

describe("loops that ask the host", () => {
  const matrices = stack(
    [0, 1, 2].map((k) =>
      tensor([
        [2 + k, 1],
        [0.5, 3],
      ]),
    ),
  );

  it("for a decomposition in every turn", () => {
    const f = (x: Tensor): Tensor =>
      scan<Tensor, Tensor, Tensor>((c, a) => [c.mul(determinant(a)).sqrt(), determinant(a.mul(c))], 1, x)[1];
    close(compile(f)(matrices), f(matrices));
    const total = (x: Tensor): Tensor => f(x).sum();
    close(compile(grad(total))(matrices), grad(total)(matrices));
  });

  it("throw what it throws, and run again afterwards", () => {
    const f = (x: Tensor, right: Tensor): Tensor =>
      scan<Tensor, Tensor, Tensor>((c, a) => [solve(a, c), c.mul(2)], right, x)[0];
    const compiled = compile(f);
    const right = tensor([1, 2]);
    const before = compiled(matrices, right).toArray();
    const singular = stack([
      tensor([
        [2, 1],
        [1, 3],
      ]),
      tensor([
        [1, 2],
        [2, 4],
      ]),
    ]);
    const three = stack([
      ...singular,
      tensor([
        [1, 0],
        [0, 1],
      ]),
    ]);
    expect(() => compiled(three, right)).toThrow("singular");
    expect(compiled(matrices, right).toArray()).toEqual(before);
    close(compiled(matrices, right), f(matrices, right));
  });

  it("throw from a branch only when it is taken", () => {
    const pick = compile((x: Tensor, i: Tensor) =>
      cond<[Tensor], Tensor>(
        i.less(3),
        (a) => take(a, i),
        (a) => a.sum(),
        x,
      ),
    );
    const x = tensor([1, 2, 4]);
    const at = (i: number): number => pick(x, tensor(i, { dtype: "i32" })).item();
    expect([at(0), at(2), at(3)]).toEqual([1, 4, 7]);
    expect(() => at(-4)).toThrow();
    expect(at(1)).toBe(2);
  });

  it("leave the state of a step as it was", () => {
    const step = compileStep(
      (state: Tensor, a: Tensor) => {
        const next = fori<Tensor>(0, 3, (_, z) => solve(a, z), state);
        return [next, next.sum()] as const;
      },
      tensor([1, 2]),
    );
    const regular = tensor([
      [2, 0],
      [0, 4],
    ]);
    step(regular);
    const state = step.state.toArray();
    expect(state).toEqual([1 / 8, 2 / 64]);
    expect(() =>
      step(
        tensor([
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toThrow("singular");
    expect(step.state.toArray()).toEqual(state);
    step(regular);
    expect(step.state.toArray()).toEqual([1 / 64, 2 / 4096]);
  });
});
