export { minimize, type MinimizeOptions } from "./minimize.ts";
export {
  globalSteps,
  minimizeGlobal,
  type GlobalSolution,
  type GlobalStepsOptions,
  type MinimizeGlobalOptions,
} from "./minimize-global.ts";
export { leastSquares, type LeastSquaresOptions } from "./least-squares.ts";
export {
  separableLeastSquares,
  type SeparableModel,
  type SeparableOptions,
  type SeparableSolution,
} from "./separable-least-squares.ts";
export {
  leastSquaresAsync,
  type AsyncChunkedResiduals,
  type AsyncSuppliedSums,
} from "./least-squares-async.ts";
export type { LeastSquaresSolution, SummedSolution } from "./least-squares/solution.ts";
export type { ChunkedResiduals } from "./problem/least-squares/chunks.ts";
export type { NormalEquations, SuppliedSums } from "./problem/least-squares/sum-source.ts";
export {
  constrainedSteps,
  minimizeConstrained,
  type ConstrainedOptions,
  type ConstrainedSolution,
  type ConstrainedStepsOptions,
  type Constraints,
} from "./minimize-constrained.ts";
export { sqp, type SqpOptions } from "./constrained/sqp.ts";
export { augmentedLagrangian, type AugmentedLagrangianOptions } from "./constrained/augmented-lagrangian.ts";
export type { KktResiduals } from "./constrained/kkt.ts";
export type { ConstrainedMethod, ConstrainedTolerances } from "./constrained/method.ts";
export type {
  ConstrainedEvaluation,
  ConstrainedProblem,
  LagrangianWeights,
} from "./problem/constrained-problem.ts";
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
export { lbfgs, type LbfgsOptions } from "./methods/lbfgs.ts";
export type { QuasiNewtonOptions } from "./methods/quasi-newton.ts";
export { conjugateGradient, type ConjugateGradientOptions } from "./methods/conjugate-gradient.ts";
export { heavyBall, type HeavyBallOptions } from "./methods/heavy-ball.ts";
export { acceleratedGradient, type AcceleratedGradientOptions } from "./methods/accelerated-gradient.ts";
export { newton } from "./methods/newton.ts";
export type { NewtonOptions } from "./methods/newton-walk.ts";
export { newtonCg, type NewtonCgOptions } from "./methods/newton-cg.ts";
export { trustRegion, type TrustRegionOptions } from "./methods/trust-region/trust-region.ts";
export type { TrustRegionSubproblem } from "./methods/trust-region/curvature.ts";
export { nelderMead, type NelderMeadOptions } from "./methods/nelder-mead.ts";
export { powell, type PowellOptions } from "./methods/powell.ts";
export type { DirectTolerances } from "./methods/direct.ts";
export { lbfgsb, type LbfgsbOptions } from "./methods/lbfgsb/lbfgsb.ts";
export { projectedNewton } from "./methods/projected-newton/projected-newton.ts";
export type { MinimizeMethod } from "./methods/method.ts";
export { backtracking, type BacktrackingOptions } from "./line-search/backtracking.ts";
export { hagerZhang, type HagerZhangOptions } from "./line-search/hager-zhang.ts";
export { moreThuente } from "./line-search/more-thuente.ts";
export { strongWolfe, type WolfeOptions } from "./line-search/strong-wolfe.ts";
export type { LineFunction, LinePoint, LineSearch, SearchOutcome } from "./line-search/search.ts";
export type { Evaluation, ScalarProblem } from "./problem/scalar-problem.ts";
export {
  levenbergMarquardt,
  type LevenbergMarquardtOptions,
} from "./methods/least-squares/levenberg-marquardt.ts";
export { dogleg, type DoglegOptions } from "./methods/least-squares/dogleg.ts";
export { gaussNewton, type GaussNewtonOptions } from "./methods/least-squares/gauss-newton.ts";
export type {
  LeastSquaresMethod,
  LeastSquaresState,
  Place as LeastSquaresPlace,
} from "./methods/least-squares/method.ts";
export type { LeastSquaresProblem, Linearization, LinearSolver } from "./problem/least-squares/problem.ts";
export { arctan, cauchy, huber, softL1, tukey } from "./losses/losses.ts";
export type { Loss } from "./losses/loss.ts";
export type { Evaluations } from "./solution.ts";

