import { along, at, difference, dot, norm, scaled } from "../linalg/vector.ts";
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
import { newtonDirection } from "./newton-direction.ts";
import type { LinearSystem, SystemProblem } from "./system-problem.ts";

/** A step must lower ‖F‖ by this part of its length; else the Jacobian is computed anew. */
const sufficientDecrease = 1e-4;
const maximumTrials = 60;

/**
 * Broyden's good method: the Jacobian is computed once and then kept up from the steps taken, B ← B + (y − B s) sᵀ / sᵀs
 * (Broyden 1965; Dennis & Schnabel, algorithm 8.3.1), so that most steps cost one evaluation of F. Where its step
 * does not lower ‖F‖ the exact Jacobian is taken again and the Newton step shortened. Convergence is only declared
 * by a Newton step with the exact Jacobian.
 */
export function broyden(): RootMethod {
  return {
    name: "broyden",
    defaultIterations: 500,
    begin(problem, start, tolerances) {
      const here = enterSystem(problem, start);
      if (isFinish(here)) return here;
      const state: BroydenState = {
        here,
        exact: true,
        scale: start.map(Math.abs),
        first: norm(here.residuals),
        step: rootStep(problem, 0, here, new Float64Array(start.length), true),
      };
      return settled(problem, state, tolerances);
    },
    next: (problem, state: BroydenState, tolerances) => settled(problem, next(problem, state), tolerances),
  };
}

interface BroydenState extends RootState {
  /** `here.jacobian` holds B; whether that is the exact Jacobian. */
  readonly exact: boolean;
}

/** The state, finished if it has converged; its Jacobian is made exact to find out. */
function settled(problem: SystemProblem, state: BroydenState, tolerances: RootTolerances): BroydenState {
  if (state.finish !== undefined) return state;
  if (isRoot(state.here.residuals)) return { ...state, finish: exactRoot };
  const smallDirection = (system: LinearSystem): Float64Array | undefined => {
    const { step, regular } = newtonDirection(system);
    return regular && isSmall(step, state.scale, tolerances) ? step : undefined;
  };
  if (smallDirection(state.here) === undefined) return state;
  const here = state.exact ? state.here : problem.linearize(state.here.x);
  if (here === undefined) return state;
  const newton = smallDirection(here);
  if (newton === undefined) return { ...state, here, exact: true };
  const end = polished(problem, here, newton);
  const { iteration, step, direction, stepLength } = state.step;
  const moved = along(step, 1, difference(end.x, here.x));
  return {
    ...state,
    here: end,
    exact: true,
    step: rootStep(problem, iteration, end, moved, true, {
      ...(direction && { direction }),
      ...(stepLength !== undefined && { stepLength }),
    }),
    finish: smallStep(tolerances, "a full Newton step"),
  };
}

function next(problem: SystemProblem, state: BroydenState): BroydenState {
  const { here, exact, first } = state;
  const iteration = state.step.iteration + 1;
  const { step: direction } = newtonDirection(here);
  const size = norm(here.residuals);
  const falls = (residuals: Float64Array | undefined, stepLength: number): residuals is Float64Array =>
    residuals !== undefined && norm(residuals) <= (1 - sufficientDecrease * stepLength) * size;

  const arrived = (x: Float64Array, residuals: Float64Array, stepLength: number): BroydenState => {
    const step = difference(x, here.x);
    const reached = { x, residuals, jacobian: updated(here, step, residuals) };
    return {
      here: reached,
      exact: false,
      scale: widened(state.scale, x),
      first,
      step: rootStep(problem, iteration, reached, step, true, { direction, stepLength }),
    };
  };

  const x = along(here.x, 1, direction);
  const residuals = problem.residuals(x);
  if (falls(residuals, 1)) return arrived(x, residuals, 1);
  const rejected = rootStep(problem, iteration, here, direction, false, { direction, stepLength: 1 });
  if (!exact) {
    const anew = problem.linearize(here.x);
    if (anew !== undefined) return { ...state, here: anew, exact: true, step: rejected };
  }
  let stepLength = 0.5;
  for (let trial = 1; trial < maximumTrials; trial++, stepLength /= 2) {
    const shorter = along(here.x, stepLength, direction);
    const reached = problem.residuals(shorter);
    if (falls(reached, stepLength)) return arrived(shorter, reached, stepLength);
  }
  return {
    ...state,
    step: {
      ...rejected,
      step: scaled(stepLength, direction),
      stepLength,
      evaluations: problem.evaluations.values,
    },
    finish: noLowerResidual(problem, here, first),
  };
}

/** B + (y − B s) sᵀ / sᵀs with y = F(x + s) − F(x). */
function updated({ residuals, jacobian }: LinearSystem, s: Float64Array, after: Float64Array): Float64Array {
  const n = s.length;
  const square = dot(s, s);
  const matrix = jacobian.slice();
  if (square === 0) return matrix;
  for (let i = 0; i < n; i++) {
    let rest = at(after, i) - at(residuals, i);
    for (let j = 0; j < n; j++) rest -= at(jacobian, i * n + j) * at(s, j);
    for (let j = 0; j < n; j++) matrix[i * n + j] = at(matrix, i * n + j) + (rest * at(s, j)) / square;
  }
  return matrix;
}
