import { numericColumn, type Table } from "@steepest/datasets";
import { UsageError } from "../errors.ts";
import type { Roles } from "./roles.ts";

export interface FitData {
  /** Values of each predictor by its symbol in the model. */
  predictors: Record<string, Float64Array>;
  response: Float64Array;
  rows: number;
  /** Rows left out because a column in use has no value there. */
  dropped: number;
}

/**
 * The rows of a table in which every column in use has a value.
 *
 * @throws UsageError when there is none.
 */
export function completeRows(table: Table, { predictors, response }: Roles): FitData {
  const series = [...predictors].map(([symbol, name]) => [symbol, numericColumn(table, name)] as const);
  const responseValues = numericColumn(table, response);
  const isComplete = (_: number, row: number): boolean =>
    !Number.isNaN(responseValues[row]) && series.every(([, values]) => !Number.isNaN(values[row]));
  const kept = responseValues.filter(isComplete);
  if (kept.length === 0)
    throw new UsageError(
      `no row of ${table.meta.name} has a value in every column that is used`,
      `The columns in use are ${[...new Set(predictors.values()), response].join(", ")}.`,
    );
  return {
    predictors: Object.fromEntries(series.map(([symbol, values]) => [symbol, values.filter(isComplete)])),
    response: kept,
    rows: kept.length,
    dropped: responseValues.length - kept.length,
  };
}