export {
  applyUpdates,
  type LearningRate,
  type RuleState,
  type UpdateExtras,
  type UpdateRule,
} from "./rules/rule.ts";
export { momentum, nesterov, sgd, type MomentumOptions, type SgdOptions } from "./rules/sgd.ts";
export { adagrad, type AdagradOptions } from "./rules/adagrad.ts";
export { adadelta, type AdadeltaOptions } from "./rules/adadelta.ts";
export { rmsprop, type RmspropOptions } from "./rules/rmsprop.ts";
export { adam, adamw, type AdamOptions, type AdamwOptions } from "./rules/adam.ts";
export { amsgrad, type AmsgradOptions } from "./rules/amsgrad.ts";
export { nadam, type NadamOptions } from "./rules/nadam.ts";
export { radam, type RadamOptions } from "./rules/radam.ts";
export { lion, type LionOptions } from "./rules/lion.ts";
export { lamb, type LambOptions } from "./rules/lamb.ts";
export { adafactor, type AdafactorOptions } from "./rules/adafactor.ts";
export { muon, type MuonOptions } from "./rules/muon.ts";
export { chain } from "./rules/chain.ts";
export { partition } from "./rules/partition.ts";
export { clipByGlobalNorm, clipByValue, globalNorm } from "./rules/clip.ts";
export { addDecayedWeights, type WeightDecayOptions } from "./rules/weight-decay.ts";
export type { Mask } from "./rules/mask.ts";
export { scaleUpdates } from "./rules/scale.ts";
export { accumulate, type AccumulateOptions } from "./rules/accumulate.ts";
export { lookahead, type LookaheadOptions } from "./rules/lookahead.ts";
export { reduceOnPlateau, type PlateauOptions } from "./rules/plateau.ts";
export {
  exponentialMovingAverage,
  type MovingAverageOptions,
  type ParameterAverage,
} from "./rules/moving-average.ts";
export { fromArrays } from "./rules/from-arrays.ts";

export type { Schedule } from "./schedules/schedule.ts";
export {
  constantSchedule,
  piecewiseConstant,
  stepDecay,
  type PiecewiseConstantOptions,
  type StepDecayOptions,
} from "./schedules/piecewise.ts";
export {
  exponentialDecay,
  inverseSquareRootDecay,
  polynomialDecay,
  type ExponentialDecayOptions,
  type InverseSquareRootDecayOptions,
  type PolynomialDecayOptions,
} from "./schedules/decay.ts";
export {
  cosineDecay,
  cosineRestarts,
  type CosineDecayOptions,
  type CosineRestartsOptions,
} from "./schedules/cosine.ts";
export { oneCycle, type OneCycleOptions } from "./schedules/one-cycle.ts";
export { joinSchedules, warmup, type WarmupOptions } from "./schedules/join.ts";

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

export { differentialEvolution, type DifferentialEvolutionOptions } from "./global/differential-evolution.ts";
export { cmaEs, type CmaEsOptions } from "./global/cma-es.ts";
export { multiStart, type MultiStartOptions } from "./global/multi-start.ts";
export { basinHopping, type BasinHoppingOptions } from "./global/basin-hopping.ts";
export { simulatedAnnealing, type SimulatedAnnealingOptions } from "./global/simulated-annealing.ts";
export type { SearchBox } from "./global/search-box.ts";
export type { Found, GlobalMethod, GlobalProblem, GlobalState, GlobalTolerances } from "./global/method.ts";
export type { Basin } from "./global/basins.ts";
export type { Cube } from "./global/cube.ts";
export type { RandomState } from "./global/random.ts";
