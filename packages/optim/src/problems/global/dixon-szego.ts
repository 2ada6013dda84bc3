import { tensor } from "@steepest/autodiff";
import { OptimizationError } from "../../errors.ts";
import { symmetricProblem, type GlobalTestProblem } from "./global-test-problem.ts";

const source = "L. C. W. Dixon & G. P. Szegő (eds.), Towards Global Optimisation 2, 1978";

/** Σ of four bells in three variables. */
export function hartmann3(): GlobalTestProblem {
  return hartmann({
    a: [
      [3, 10, 30],
      [0.1, 10, 35],
      [3, 10, 30],
      [0.1, 10, 35],
    ],
    p: [
      [3689, 1170, 2673],
      [4699, 4387, 7470],
      [1091, 8732, 5547],
      [381, 5743, 8828],
    ],
    minimum: -3.8627797873326625,
    minimizer: [0.11458887665506897, 0.55564889461693, 0.8525469846866774],
  });
}

/** Σ of four bells in six variables. */
export function hartmann6(): GlobalTestProblem {
  return hartmann({
    a: [
      [10, 3, 17, 3.5, 1.7, 8],
      [0.05, 10, 17, 0.1, 8, 14],
      [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ],
    p: [
      [1312, 1696, 5569, 124, 8283, 5886],
      [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650],
      [4047, 8828, 8732, 5743, 1091, 381],
    ],
    minimum: -3.3223680114155148,
    minimizer: [
      0.20168951100670542, 0.15001069182345797, 0.476873974221897, 0.27533243049405607, 0.31165161660011325,
      0.6573005340656203,
    ],
  });
}

interface Bells {
  readonly a: number[][];
  /** Places in ten-thousandths. */
  readonly p: number[][];
  readonly minimum: number;
  readonly minimizer: readonly number[];
}

function hartmann({ a, p, minimum, minimizer }: Bells): GlobalTestProblem {
  return symmetricProblem(minimizer.length, {
    name: `Hartmann ${minimizer.length}`,
    f: (x) => {
      const distances = x.sub(tensor(p).div(1e4)).square().mul(tensor(a)).sum({ axis: 1 });
      return distances.neg().exp().mul([1, 1.2, 3, 3.2]).sum().neg();
    },
    range: [0, 1],
    minimum,
    minimizer,
    formula: String.raw`-\sum_{i=1}^{4} c_i \exp\left(-\sum_{j=1}^{n} a_{ij} \left(x_j - p_{ij}\right)^2\right)`,
    source: `J. K. Hartman, 1973, in ${source}`,
  });
}

/**
 * Pits in four variables.
 *
 * @param m how many pits: 5, 7 or 10
 * @throws {OptimizationError} for another m
 */
export function shekel(m: number = 10): GlobalTestProblem {
  const known = shekelMinima(m);
  if (known === undefined) throw new OptimizationError(`the number of pits must be 5, 7 or 10: ${m}`);
  const [minimum, first, second] = known;
  const places = [
    [4, 4, 4, 4],
    [1, 1, 1, 1],
    [8, 8, 8, 8],
    [6, 6, 6, 6],
    [3, 7, 3, 7],
    [2, 9, 2, 9],
    [5, 3, 5, 3],
    [8, 1, 8, 1],
    [6, 2, 6, 2],
    [7, 3.6, 7, 3.6],
  ].slice(0, m);
  const widths = [0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5].slice(0, m);
  return symmetricProblem(4, {
    name: `Shekel ${m}`,
    f: (x) => x.sub(tensor(places)).square().sum({ axis: 1 }).add(widths).pow(-1).sum().neg(),
    range: [0, 10],
    minimum,
    minimizer: [first, second, first, second],
    formula: String.raw`-\sum_{i=1}^{m} \left(c_i + \sum_{j=1}^{4} \left(x_j - a_{ij}\right)^2\right)^{-1}`,
    source: `J. Shekel, 1971, in ${source}`,
  });
}

/** The minimum, and the first and second coordinates of its point, which are the third and fourth, too. */
function shekelMinima(m: number): readonly [number, number, number] | undefined {
  switch (m) {
    case 5:
      return [-10.153199679058227, 4.0000371528196762, 4.00013327659156];
    case 7:
      return [-10.402915336777743, 4.0005728192511172, 3.9996062096096889];
    case 10:
      return [-10.536443153483528, 4.0007468682706344, 3.9995094800857736];
    default:
      return undefined;
  }
}
