import { OptimizationError } from "../errors.ts";
import { along, at, difference, norm, scaled } from "../linalg/vector.ts";
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
import { newtonDirection, type NewtonDirection } from "./newton-direction.ts";
import type { LinearSystem, SystemProblem } from "./system-problem.ts";

/** Options of {@link newtonRaphson}. */
export interface NewtonRaphsonOptions {
  /**
   * True shortens a step until it lowers ‖F‖; false takes every full step, as the textbook does, wherever it leads.
   * Default true.
   */
  readonly lineSearch?: boolean;
}

const maximumTrials = 60;
/** The squares of the equations must fall by this part of what the linear model promises. */
const sufficientDecrease = 1e-4;

/**
 * Newton's method for systems: x ← x + λ s with J(x) s = −F(x) and the exact Jacobian, λ halved from 1 until the sum of
 * squares of the equations, each divided by the length of its row of J, falls (Dennis & Schnabel, Numerical Methods for
 * Unconstrained Optimization, algorithm 6.5.1). Quadratic convergence to simple roots.
 */
export function newtonRaphson({ lineSearch = true }: NewtonRaphsonOptions = {}): RootMethod {
  if (typeof lineSearch !== "boolean")
    throw new OptimizationError(`lineSearch must be true or false: ${String(lineSearch)}`);
  return {
    name: "newton-raphson",
    defaultIterations: 200,
    begin(problem, start, tolerances) {
      const here = enterSystem(problem, start);
      if (isFinish(here)) return here;
      const first = norm(here.residuals);
      const scale = start.map(Math.abs);
      const newton = newtonDirection(here);
      const step = rootStep(problem, 0, here, new Float64Array(start.length), true);
      return { here, newton, scale, first, step, finish: converged(here, newton, scale, tolerances) };
    },
    next: (problem, state: NewtonState, tolerances) => next(problem, state, tolerances, lineSearch),
  };
}

interface NewtonState extends RootState {
  readonly newton: NewtonDirection;
}

function converged(
  here: LinearSystem,
  { step, regular }: NewtonDirection,
  scale: Float64Array,
  tolerances: RootTolerances,
): Finish | undefined {
  if (isRoot(here.residuals)) return exactRoot;
  return regular && isSmall(step, scale, tolerances)
    ? smallStep(tolerances, "a full Newton step")
    : undefined;
}

function next(
  problem: SystemProblem,
  state: NewtonState,
  tolerances: RootTolerances,
  lineSearch: boolean,
): NewtonState {
  const { here, newton, first } = state;
  const iteration = state.step.iteration + 1;
  const weights = rowWeights(here);
  const square = weightedSquare(here.residuals, weights);
  const direction = newton.step;
  let stepLength = 1;
  for (let trial = 0; trial < maximumTrials; trial++) {
    const x = along(here.x, stepLength, direction);
    const reached = problem.linearize(x);
    const falls =
      reached !== undefined &&
      weightedSquare(reached.residuals, weights) <= (1 - 2 * sufficientDecrease * stepLength) * square;
    if (reached !== undefined && (falls || !lineSearch)) {
      const scale = widened(state.scale, x);
      const ahead = newtonDirection(reached);
      const finish = converged(reached, ahead, scale, tolerances);
      const end = finish === undefined ? reached : polished(problem, reached, ahead.step);
      const details = { direction, stepLength };
      return {
        here: end,
        newton: ahead,
        scale,
        first,
        step: rootStep(problem, iteration, end, difference(end.x, here.x), true, details),
        finish,
      };
    }
    if (!lineSearch) break;
    stepLength /= 2;
  }
  const step = rootStep(problem, iteration, here, scaled(stepLength, direction), false, {
    direction,
    stepLength,
  });
  const finish: Finish = lineSearch
    ? noLowerResidual(problem, here, first)
    : {
        status: "failed",
        message: `a full Newton step led to where the function cannot be evaluated (${problem.lastFailure}); start closer or leave lineSearch on`,
      };
  return { ...state, step, finish };
}

/** One over the largest element of each row of J: the units in which equations are compared. */
function rowWeights({ residuals, jacobian }: LinearSystem): Float64Array {
  const n = residuals.length;
  return residuals.map((_, i) => {
    let size = 0;
    for (let j = 0; j < n; j++) size = Math.max(size, Math.abs(at(jacobian, i * n + j)));
    return size > 0 ? 1 / size : 1;
  });
}

function weightedSquare(residuals: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < residuals.length; i++) sum += (at(residuals, i) * at(weights, i)) ** 2;
  return sum;
}
