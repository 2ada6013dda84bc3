import { along, at, difference } from "../linalg/vector.ts";
import type { Finish } from "../solution.ts";
import { isFinish } from "../walk/method.ts";
import {
  enterSystem,
  exactRoot,
  isRoot,
  isSmall,
  noLowerResidual,
  polished,
  rootStep,
  smallStep,
  widened,
  type RootMethod,
  type RootState,
  type RootTolerances,
} from "./method.ts";
import type { LinearSystem } from "./system-problem.ts";

const maximumTrials = 60;

/**
 * Halley's method for one equation in one unknown: x ← x − 2 f f′ / (2 f′² − f f″) with exact derivatives, halved until |f|
 * falls. Cubic convergence to simple roots (Halley 1694; Traub, Iterative Methods for the Solution of Equations, §5.2).
 */
export function halley(): RootMethod {
  return {
    name: "halley",
    defaultIterations: 200,
    scalarOnly: true,
    begin(problem, start, tolerances) {
      const here = enterSystem(problem, start);
      if (isFinish(here)) return here;
      const scale = start.map(Math.abs);
      const first = Math.abs(at(here.residuals, 0));
      const step = rootStep(problem, 0, here, new Float64Array(1), true);
      return { here, scale, first, step, finish: converged(here, scale, tolerances) };
    },
    next(problem, state: RootState, tolerances): RootState {
      const { here, first } = state;
      const iteration = state.step.iteration + 1;
      const value = at(here.residuals, 0);
      const slope = at(here.jacobian, 0);
      const curvature = problem.secondDerivative(here.x);
      const newton = -value / slope;
      const denominator = curvature === undefined ? NaN : 2 * slope * slope - value * curvature;
      const step = (-2 * value * slope) / denominator;
      // Where f″ outweighs f′ the step turns round, and |f| falls the other way.
      const direction = Float64Array.of(Number.isFinite(step) && step * newton > 0 ? step : newton);
      let stepLength = 1;
      if (Number.isFinite(at(direction, 0)))
        for (let trial = 0; trial < maximumTrials; trial++, stepLength /= 2) {
          const x = along(here.x, stepLength, direction);
          const reached = problem.linearize(x);
          if (reached === undefined || !(Math.abs(at(reached.residuals, 0)) < Math.abs(value))) continue;
          const scale = widened(state.scale, x);
          const finish = converged(reached, scale, tolerances);
          const end = finish === undefined ? reached : polished(problem, reached, newtonStep(reached));
          const details = { direction, stepLength };
          return {
            here: end,
            scale,
            first,
            step: rootStep(problem, iteration, end, difference(end.x, here.x), true, details),
            finish,
          };
        }
      return {
        ...state,
        step: rootStep(problem, iteration, here, new Float64Array(1), false, { direction }),
        finish: noLowerResidual(problem, here, first),
      };
    },
  };
}

/** Judged by the Newton step, which is Halley's to first order and needs no second derivative. */
function converged(here: LinearSystem, scale: Float64Array, tolerances: RootTolerances): Finish | undefined {
  if (isRoot(here.residuals)) return exactRoot;
  return isSmall(newtonStep(here), scale, tolerances) ? smallStep(tolerances, "a Newton step") : undefined;
}

function newtonStep({ residuals, jacobian }: LinearSystem): Float64Array {
  return Float64Array.of(-at(residuals, 0) / at(jacobian, 0));
}
