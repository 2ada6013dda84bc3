export { minimize, type MinimizeOptions } from "./minimize.ts";
export { leastSquares, type LeastSquaresOptions, type LeastSquaresSolution } from "./least-squares.ts";
export { leastSquaresSteps, steps, type LeastSquaresStepsOptions, type StepsOptions } from "./steps.ts";
export type { Finish, LeastSquaresTolerances, Solution, Status, Tolerances } from "./solution.ts";
export type { CorrectionPair, QuadraticModel, SamplePoint, Step, StepDetails } from "./walk/step.ts";
export type { Checkpoint, Json } from "./walk/checkpoint.ts";
export type { Walk } from "./walk/walk.ts";
export type { Method, WalkState } from "./walk/method.ts";
export type { DrainOptions } from "./walk/drain.ts";
export type { Bounds, BoxOptions } from "./problem/box.ts";
export { prepared } from "./problem/prepared.ts";
export type { StopSignal } from "./problem/aborted.ts";
export type { TensorsOf } from "./problem/packing.ts";

export { gradientDescent, type GradientDescentOptions } from "./methods/gradient-descent.ts";
export { bfgs, type BfgsOptions } from "./methods/bfgs.ts";
export { newton } from "./methods/newton.ts";
export type { MinimizeMethod } from "./methods/method.ts";
export type { WolfeOptions } from "./line-search/strong-wolfe.ts";
export type { Evaluation, ScalarProblem } from "./problem/scalar-problem.ts";
export {
  levenbergMarquardt,
  type LeastSquaresMethod,
  type LevenbergMarquardtOptions,
} from "./methods/levenberg-marquardt.ts";
export type { LeastSquaresProblem, Linearization, LinearSolver } from "./problem/least-squares-problem.ts";
export type { Evaluations } from "./solution.ts";

export { adam, type AdamOptions } from "./rules/adam.ts";
export { sgd, type SgdOptions } from "./rules/sgd.ts";
export { applyUpdates, type LearningRate, type RuleState, type UpdateRule } from "./rules/rule.ts";

export { root, rootSteps, type RootOptions, type RootSolution, type RootStepsOptions } from "./roots/root.ts";
export { newtonRaphson, type NewtonRaphsonOptions } from "./roots/newton-raphson.ts";
export { halley } from "./roots/halley.ts";
export { broyden } from "./roots/broyden.ts";
export {
  anderson,
  fixedPoint,
  fixedPointSteps,
  picard,
  type AndersonOptions,
  type FixedPointMethod,
  type FixedPointOptions,
} from "./roots/fixed-point.ts";
export type { RootMethod, RootTolerances } from "./roots/method.ts";
export type { LinearSystem, SystemProblem } from "./roots/system-problem.ts";

export {
  rootInInterval,
  rootInIntervalSteps,
  type RootInIntervalOptions,
} from "./scalar/root-in-interval.ts";
export {
  minimizeInInterval,
  minimizeInIntervalSteps,
  type MinimizeInIntervalOptions,
} from "./scalar/minimize-in-interval.ts";
export { bisection } from "./scalar/bisection.ts";
export { brentRoot } from "./scalar/brent-root.ts";
export { brentMinimum } from "./scalar/brent-minimum.ts";
export { goldenSection } from "./scalar/golden-section.ts";
export type { IntervalMethod, IntervalProblem, IntervalTolerances } from "./scalar/interval.ts";

export { OptimizationError } from "./errors.ts";
