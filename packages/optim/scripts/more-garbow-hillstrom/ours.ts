import { tensor, type Tensor } from "@steepest/autodiff";
import {
  acceleratedGradient,
  bfgs,
  conjugateGradient,
  dogleg,
  gaussNewton,
  gradientDescent,
  lbfgs,
  lbfgsb,
  leastSquares,
  leastSquaresSteps,
  levenbergMarquardt,
  minimize,
  nelderMead,
  newton,
  newtonCg,
  powell,
  projectedNewton,
  steps,
  trustRegion,
  type Evaluations,
  type LeastSquaresMethod,
  type MinimizeMethod,
  type Solution,
  type Walk,
} from "@steepest/optim";
import { functionsOf, workOf, type Contestant, type Run } from "./run.ts";

/** The methods of the package on the sum of squares, with their default settings. */
export const minimizers: readonly Contestant[] = [
  onValue("trustRegion", trustRegion()),
  onValue("trustRegion dogleg", trustRegion({ subproblem: "dogleg" })),
  onValue("trustRegion steihaug", trustRegion({ subproblem: "steihaug" })),
  onValue("newton", newton()),
  onValue("newtonCg", newtonCg()),
  onValue("projectedNewton", projectedNewton()),
  onValue("bfgs", bfgs()),
  onValue("lbfgs", lbfgs()),
  onValue("lbfgsb", lbfgsb()),
  onValue("conjugateGradient", conjugateGradient()),
  onValue("acceleratedGradient", acceleratedGradient()),
  onValue("gradientDescent", gradientDescent()),
  onValue("powell", powell()),
  onValue("nelderMead", nelderMead()),
];

/** Those that see the residuals. */
export const leastSquaresMethods: readonly Contestant[] = [
  onResiduals("levenbergMarquardt", levenbergMarquardt()),
  onResiduals("dogleg", dogleg()),
  onResiduals("gaussNewton", gaussNewton()),
];

function onValue(name: string, method: MinimizeMethod): Contestant {
  return {
    name,
    run: ({ problem, start }) => {
      const { f } = functionsOf(problem);
      const x0 = tensor(start);
      const work = ({ hessianProducts: products, ...counts }: Evaluations): number =>
        workOf({ ...counts, products }, problem, false);
      const solution = minimize(f, x0, { method });
      return {
        ...ended(solution),
        value: solution.value,
        counts: {
          values: solution.evaluations,
          gradients: solution.gradientEvaluations,
          hessians: solution.hessianEvaluations,
          products: solution.hessianProducts,
        },
        workUntil: (value) => walkUntil(steps(f, x0, method), value, solution.iterations, work),
      };
    },
  };
}

function onResiduals(name: string, method: LeastSquaresMethod): Contestant {
  return {
    name,
    run: ({ problem, start }) => {
      const { residuals } = functionsOf(problem);
      const x0 = tensor(start);
      // The second derivatives that these methods count are those along one direction.
      const work = ({ values, gradients, hessians, hessianProducts }: Evaluations): number =>
        workOf({ values, gradients, hessians: 0, products: hessians + hessianProducts }, problem, true);
      const solution = leastSquares(residuals, x0, { method });
      return {
        ...ended(solution),
        value: solution.residualSumOfSquares,
        counts: {
          values: solution.evaluations,
          gradients: solution.gradientEvaluations,
          hessians: 0,
          products: solution.hessianEvaluations + solution.hessianProducts,
        },
        // The value of a step is half the sum of squares.
        workUntil: (value) =>
          walkUntil(leastSquaresSteps(residuals, x0, method), value / 2, solution.iterations, work),
      };
    },
  };
}

function ended({ x, status, message }: Solution<Tensor>): Pick<Run, "x" | "claims" | "message"> {
  return { x: x.toArray() as number[], claims: status === "converged", message };
}

/** Walks the same way once more, as far as the value asked for. */
function walkUntil(
  walk: Walk,
  value: number,
  iterations: number,
  work: (evaluations: Evaluations) => number,
): number {
  for (const step of walk) {
    if (step.value <= value) return work(walk.checkpoint().evaluations);
    if (step.iteration >= iterations) break;
  }
  return Infinity;
}
