import { atan2, exp, stack, tensor, where, type Tensor } from "@steepest/autodiff";

/** Residuals with the smallest sum of squares known for them, and where it is taken if that is one point. */
export interface LeastSquaresProblem {
  name: string;
  residuals: (x: Tensor) => Tensor;
  start: number[];
  residualSumOfSquares: number;
  minimizer?: number[];
}

const parts = (x: Tensor): Tensor[] => Array.from({ length: x.size }, (_, i) => x.slice(i));

/** Moré, Garbow & Hillstrom, Testing Unconstrained Optimization Software, ACM TOMS 7 (1981), with their numbers. */
export const leastSquaresProblems: LeastSquaresProblem[] = [
  {
    name: "(1) rosenbrock",
    residuals: (x) => {
      const [a, b] = parts(x) as [Tensor, Tensor];
      return stack([b.sub(a.square()).mul(10), a.neg().add(1)]);
    },
    start: [-1.2, 1],
    residualSumOfSquares: 0,
    minimizer: [1, 1],
  },
  {
    name: "(2) freudenstein and roth",
    residuals: (x) => {
      const [a, b] = parts(x) as [Tensor, Tensor];
      return stack([
        a.sub(13).add(b.neg().add(5).mul(b).sub(2).mul(b)),
        a.sub(29).add(b.add(1).mul(b).sub(14).mul(b)),
      ]);
    },
    // From here the walk ends in the local minimum of value 48.9842…, as the paper says.
    start: [0.5, -2],
    residualSumOfSquares: 48.98425367924,
    minimizer: [11.4127789869, -0.8968052532],
  },
  {
    name: "(4) brown badly scaled",
    residuals: (x) => {
      const [a, b] = parts(x) as [Tensor, Tensor];
      return stack([a.sub(1e6), b.sub(2e-6), a.mul(b).sub(2)]);
    },
    start: [1, 1],
    residualSumOfSquares: 0,
    minimizer: [1e6, 2e-6],
  },
  {
    name: "(5) beale",
    residuals: (x) => {
      const [a, b] = parts(x) as [Tensor, Tensor];
      return stack(
        [1.5, 2.25, 2.625].map((y, k) =>
          b
            .pow(k + 1)
            .sub(1)
            .mul(a)
            .add(y),
        ),
      );
    },
    start: [1, 1],
    residualSumOfSquares: 0,
    minimizer: [3, 0.5],
  },
  {
    name: "(6) jennrich and sampson",
    residuals: (x) => {
      const [a, b] = parts(x) as [Tensor, Tensor];
      const i = tensor(Array.from({ length: 10 }, (_, k) => k + 1));
      return i
        .mul(2)
        .add(2)
        .sub(exp(i.mul(a)))
        .sub(exp(i.mul(b)));
    },
    start: [0.3, 0.4],
    residualSumOfSquares: 124.362182355615,
    minimizer: [0.2578252137, 0.2578252137],
  },
  {
    name: "(7) helical valley",
    residuals: (x) => {
      const [a, b, c] = parts(x) as [Tensor, Tensor, Tensor];
      const turn = atan2(b, a).div(2 * Math.PI);
      const theta = where(a.less(0).logicalAnd(b.less(0)), turn.add(1), turn);
      return stack([c.sub(theta.mul(10)).mul(10), a.square().add(b.square()).sqrt().sub(1).mul(10), c]);
    },
    start: [-1, 0, 0],
    residualSumOfSquares: 0,
    minimizer: [1, 0, 0],
  },
  {
    name: "(8) bard",
    residuals: (x) => {
      const [a, b, c] = parts(x) as [Tensor, Tensor, Tensor];
      const y = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
      const u = tensor(y.map((_, i) => i + 1));
      const v = u.neg().add(16);
      return tensor(y).sub(a.add(u.div(v.mul(b).add(u.minimum(v).mul(c)))));
    },
    start: [1, 1, 1],
    residualSumOfSquares: 8.2148773065e-3,
    minimizer: [0.0824105597, 1.1330360919, 2.3436951787],
  },
  {
    name: "(13) powell singular",
    residuals: (x) => {
      const [a, b, c, d] = parts(x) as [Tensor, Tensor, Tensor, Tensor];
      return stack([
        a.add(b.mul(10)),
        c.sub(d).mul(Math.sqrt(5)),
        b.sub(c.mul(2)).square(),
        a.sub(d).square().mul(Math.sqrt(10)),
      ]);
    },
    start: [3, -1, 0, 1],
    residualSumOfSquares: 0,
    minimizer: [0, 0, 0, 0],
  },
  {
    name: "(14) wood",
    residuals: (x) => {
      const [a, b, c, d] = parts(x) as [Tensor, Tensor, Tensor, Tensor];
      return stack([
        b.sub(a.square()).mul(10),
        a.neg().add(1),
        d.sub(c.square()).mul(Math.sqrt(90)),
        c.neg().add(1),
        b.add(d).sub(2).mul(Math.sqrt(10)),
        b.sub(d).div(Math.sqrt(10)),
      ]);
    },
    start: [-3, -1, -3, -1],
    residualSumOfSquares: 0,
    minimizer: [1, 1, 1, 1],
  },
  {
    name: "(15) kowalik and osborne, from 100 times the usual start",
    residuals: (x) => {
      const [a, b, c, d] = parts(x) as [Tensor, Tensor, Tensor, Tensor];
      const u = tensor([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]);
      const y = tensor([
        0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246,
      ]);
      return y.sub(a.mul(u.add(b).mul(u)).div(u.add(c).mul(u).add(d)));
    },
    start: [25, 39, 41.5, 39],
    residualSumOfSquares: 3.0750560385e-4,
    minimizer: [0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068],
  },
  {
    name: "(16) brown and dennis",
    residuals: (x) => {
      const [a, b, c, d] = parts(x) as [Tensor, Tensor, Tensor, Tensor];
      const t = tensor(Array.from({ length: 20 }, (_, i) => (i + 1) / 5));
      return a
        .add(t.mul(b))
        .sub(exp(t))
        .square()
        .add(c.add(t.sin().mul(d)).sub(t.cos()).square());
    },
    start: [25, 5, -5, -1],
    residualSumOfSquares: 85822.20162635,
  },
  {
    name: "(32) linear, full rank, n=5, m=20",
    residuals: (x) => {
      const lift = x.sum().mul(2 / 20);
      return stack([
        ...parts(x).map((xi) => xi.sub(lift).sub(1)),
        ...Array.from({ length: 15 }, () => lift.neg().sub(1)),
      ]);
    },
    start: [1, 1, 1, 1, 1],
    residualSumOfSquares: 15,
    minimizer: [-1, -1, -1, -1, -1],
  },
  {
    name: "(33) linear, rank 1, n=5, m=20",
    residuals: (x) => {
      const weighted = parts(x)
        .map((xi, j) => xi.mul(j + 1))
        .reduce((sum, term) => sum.add(term));
      return tensor(Array.from({ length: 20 }, (_, i) => i + 1))
        .mul(weighted)
        .sub(1);
    },
    start: [1, 1, 1, 1, 1],
    // m (m − 1) / (2 (2m + 1))
    residualSumOfSquares: (20 * 19) / (2 * 41),
  },
];
