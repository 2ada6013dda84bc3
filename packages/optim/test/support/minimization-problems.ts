import { atan2, concatenate, exp, tensor, where, type Tensor } from "@steepest/autodiff";

/** A test function with its known minimum value and the points where it is taken. */
export interface MinimizationProblem {
  name: string;
  f: (x: Tensor) => Tensor;
  start: number[];
  minimum: number;
  minimizers: number[][];
  /** How close the point has to come; by default 1e-6 relative to the largest coordinate. */
  tolerance?: number;
}

const part = (x: Tensor, i: number): Tensor => x.slice(i);

/** Extended Rosenbrock: pairs (a, b) with 100 (b − a²)² + (1 − a)². */
const rosenbrock = (x: Tensor): Tensor => {
  const pairs = x.reshape([x.size / 2, 2]);
  const [a, b] = [pairs.slice([], 0), pairs.slice([], 1)];
  return b.sub(a.square()).square().mul(100).add(a.neg().add(1).square()).sum();
};

/** n parameters with curvatures from 1 to `condition`. */
const bowl = (n: number, condition: number): MinimizationProblem => {
  const curvatures = tensor(Array.from({ length: n }, (_, i) => condition ** (i / (n - 1))));
  const center = Array.from({ length: n }, (_, i) => Math.cos(i));
  return {
    name: `bowl n=${n} condition ${condition.toExponential(0)}`,
    f: (x) => x.sub(tensor(center)).square().mul(curvatures).sum().mul(0.5),
    start: Array.from({ length: n }, () => 3),
    minimum: 0,
    minimizers: [center],
  };
};

/**
 * Moré, Garbow & Hillstrom, Testing Unconstrained Optimization Software, ACM TOMS 7 (1981), and the usual two-parameter
 * functions.
 */
export const minimizationProblems: MinimizationProblem[] = [
  { name: "rosenbrock n=2", f: rosenbrock, start: [-1.2, 1], minimum: 0, minimizers: [[1, 1]] },
  {
    name: "rosenbrock n=10",
    f: rosenbrock,
    start: Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
    minimum: 0,
    minimizers: [Array.from({ length: 10 }, () => 1)],
  },
  {
    name: "beale",
    f: (x) => {
      const [a, b] = [part(x, 0), part(x, 1)];
      return [1.5, 2.25, 2.625]
        .map((y, k) =>
          b
            .pow(k + 1)
            .neg()
            .add(1)
            .mul(a)
            .neg()
            .add(y)
            .square(),
        )
        .reduce((sum, term) => sum.add(term));
    },
    start: [1, 1],
    minimum: 0,
    minimizers: [[3, 0.5]],
  },
  {
    name: "booth",
    f: (x) => {
      const [a, b] = [part(x, 0), part(x, 1)];
      return a.add(b.mul(2)).sub(7).square().add(a.mul(2).add(b).sub(5).square());
    },
    start: [-5, 8],
    minimum: 0,
    minimizers: [[1, 3]],
  },
  {
    name: "himmelblau",
    f: (x) => {
      const [a, b] = [part(x, 0), part(x, 1)];
      return a.square().add(b).sub(11).square().add(a.add(b.square()).sub(7).square());
    },
    start: [0.5, 0.5],
    minimum: 0,
    minimizers: [
      [3, 2],
      [-2.805118086952745, 3.131312518250573],
      [-3.779310253377747, -3.283185991286169],
      [3.584428340330492, -1.848126526964404],
    ],
  },
  {
    name: "powell singular",
    f: (x) => {
      const [a, b, c, d] = [part(x, 0), part(x, 1), part(x, 2), part(x, 3)];
      return a
        .add(b.mul(10))
        .square()
        .add(c.sub(d).square().mul(5))
        .add(b.sub(c.mul(2)).pow(4))
        .add(a.sub(d).pow(4).mul(10));
    },
    start: [3, -1, 0, 1],
    minimum: 0,
    minimizers: [[0, 0, 0, 0]],
    // The Hessian is singular at the minimum: the value falls with the fourth power of the distance.
    tolerance: 2e-2,
  },
  {
    name: "wood",
    f: (x) => {
      const [a, b, c, d] = [part(x, 0), part(x, 1), part(x, 2), part(x, 3)];
      return b
        .sub(a.square())
        .square()
        .mul(100)
        .add(a.neg().add(1).square())
        .add(d.sub(c.square()).square().mul(90))
        .add(c.neg().add(1).square())
        .add(b.add(d).sub(2).square().mul(10))
        .add(b.sub(d).square().div(10));
    },
    start: [-3, -1, -3, -1],
    minimum: 0,
    minimizers: [[1, 1, 1, 1]],
  },
  {
    name: "helical valley",
    f: (x) => {
      const [a, b, c] = [part(x, 0), part(x, 1), part(x, 2)];
      // θ runs from −1/4 to 3/4 of a turn, as Moré, Garbow & Hillstrom have it.
      const turn = atan2(b, a).div(2 * Math.PI);
      const theta = where(a.less(0).logicalAnd(b.less(0)), turn.add(1), turn);
      const radius = a.square().add(b.square()).sqrt();
      return c.sub(theta.mul(10)).square().mul(100).add(radius.sub(1).square().mul(100)).add(c.square());
    },
    start: [-1, 0, 0],
    minimum: 0,
    minimizers: [[1, 0, 0]],
  },
  {
    name: "brown badly scaled",
    f: (x) => {
      const [a, b] = [part(x, 0), part(x, 1)];
      return a.sub(1e6).square().add(b.sub(2e-6).square()).add(a.mul(b).sub(2).square());
    },
    start: [1, 1],
    minimum: 0,
    minimizers: [[1e6, 2e-6]],
  },
  {
    name: "gaussian ridge",
    f: (x) => exp(x.square().sum().neg()).neg(),
    start: [0.5, -0.7],
    minimum: -1,
    minimizers: [[0, 0]],
    tolerance: 1e-6,
  },
  bowl(2, 1),
  bowl(5, 1e3),
  bowl(5, 1e6),
  {
    name: "two leaves joined",
    f: (x) =>
      concatenate([x.slice([0, 2]).sub(1), x.slice([2]).add(2)])
        .pow(2)
        .sum(),
    start: [9, 9, 9],
    minimum: 0,
    minimizers: [[1, 1, -2]],
  },
];
