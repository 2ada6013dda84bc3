import type { Formula } from "@steepest/autodiff/formula";
import type { Status } from "@steepest/optim";
import type { Columns } from "./columns.ts";
import type { Goodness } from "./goodness.ts";
import type { Weighting } from "./observations.ts";
import type { Prediction, PredictOptions } from "./predict.ts";
import type { ReportOptions } from "./report.ts";

/**
 * How a fit ended. `converged` is the solution; everything else comes with a message that says what to try, and with
 * the best parameters met.
 */
export type FitStatus = Status;

/** A parameter after the fit. */
export interface FittedParameter {
  readonly value: number;
  /** Where the fit started. */
  readonly start: number;
  /** Standard deviation of the estimate; absent when there is none, and then `reason` says why. */
  readonly standardError?: number;
  /**
   * How far rounding errors alone move the estimate: a value or a standard error below it cannot be told from zero,
   * and is written as zero in reports. Present with a standard error.
   */
  readonly resolution?: number;
  /** Why there is no standard error. */
  readonly reason?: string;
  readonly fixed: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Whether the fit ended on one of the bounds. */
  readonly atBound: boolean;
  /**
   * Confidence interval value ± quantile · standardError, from Student's t, or from the normal distribution when
   * sigma was given; undefined without a standard error.
   *
   * @param level confidence level between 0 and 1; by default the fit's
   */
  interval(level?: number): readonly [lower: number, upper: number] | undefined;
}

/** A fitted model with its uncertainty. Plain data and functions of it; `JSON.stringify` keeps the data. */
export interface FitResult<Name extends string = string> extends Goodness {
  readonly status: FitStatus;
  /** What happened, and what to try when the fit did not converge. */
  readonly message: string;
  /** The model's text. */
  readonly model: string;
  /** The parsed formula, when the model was given as one. */
  readonly formula?: Formula;
  readonly response: string;
  readonly predictors: readonly string[];
  /** Number of observations. */
  readonly rows: number;
  readonly weighting: Weighting;
  readonly parameters: Readonly<Record<Name, FittedParameter>>;
  /** The parameters that were not fixed, in the order of `covariance` and `correlation`. */
  readonly freeParameters: readonly Name[];
  /**
   * Covariance matrix of the free parameters, in their units; NaN in the rows and columns of parameters without a
   * standard error; undefined when none has one.
   */
  readonly covariance?: readonly (readonly number[])[];
  readonly correlation?: readonly (readonly number[])[];
  /** Response − fitted, in the units of the response. */
  readonly residuals: Float64Array;
  /** The model at the observations. */
  readonly fitted: Float64Array;
  /** Steps tried, taken or not. */
  readonly iterations: number;
  /**
   * How often the model and its derivatives were evaluated at all observations: once at the start, and for every step
   * but those that were given up before, because the model bends too much along them.
   */
  readonly evaluations: number;
  /** Wall-clock time. */
  readonly seconds: number;
  /** Default confidence level of intervals and bands. */
  readonly level: number;
  /** What a reader of the result should know, each in a sentence. */
  readonly notes: readonly string[];
  /** The model with confidence and prediction bands at new values of the predictors. */
  predict(columns: Columns, options?: PredictOptions): Prediction;
  /** The result as aligned text. */
  report(options?: ReportOptions): string;
  /** The data of the result; numbers that are not defined become null in JSON. */
  toJSON(): FitJson;
}

/** The data of a {@link FitResult} with plain arrays, without its functions. */
export type FitJson = Omit<
  FitResult,
  "predict" | "report" | "toJSON" | "formula" | "parameters" | "residuals" | "fitted"
> & {
  readonly parameters: Readonly<
    Record<string, Omit<FittedParameter, "interval"> & { readonly interval?: readonly [number, number] }>
  >;
  readonly residuals: readonly number[];
  readonly fitted: readonly number[];
};
