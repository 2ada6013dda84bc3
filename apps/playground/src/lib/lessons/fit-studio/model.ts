import { SteepestError } from "@steepest/autodiff";
import { FormulaError, parse, type Formula } from "@steepest/autodiff/formula";

/** A formula that can be fitted to a table, with its names sorted out. */
export interface Model {
  readonly formula: Formula;
  /** Symbols that name a column. */
  readonly predictors: readonly string[];
  /** All other symbols. */
  readonly parameters: readonly string[];
}

export interface ModelProblem {
  readonly message: string;
  /** The text with a caret under the place; undefined when the trouble is not at one place. */
  readonly excerpt: string | undefined;
}

export type ReadModel =
  | { readonly model: Model; readonly problem?: undefined }
  | { readonly model?: undefined; readonly problem: ModelProblem };

/** Reads a model as the fit will: what names a column is a predictor, everything else a parameter. */
export function readModel(text: string, columns: readonly string[], response: string): ReadModel {
  if (text.trim() === "") {
    return { problem: { message: "write a formula, for example a + b*x", excerpt: undefined } };
  }
  let formula: Formula;
  try {
    formula = parse(text);
  } catch (error) {
    if (error instanceof FormulaError) return { problem: { message: error.message, excerpt: error.excerpt } };
    throw error;
  }
  if (formula.symbols.includes(response)) {
    return {
      problem: {
        message: `the model describes ${response}, so it cannot contain it: remove ${response} from the formula or choose another column to fit`,
        excerpt: undefined,
      },
    };
  }
  const predictors = formula.symbols.filter((name) => columns.includes(name));
  const parameters = formula.symbols.filter((name) => !columns.includes(name));
  if (parameters.length === 0) {
    return {
      problem: {
        message: `the formula has no parameter, so nothing is left to fit: add one, for example a*(${text})`,
        excerpt: undefined,
      },
    };
  }
  return { model: { formula, predictors, parameters } };
}

/**
 * Values of the model, one per row of the columns (a model without predictors is the same for every row). NaN throughout
 * without a model, and where its parts do not fit together (`matmul` of a column): the fit then says what is wrong.
 */
export function evaluateModel(
  model: Model | undefined,
  columns: Readonly<Record<string, Float64Array>>,
  parameters: Readonly<Record<string, number>>,
  rows: number,
): Float64Array {
  const empty = new Float64Array(rows).fill(NaN);
  if (model === undefined) return empty;
  try {
    const { data } = model.formula.evaluate({ ...columns, ...parameters });
    if (data.length === rows) return Float64Array.from(data);
    return data.length === 1 ? empty.fill(Number(data[0])) : empty;
  } catch (error) {
    if (error instanceof SteepestError) return empty;
    throw error;
  }
}
