import {
  levenbergMarquardt,
  leastSquaresSteps,
  type Finish,
  type Step,
  type StopSignal,
} from "@steepest/optim";
import { tensor, type Tensor } from "@steepest/autodiff";
import type { Columns } from "./columns.ts";
import { FitError, rejectUnknownKeys, show } from "./error.ts";
import { estimateAt } from "./estimate.ts";
import { readLevel } from "./level.ts";
import { asTensors, readModel, type Model, type ModelFunction } from "./model.ts";
import { readObservations, type ObservationOptions, type Observations } from "./observations.ts";
import { readParameters, type Parameter, type ParameterInput } from "./parameter.ts";
import { makeResult } from "./make-result.ts";
import type { FitResult } from "./result.ts";

// Node.js, browsers and workers all have it; the type libraries in use know only the language.
declare const performance: { now(): number };

/** One step of a fit, for watching it: the parameters after the step. */
export interface FitStep<Name extends string = string> {
  /** 0 for the start, then one more for every step tried. */
  readonly iteration: number;
  /** All parameters, the fixed ones too; unchanged when the step was rejected. */
  readonly parameters: Readonly<Record<Name, number>>;
  /** Weighted sum of squares of the residuals. */
  readonly residualSumOfSquares: number;
  readonly accepted: boolean;
  /** Levenberg–Marquardt damping λ that gave this step; 0 for a Gauss–Newton step. */
  readonly damping: number;
  /** Length of the gradient of half the sum of squares. */
  readonly gradientNorm: number;
}

/** Options of {@link fit}. */
export interface FitOptions<Name extends string = string> extends ObservationOptions {
  /** Start of each parameter of the model, by name, with bounds or `fixed` where wanted. */
  readonly parameters?: Readonly<Record<Name, ParameterInput>> | undefined;
  /** Most steps to try; by default the solver's limit of some thousands. */
  readonly maxIterations?: number | undefined;
  /** Stops the fit between two steps, with status `aborted` and the best parameters so far. */
  readonly signal?: StopSignal | undefined;
  /** Called after every step, the start included. */
  readonly onStep?: ((step: FitStep<Name>) => void) | undefined;
  /** Confidence level of intervals and bands when not told otherwise; 0.95 by default. */
  readonly level?: number | undefined;
}

const OPTIONS = [
  "response",
  "parameters",
  "sigma",
  "weights",
  "maxIterations",
  "signal",
  "onStep",
  "level",
] as const satisfies readonly (keyof FitOptions)[];

/**
 * Fits a model to data by (weighted) least squares, with exact derivatives.
 *
 * @param model a formula such as `"a*exp(-b*t) + c"`, where a symbol that names a data column is a predictor and every
 * other symbol a parameter; or a function on tensors `({ t }, { a, b }) => a.mul(t.mul(b).exp())`
 * @param data columns of numbers by name, all of one length, without gaps
 * @returns the fitted parameters with their uncertainty; a fit that does not converge says so in `status` and `message`
 * @throws {FitError} for wrong arguments, saying where, what was expected and what to do
 * @throws {FormulaError} for a formula that cannot be read
 *
 * @example
 * ```ts
 * const line = fit("a + b*x", { x: [1, 2, 3, 4], y: [3.1, 4.9, 7.2, 8.8] }, { parameters: { a: 0, b: 1 } });
 * line.parameters.b.value; // → 1.94
 * line.parameters.b.standardError; // → 0.0906
 * ```
 */
