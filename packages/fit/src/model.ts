import { Tensor, tensor } from "@steepest/autodiff";
import { parse, type Formula } from "@steepest/autodiff/formula";
import { FitError, listNames, show } from "./error.ts";
import type { Columns } from "./columns.ts";

/**
 * A model as a function on tensors: the columns and parameters by name give the expected response, a tensor with one
 * element per row. Only what it reads from the columns counts as a predictor.
 */
export type ModelFunction<Column extends string = string, Name extends string = string> = (
  columns: Readonly<Record<Column, Tensor>>,
  parameters: Readonly<Record<Name, Tensor>>,
) => Tensor;

/** A model with its names sorted out. */
export interface Model {
  /** The formula's text, or for a function its name with what it reads. */
  readonly text: string;
  readonly formula: Formula | undefined;
  readonly predictors: readonly string[];
  readonly parameters: readonly string[];
  /** The expected response, shape [rows]. */
  evaluate(predictors: Tensors, parameters: Tensors, rows: number): Tensor;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Sorts the model's names: what names a data column is a predictor, everything else a parameter.
 *
 * @param parameterNames what the caller gave starts for; a function is called once, with the first row of the data and
 * ones for parameters, to see what it reads
 * @throws {FitError} when the model is not a formula or a function, or reads a name that exists nowhere
 * @throws {FormulaError} when the formula cannot be read
 */
export function readModel(
  model: string | ModelFunction,
  data: Columns,
  parameterNames: readonly string[],
): Model {
  if (typeof model === "string") return formulaModel(parse(model), Object.keys(data));
  if (typeof model === "function") return functionModel(model, data, parameterNames);
  throw new FitError({
    where: "model",
    expected: "a formula or a function (columns, parameters) => tensor",
    advice: 'write for example "a*exp(-b*t) + c"',
    found: show(model),
  });
}

function formulaModel(formula: Formula, columnNames: readonly string[]): Model {
  return {
    text: formula.toString(),
    formula,
    predictors: formula.symbols.filter((name) => columnNames.includes(name)),
    parameters: formula.symbols.filter((name) => !columnNames.includes(name)),
    evaluate: (predictors, parameters, rows) =>
      asColumn(formula.evaluate({ ...predictors, ...parameters }), rows),
  };
}

function functionModel(model: ModelFunction, data: Columns, parameterNames: readonly string[]): Model {
  const firstRow = Object.fromEntries(
    Object.entries(data)
      .filter(([, column]) => typeof column?.[0] === "number")
      .map(([name, column]) => [name, tensor([column[0]!])]),
  );
  const predictors = new Set<string>();
  const parameters = new Set<string>();
  const ones = Object.fromEntries(parameterNames.map((name) => [name, tensor(1)]));
  const result: unknown = model(
    recordReads(firstRow, predictors, (name) => ({
      where: `data.${name}`,
      expected: `a column "${name}", which the model reads`,
      advice: `the numeric columns are ${listNames(Object.keys(firstRow))}`,
      found: "nothing",
    })),
    recordReads(ones, parameters, (name) => ({
      where: `parameters.${name}`,
      expected: `a starting value for "${name}", which the model reads`,
      advice: `give a rough guess, for example parameters: { ${name}: 1 }`,
      found: "nothing",
    })),
  );
  asColumn(result, 1);
  const title = model.name === "" ? "f" : model.name;
  return {
    text: `${title}(${[...predictors].join(", ")}; ${[...parameters].join(", ")})`,
    formula: undefined,
    predictors: [...predictors],
    parameters: [...parameters],
    evaluate: (columns, values, rows) => asColumn(model(columns, values), rows),
  };
}

/** A view of a record that notes which names are read and refuses those it does not have. */
function recordReads(
  record: Tensors,
  reads: Set<string>,
  missing: (name: string) => ConstructorParameters<typeof FitError>[0],
): Tensors {
  return new Proxy(record, {
    get(target, key): Tensor | undefined {
      if (typeof key !== "string") return undefined;
      if (!Object.hasOwn(target, key)) throw new FitError(missing(key));
      reads.add(key);
      return target[key];
    },
  });
}

/** The model's result as a column of one element per row; a scalar stands for a constant column. */
function asColumn(result: unknown, rows: number): Tensor {
  if (!(result instanceof Tensor)) {
    throw new FitError({
      where: "model",
      expected: "a tensor as the model's result",
      advice: "write operations as methods, a.mul(t) instead of a * t, so that they can be differentiated",
      found: show(result),
    });
  }
  if (result.shape.length === 1 && result.shape[0] === rows) return result;
  if (result.size === 1 && result.shape.length <= 1) return result.reshape([]).broadcastTo([rows]);
  throw new FitError({
    where: "model",
    expected: `one element per row, shape [${rows}]`,
    advice: "combine columns and parameters elementwise",
    found: `shape [${result.shape.join(", ")}]`,
  });
}

/** Tensors of columns or numbers by name. */
export function asTensors(values: Readonly<Record<string, number | Float64Array>>): Tensors {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tensor(value)]));
}
