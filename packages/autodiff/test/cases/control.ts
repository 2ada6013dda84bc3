import {
  checkpoint,
  cond,
  customDerivative,
  fori,
  scan,
  stack,
  stopGradient,
  whileLoop,
  type Tensor,
} from "../../src/index.ts";
import type { OpCase } from "./case.ts";

/** Horner's rule as a loop over the coefficients; what it captures, x, moves too. */
const polynomial = (x: Tensor, coefficients: Tensor): Tensor =>
  scan<Tensor, Tensor, Tensor>((sum, c) => [sum.mul(x).add(c), sum], x.mul(0), coefficients)[0];

export const controlCases: readonly OpCase[] = [
  {
    name: "stopGradient",
    f: (x) => stopGradient(x.square()).mul(3),
    inputs: [[1, 2]],
    value: [3, 12],
    smooth: false,
    edges: [{ inputs: [[]], value: [] }],
  },
  {
    name: "scan",
    f: polynomial,
    // 1 x² + 4 x + 2 at x = 3
    inputs: [3, [1, 4, 2]],
    value: 23,
    edges: [
      { inputs: [3, []], value: 0 },
      { inputs: [3, [5]], value: 5 },
    ],
  },
  {
    name: "scan with results, from the last to the first",
    f: (x) => {
      const [last, sums] = scan<Tensor, Tensor, Tensor>(
        (sum, each) => [sum.add(each.square()), sum.mul(each)],
        x.slice(0).mul(0).add(1),
        x,
        {
          reverse: true,
        },
      );
      return sums.add(last);
    },
    // Carries 1, 10, 14 from the last on; the last one is 15.
    inputs: [[1, 2, 3]],
    value: [29, 35, 18],
    edges: [{ inputs: [[2]], value: [7] }],
  },
  {
    name: "scan that carries integers and truth values beside numbers",
    f: (x) =>
      scan<{ count: Tensor; odd: Tensor; sum: Tensor }, Tensor, readonly never[]>(
        ({ count, odd, sum }, each) => [
          {
            count: count.add(1),
            odd: odd.equal(0),
            sum: odd.where(sum.add(each.mul(count.cast(each.dtype))), sum.sub(each)),
          },
          [],
        ],
        { count: x.slice(0).mul(0).cast("i32"), odd: x.slice(0).equal(x.slice(0)), sum: x.slice(0).mul(0) },
        x,
      )[0].sum,
    // + 0·1 − 2 + 2·3 − 4
    inputs: [[1, 2, 3, 4]],
    value: 0,
  },
  {
    name: "fori",
    f: (x) => fori<Tensor>(1, 5, (i, product) => product.mul(x).add(i.cast(x.dtype)), x),
    // (((x² + 1) x + 2) x + 3) x + 4 at 2
    inputs: [2],
    value: 58,
  },
  {
    name: "cond, the one",
    f: (x, y) =>
      cond(
        x.greater(1),
        (a: Tensor) => a.mul(y).sin(),
        (a: Tensor) => a.add(y),
        x,
      ),
    inputs: [1.5, 2],
    value: Math.sin(3),
  },
  {
    name: "cond, the other",
    f: (x, y) =>
      stack(
        cond<[Tensor], Tensor[]>(
          x.greater(1),
          (a) => [a, a.mul(y)],
          (a) => [a.mul(y).square(), a.exp()],
          x,
        ),
      ),
    inputs: [0.5, 2],
    value: [1, Math.exp(0.5)],
  },
  {
    name: "checkpoint",
    f: (x, y) => checkpoint((a: Tensor) => a.mul(y.exp()).sin())(x.square()),
    inputs: [[1, 2], 0],
    value: [Math.sin(1), Math.sin(4)],
    edges: [{ inputs: [[], 0], value: [] }],
  },
  {
    name: "customDerivative, forward",
    f: customDerivative((x: Tensor, y: Tensor) => x.mul(y).exp(), {
      forward: ([dx, dy], [x, y], value) => value.mul(dx.mul(y).add(dy.mul(x))),
    }),
    inputs: [
      [1, 2],
      [3, 0.5],
    ],
    value: [Math.exp(3), Math.E],
  },
  {
    name: "customDerivative, reverse, of two results",
    f: (x, y) => {
      const both = customDerivative((a: Tensor, b: Tensor) => [a.mul(b), a.add(b)] as Tensor[], {
        reverse: ([u, v], [a, b]) =>
          [(u as Tensor).mul(b).add(v as Tensor), (u as Tensor).mul(a).add(v as Tensor)] as [Tensor, Tensor],
      });
      const [product, total] = both(x, y) as [Tensor, Tensor];
      return product.div(total);
    },
    inputs: [3, 6],
    value: 2,
  },
  {
    name: "whileLoop",
    f: (x) =>
      whileLoop<Tensor>(
        (a) => a.less(100),
        (a) => a.mul(x).add(1),
        x,
      ),
    // 3, 10, 31, 94, 283
    inputs: [3],
    value: 283,
    reversible: false,
  },
];
