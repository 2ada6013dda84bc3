import { isNumericColumn, readColumn, readNumbers, type Columns } from "./columns.ts";
import { FitError, listNames, show } from "./error.ts";
import type { Model } from "./model.ts";

/**
 * How much each observation counts.
 *
 * - `none`: all alike, with one unknown standard deviation, estimated from the residuals;
 * - `relative`: variances inversely proportional to weights, the common factor estimated from the residuals;
 * - `absolute`: the standard deviations themselves are known.
 */
export type Weighting = "none" | "relative" | "absolute";

/** The data as the fit uses it. */
export interface Observations {
  readonly rows: number;
  readonly responseName: string;
  readonly response: Float64Array;
  readonly predictors: Readonly<Record<string, Float64Array>>;
  readonly weighting: Weighting;
  /** 1/σ or √weight for each row: residuals are multiplied by it. Ones when unweighted. */
  readonly rootWeights: Float64Array;
}

/** Numbers, one for each row, or the name of a data column that holds them, or one number for all rows. */
export type PerRow = ArrayLike<number> | string | number;

/** The options that say what the data mean. */
export interface ObservationOptions {
  /** Data column that is fitted; by default the one column the model does not use. */
  readonly response?: string | undefined;
  /** Absolute standard deviation of each response: numbers, a column's name, or one number for all. */
  readonly sigma?: PerRow | undefined;
  /** Relative weight of each row, proportional to 1/variance: numbers or a column's name. */
  readonly weights?: ArrayLike<number> | string | undefined;
}

/**
 * Picks the columns the model needs out of the data and checks them.
 *
 * @throws {FitError}
 */
export function readObservations(
  data: Columns,
  model: Pick<Model, "predictors" | "text">,
  options: ObservationOptions,
): Observations {
  const { sigma, weights } = options;
  if (sigma !== undefined && weights !== undefined) {
    throw new FitError({
      where: "options",
      expected: "sigma (absolute standard deviations) or weights (relative), not both",
      advice: "a weight is 1/sigma² up to a common factor",
      found: "both",
    });
  }
  const responseName = chooseResponse(data, model, options);
  const response = readColumn(data, responseName, "data");
  const rows = response.length;
  const predictors = Object.fromEntries(
    model.predictors.map((name) => [name, readColumn(data, name, "data", rows)]),
  );
  if (sigma !== undefined) {
    const rootWeights = readPositive(data, sigma, "sigma", rows).map((value) => 1 / value);
    return { rows, responseName, response, predictors, weighting: "absolute", rootWeights };
  }
  if (weights !== undefined) {
    const rootWeights = readPositive(data, weights, "weights", rows).map(Math.sqrt);
    return { rows, responseName, response, predictors, weighting: "relative", rootWeights };
  }
  const rootWeights = new Float64Array(rows).fill(1);
  return { rows, responseName, response, predictors, weighting: "none", rootWeights };
}

function chooseResponse(
  data: Columns,
  { predictors, text }: Pick<Model, "predictors" | "text">,
  { response, sigma, weights }: ObservationOptions,
): string {
  const names = Object.keys(data).filter((name) => isNumericColumn(data[name]));
  const free = names.filter((name) => !predictors.includes(name) && name !== sigma && name !== weights);
  if (response === undefined) {
    const only = free[0];
    if (only !== undefined && free.length === 1) return only;
    throw new FitError({
      where: "options.response",
      expected: "the name of the column to fit",
      advice:
        free.length === 0
          ? `every column is already used by the model ${text}, so add the response to the data`
          : `${listNames(free, "or")} could be meant; name one, for example response: "${free[free.length - 1] ?? ""}"`,
      found: "nothing",
    });
  }
  if (!names.includes(response)) {
    throw new FitError({
      where: "options.response",
      expected: `a numeric column of the data: ${listNames(names, "or")}`,
      advice: "correct the name",
      found: show(response),
    });
  }
  if (predictors.includes(response)) {
    throw new FitError({
      where: "options.response",
      expected: "a column that the model does not use as a predictor",
      advice: `take "${response}" out of the model ${text}`,
      found: show(response),
    });
  }
  return response;
}

/** Standard deviations or weights for each row: given directly, for all rows alike, or as a column; all positive. */
function readPositive(data: Columns, given: PerRow, where: string, rows: number): Float64Array {
  const values =
    typeof given === "string"
      ? readColumn(data, given, "data", rows)
      : typeof given === "number"
        ? new Float64Array(rows).fill(given)
        : readNumbers(given, `options.${where}`, rows);
  const bad = values.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad >= 0) {
    throw new FitError({
      where: typeof given === "number" ? `options.${where}` : `options.${where}[${bad}]`,
      expected: "a positive number",
      advice:
        where === "weights"
          ? "leave rows without weight out of the data"
          : "give every row a standard deviation",
      found: String(values[bad]),
    });
  }
  return values;
}
