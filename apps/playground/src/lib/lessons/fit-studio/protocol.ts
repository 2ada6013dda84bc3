import type { FitJson, FitResult, FitStep, FittedParameter, Prediction } from "@steepest/fit";
import type { Table } from "@steepest/datasets";

/** Messages between the page and the worker: plain data, which survive being copied. */

export interface FitParameterInput {
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly fixed?: boolean;
}

export interface FitJob {
  readonly model: string;
  /** Columns by symbol, complete rows only. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly response: string;
  readonly parameters: Readonly<Record<string, FitParameterInput>>;
  /** Where the bands are wanted. */
  readonly grid: Readonly<Record<string, Float64Array>>;
  /** Coverage of intervals and bands. */
  readonly level: number;
}

/** One parameter along an edge of a map: `count` values from `low` to `high`. */
export interface MapAxis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** The sum of squares over two parameters, all others held. */
export interface MapJob {
  readonly model: string;
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly response: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly across: MapAxis;
  readonly up: MapAxis;
}

export type Request =
  | { readonly kind: "map"; readonly job: MapJob }
  | { readonly kind: "fit"; readonly job: FitJob }
  | { readonly kind: "csv"; readonly name: string; readonly text: string };

/** A parameter after the fit, with its interval written out. */
export type StudioParameter = Omit<FittedParameter, "interval"> & {
  readonly name: string;
  readonly interval: readonly [number, number] | undefined;
};

/** The fit's result without its functions: they stay in the worker. */
export interface FitOutcome extends Omit<
  FitResult,
  "parameters" | "formula" | "predict" | "report" | "toJSON"
> {
  readonly parameters: readonly StudioParameter[];
  /** On the job's grid; undefined where no parameter has a standard error. */
  readonly bands: Prediction | undefined;
  readonly report: string;
  readonly json: FitJson;
}

export type StudioStep = Pick<
  FitStep,
  "iteration" | "parameters" | "residualSumOfSquares" | "accepted" | "damping"
>;

export type Reply =
  | { readonly kind: "step"; readonly step: StudioStep }
  | { readonly kind: "fitted"; readonly outcome: FitOutcome }
  /** Row-major, `up` after `across`; NaN where the model has no value. */
  | { readonly kind: "mapped"; readonly values: Float64Array }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "error"; readonly message: string };
