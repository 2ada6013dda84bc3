import { dot, matmul } from "../ops/linalg.ts";
import { solve } from "../ops/solve.ts";
import { max, mean, min, sum } from "../ops/reduce.ts";
import { transpose } from "../ops/shape.ts";
import { elementwiseFunctions } from "../ops/elementwise.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { binary, call, negate, type Ast, type Operator } from "./ast.ts";

/** A function of the formula language. */
export interface FormulaFunction {
  readonly name: string;
  readonly minimumArguments: number;
  readonly maximumArguments: number;
  /** What a call of it means; aliases and operators written as functions become the usual form here. */
  build(args: readonly Ast[]): Ast;
}

type TensorFunction = (...args: TensorLike[]) => Tensor;

interface Callable {
  readonly apply: TensorFunction;
  /** Whether it acts on each element alone, so that its derivative can be written down for scalars. */
  readonly elementwise: boolean;
}

const operators: Readonly<Record<string, Operator>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  pow: "^",
  less: "<",
  lessEqual: "<=",
  greater: ">",
  greaterEqual: ">=",
  equal: "==",
  notEqual: "!=",
};

/** Operations that have a shorter name in a formula. */
const shortNames: Readonly<Record<string, string>> = {
  minimum: "min",
  maximum: "max",
  logicalAnd: "and",
  logicalOr: "or",
  logicalNot: "not",
};

const aliases: Readonly<Record<string, string>> = {
  ln: "log",
  lg: "log10",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  arctan2: "atan2",
  arsinh: "asinh",
  arcosh: "acosh",
  artanh: "atanh",
  arcsinh: "asinh",
  arccosh: "acosh",
  arctanh: "atanh",
  sgn: "sign",
  logistic: "sigmoid",
  if: "where",
};

const operatorFunctions = new Map<Operator, TensorFunction>();
const callables = new Map<string, Callable>();
const languageFunctions = new Map<string, FormulaFunction>();

function addFunction(
  name: string,
  minimumArguments: number,
  maximumArguments: number,
  build: FormulaFunction["build"],
) {
  languageFunctions.set(name, { name, minimumArguments, maximumArguments, build });
}

for (const [name, elementwise] of Object.entries(elementwiseFunctions)) {
  const apply = elementwise as unknown as TensorFunction;
  const arity = elementwise.op.elementwise?.arity ?? 1;
  const operator = operators[name];
  if (operator !== undefined) {
    operatorFunctions.set(operator, apply);
    addFunction(name, 2, 2, ([left, right]) => binary(operator, left as Ast, right as Ast));
    continue;
  }
  const short = shortNames[name] ?? name;
  const build = (args: readonly Ast[]): Ast => call(short, ...args);
  callables.set(short, { apply, elementwise: true });
  addFunction(short, arity, arity, build);
  if (short !== name) addFunction(name, arity, arity, build);
}

addFunction("neg", 1, 1, ([operand]) => negate(operand as Ast));
// log(x, b) is the logarithm of x to the base b.
addFunction("log", 1, 2, ([x, base]) =>
  base === undefined ? call("log", x as Ast) : binary("/", call("log", x as Ast), call("log", base)),
);

for (const [name, whole, pairwise] of [
  ["min", min, elementwiseFunctions.minimum],
  ["max", max, elementwiseFunctions.maximum],
] as const) {
  const pair = pairwise as unknown as TensorFunction;
  const apply: TensorFunction = (first, ...rest) =>
    rest.length === 0 ? whole(first) : rest.reduce<Tensor>((so, next) => pair(so, next), first as Tensor);
  callables.set(name, { apply, elementwise: true });
  addFunction(name, 1, Infinity, (args) => call(name, ...args));
}

for (const [name, arity, apply] of [
  ["sum", 1, sum],
  ["mean", 1, mean],
  ["transpose", 1, transpose],
  ["dot", 2, dot],
  ["matmul", 2, matmul],
  ["solve", 2, solve],
] as const) {
  callables.set(name, { apply: apply as TensorFunction, elementwise: false });
  addFunction(name, arity, arity, (args) => call(name, ...args));
}

for (const [alias, name] of Object.entries(aliases))
  languageFunctions.set(alias, languageFunctions.get(name) as FormulaFunction);

/** The functions a formula can call, by every name they go by. */
export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = languageFunctions;

/** Greek letters are functions only where a bracket follows; everywhere else they are symbols, as in exp(-beta*t). */
export const letterFunctions: ReadonlySet<string> = new Set(["beta", "gamma"]);

/** Applies an operator to tensors. */
export function applyOperator(operator: Operator, left: TensorLike, right: TensorLike): Tensor {
  return (operatorFunctions.get(operator) as TensorFunction)(left, right);
}

/** Applies a function of the language, by its own name, to tensors. */
export function applyFunction(name: string, args: readonly TensorLike[]): Tensor {
  return (callables.get(name) as Callable).apply(...args);
}

/** Whether a call acts on each element alone; `min` and `max` of one argument look at all elements. */
export function isElementwiseCall(name: string, argumentCount: number): boolean {
  if ((name === "min" || name === "max") && argumentCount === 1) return false;
  return callables.get(name)?.elementwise === true;
}

/** What an operation of the graph is called in a formula. */
export function formulaNameOf(operation: string): { readonly operator?: Operator; readonly name: string } {
  const operator = operators[operation];
  const name = shortNames[operation] ?? operation;
  return operator === undefined ? { name } : { operator, name };
}

/** The known name nearest to a misspelt one, if any is near. */
export function nearestFunction(name: string): string | undefined {
  if (name.length < 2) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of languageFunctions.keys()) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(twoBack, j - 2) + 1);
      row.push(cost);
    }
    twoBack = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