export function fit<Column extends string, Name extends string = string>(
  model: string | ModelFunction<NoInfer<Column>, NoInfer<Name>>,
  data: Readonly<Record<Column, ArrayLike<number>>>,
  options: FitOptions<Name> = {},
): FitResult<Name> {
  const steps = fitSteps(model, data, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * The same fit one step at a time: yields the start, then every step tried, and returns the result.
 *
 * Arguments are checked when the first step is asked for.
 */
export function* fitSteps<Column extends string, Name extends string = string>(
  model: string | ModelFunction<NoInfer<Column>, NoInfer<Name>>,
  data: Readonly<Record<Column, ArrayLike<number>>>,
  options: FitOptions<Name> = {},
): Generator<FitStep<Name>, FitResult<Name>, void> {
  const began = performance.now();
  const { signal, onStep } = options;
  const problem = readProblem(model, data, options);
  const method = levenbergMarquardt();
  const limit = options.maxIterations ?? method.defaultIterations;

  const walk = walkOf(problem, method);
  let best: FitStep<Name> | undefined;
  let iterations = 0;
  let evaluations = 0;
  let finish: Finish;
  for (;;) {
    if (signal?.aborted === true) {
      finish = { status: "aborted", message: "stopped by the signal; these are the best parameters so far" };
      break;
    }
    const next = walk.next();
    if (next.done === true) {
      finish = next.value;
      break;
    }
    const step: FitStep<Name> = {
      iteration: next.value.iteration,
      parameters: problem.valuesAt(next.value.x) as Record<Name, number>,
      residualSumOfSquares: 2 * next.value.value,
      accepted: next.value.accepted,
      damping: next.value.damping ?? 0,
      gradientNorm: next.value.gradientNorm,
    };
    ({ iteration: iterations } = step);
    ({ evaluations } = next.value);
    // Steps judged by the gradient may raise the sum of squares within its rounding error: the last accepted is the best.
    if (step.accepted) best = step;
    onStep?.(step);
    yield step;
    if (step.iteration >= limit) {
      finish = {
        status: "maxIterations",
        message: `stopped by maxIterations = ${limit} before the fit converged; raise it or start closer`,
      };
      break;
    }
  }
  const estimate = estimateAt(
    problem.model,
    problem.observations,
    problem.parameters,
    best?.parameters ?? problem.valuesAt(undefined),
  );
  return makeResult<Name>(estimate, {
    status: finish.status,
    message: (best === undefined && whyNotAtStart(problem, estimate.fitted)) || finish.message,
    iterations,
    evaluations,
    seconds: (performance.now() - began) / 1000,
    level: problem.level,
  });
}

/** The observation that kept the walk from starting, if it was the value of the model. */
function whyNotAtStart({ observations }: Problem, fitted: Float64Array): string | undefined {
  const row = fitted.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return undefined;
  const place = Object.entries(observations.predictors).map(([name, values]) => `${name} = ${values[row]}`);
  return `at the start the model is ${fitted[row]} for observation ${row + 1} (${place.join(", ")}); start elsewhere, or leave out observations where the model is not defined`;
}

/** The checked arguments of a fit. */
interface Problem {
  readonly model: Model;
  readonly observations: Observations;
  readonly parameters: readonly Parameter[];
  readonly free: readonly Parameter[];
  readonly level: number;
  /** All parameters by name when the free ones have these values; their starts when undefined. */
  valuesAt(x: ArrayLike<number> | undefined): Record<string, number>;
}

function readProblem(given: string | ModelFunction, data: Columns, options: FitOptions): Problem {
  if (typeof data !== "object" || data === null) {
    throw new FitError({
      where: "data",
      expected: "columns of numbers by name",
      advice: "give for example { t: [0, 1, 2], y: [5, 3, 2] }",
      found: show(data),
    });
  }
  rejectUnknownKeys(options, OPTIONS, "options");
  const level = readLevel(options.level ?? 0.95, "options.level");
  const { maxIterations } = options;
  if (maxIterations !== undefined && !(maxIterations >= 0)) {
    throw new FitError({
      where: "options.maxIterations",
      expected: "a number of iterations, 0 or more",
      advice: "leave it out for the default",
      found: show(maxIterations),
    });
  }
  const inputs: Readonly<Record<string, ParameterInput>> = options.parameters ?? {};
  const model = readModel(given, data, Object.keys(inputs));
  const parameters = readParameters(model.parameters, inputs, Object.keys(data));
  const observations = readObservations(data, model, options);
  const free = parameters.filter(({ fixed }) => !fixed);
  if (observations.rows < free.length) {
    throw new FitError({
      where: `data.${observations.responseName}`,
      expected: `at least as many observations as free parameters, ${free.length}`,
      advice: "add data or fix parameters",
      found: String(observations.rows),
    });
  }
  const valuesAt = (x: ArrayLike<number> | undefined): Record<string, number> => {
    const values = Object.fromEntries(parameters.map(({ name, start }) => [name, start]));
    free.forEach(({ name, start }, index) => (values[name] = x?.[index] ?? start));
    return values;
  };
  return { model, observations, parameters, free, level, valuesAt };
}

/** The solver's walk on the free parameters. */
function walkOf(
  problem: Problem,
  method: ReturnType<typeof levenbergMarquardt>,
): Generator<Step, Finish, void> {
  const { model, free, observations } = problem;
  const { rows, response, rootWeights, weighting } = observations;
  if (free.length === 0) return nothingToFit();
  const predictors = asTensors(observations.predictors);
  const fixed = asTensors(problem.valuesAt(undefined));
  const observed = tensor(response);
  const root = weighting === "none" ? undefined : tensor(rootWeights);
  const residuals = (leaves: readonly Tensor[]): Tensor => {
    const varied = Object.fromEntries(free.map(({ name }, index) => [name, leaves[index]!]));
    const difference = model.evaluate(predictors, { ...fixed, ...varied }, rows).sub(observed);
    return root === undefined ? difference : difference.mul(root);
  };
  return leastSquaresSteps(
    residuals,
    free.map(({ start }) => start),
    method,
    { lower: free.map(({ min }) => min), upper: free.map(({ max }) => max) },
  );
}

// eslint-disable-next-line require-yield -- a walk that ends where it starts
function* nothingToFit(): Generator<Step, Finish, void> {
  return { status: "converged", message: "nothing to fit: every parameter is fixed" };
}
