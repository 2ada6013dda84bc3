import { parse } from "@steepest/autodiff/formula";
import { column, numericColumn, numericColumns, suggest, type Table } from "@steepest/datasets";
import { UsageError } from "../errors.ts";

/** What each symbol of a model stands for. */
export interface Roles {
  /** Predictors: symbol of the model → column of the table. */
  predictors: ReadonlyMap<string, string>;
  /** The column that the model describes. */
  response: string;
  /** Symbols that are fitted, in the order of the model. */
  parameters: readonly string[];
  /** Remarks for the report. */
  notes: readonly string[];
}

/** Whether a formula takes the name for a symbol: neither a constant, nor a function, nor no name at all. */
function isSymbol(name: string): boolean {
  try {
    return parse(name).symbols[0] === name;
  } catch {
    return false;
  }
}

/**
 * How a model calls a column whose name is no symbol in a formula: `Body Mass (g)` → `Body_Mass_g`, `2nd` → `_2nd`,
 * and, as it means something else there, `log` → `log_1`, `e` → `e_1`.
 */
export function symbolOf(columnName: string): string {
  if (isSymbol(columnName)) return columnName;
  const plain = columnName.replace(/[^\p{L}0-9_₀-₉]+/gu, "_").replace(/^_+|_+$/g, "");
  const named = /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
  return isSymbol(named) ? named : `${named}_1`;
}

const list = (names: readonly string[]): string => names.join(", ");

/** Columns, each with what a model calls it where that differs. */
const listColumns = (names: readonly string[]): string =>
  list(
    names.map((name) => (symbolOf(name) === name ? name : `${name} (written ${symbolOf(name)} in a model)`)),
  );

/** The column that a symbol of the model names, if any. */
function columnFor(symbol: string, names: readonly string[], x: string | undefined): string | undefined {
  if (names.includes(symbol)) return symbol;
  if (symbol === "x" && x !== undefined) return x;
  const [found, ...others] = names.filter((name) => symbolOf(name) === symbol);
  if (others.length > 0)
    throw new UsageError(
      `${symbol} could be more than one column: ${[found, ...others].map((name) => JSON.stringify(name)).join(" or ")}`,
      "Rename one of them, or write x in the model and say which column that is with --x.",
    );
  return found;
}

/** Names and numbers in a formula: the `e` of `2e-3` is part of a number. */
const wordsOfModel = /[\p{L}_][\p{L}0-9_₀-₉]*|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?/giu;

/** Remarks on columns whose name a formula reads as a constant: `e` is 2.718…, not the column. */
export function constantNotes(model: string, { meta }: Table): string[] {
  const words: readonly string[] = model.match(wordsOfModel) ?? [];
  return meta.columns
    .map(({ name }) => name)
    .filter((name) => ["e", "pi", "π"].includes(name) && words.includes(name))
    .map((name) => `${name} is a constant in a model; the column ${name} is written ${symbolOf(name)}`);
}

/** What the columns hold that the model does not use, none of which has numbers. */
function leftOver(table: Table, used: readonly string[]): string {
  const others = table.meta.columns.filter(({ name }) => !used.includes(name));
  if (others.length === 0) return "There is no other column.";
  const described = others.map(({ name, missing }) => {
    if (missing === table.meta.rows) return `${name} (empty)`;
    const example = Array.from<string | number>(column(table, name)).find((value) => value !== "");
    return `${name} (such as ${JSON.stringify(example)})`;
  });
  return `The others hold no numbers: ${list(described)}.`;
}

function chooseResponse(table: Table, used: readonly string[], y: string | undefined): string {
  if (y !== undefined) {
    const names = table.meta.columns.map((meta) => meta.name);
    const response = columnFor(y, names, undefined) ?? y;
    numericColumn(table, response);
    if (used.includes(response))
      throw new UsageError(
        `--y ${y} is also a predictor of the model`,
        "The column that is described cannot explain itself: choose another one, or take it out of the model.",
      );
    return response;
  }
  // A comma at the end of each line makes an empty column.
  const left = Object.entries(numericColumns(table))
    .filter(([name, values]) => !used.includes(name) && !values.every(Number.isNaN))
    .map(([name]) => name);
  const [only, ...others] = left;
  if (only === undefined)
    throw new UsageError(
      `no column of numbers is left for the model to describe in ${table.meta.name}`,
      `The model uses ${list(used)}. ${leftOver(table, used)}`,
    );
  if (others.length > 0)
    throw new UsageError(
      "the model could describe more than one column: say which with --y",
      `The columns of numbers that it does not use are ${list(left)}.`,
    );
  return only;
}

/**
 * Sorts the symbols of a model into predictors and parameters: a symbol that names a column is a predictor, `x` is the
 * column given by `--x` when there is no column of that name, and every other symbol is a parameter. The response is
 * `--y`, or the one column of numbers left.
 *
 * @throws UsageError or DatasetError that lists what is possible.
 */
export function assignRoles(
  symbols: readonly string[],
  table: Table,
  { x: givenX, y }: { x?: string | undefined; y?: string | undefined },
): Roles {
  const names = table.meta.columns.map((meta) => meta.name);
  const x = givenX === undefined ? undefined : (columnFor(givenX, names, undefined) ?? givenX);
  if (x !== undefined) column(table, x);
  const predictors = new Map<string, string>();
  for (const symbol of symbols) {
    const name = columnFor(symbol, names, x);
    if (name !== undefined) predictors.set(symbol, name);
  }
  const used = [...new Set(predictors.values())];
  for (const name of used) numericColumn(table, name);
  if (x !== undefined && !used.includes(x))
    throw new UsageError(
      x === "x" ? "--x x: the model does not use x" : `--x ${x}: the model uses neither x nor ${symbolOf(x)}`,
      `Its symbols are ${list(symbols) || "none"}.`,
    );

  const parameters = symbols.filter((symbol) => !predictors.has(symbol));
  if (used.length === 0) {
    const hint = symbols.includes("x")
      ? "Say which column x is with --x. "
      : "Write the name of a column into the model. ";
    throw new UsageError(
      "no symbol of the model names a column",
      `${hint}The columns of ${table.meta.name} are ${listColumns(names)}.`,
    );
  }
  if (parameters.length === 0)
    throw new UsageError(
      "nothing to fit: every symbol of the model names a column",
      "Add parameters, as in a + b*x: names that are no columns.",
    );
  // One-letter symbols are near to anything.
  const notes = parameters.flatMap((symbol) => {
    const near = symbol.length < 3 ? undefined : suggest(symbol, names.map(symbolOf));
    return near === undefined || symbols.includes(near)
      ? []
      : [`${symbol} names no column and is fitted as a parameter; did you mean ${near}?`];
  });
  return { predictors, response: chooseResponse(table, used, y), parameters, notes };
}
