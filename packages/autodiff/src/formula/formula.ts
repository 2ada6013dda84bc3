import { toLatex, type LatexOptions } from "../print/latex.ts";
import { toText } from "../print/text.ts";
import { asTensor } from "../tensor/convert.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import type { Ast } from "./ast.ts";
import { FormulaError } from "./error.ts";
import { evaluateAst, literalValue } from "./evaluate.ts";
import { parseText } from "./parser.ts";

/** Values for symbols, by name. Symbols a formula does not have are ignored, so a whole data table will do. */
export type Values = Readonly<Record<string, TensorLike>>;

/** A formula: named symbols and a function on tensors. Immutable. */
export interface Formula {
  /** As it was written. */
  readonly text: string;
  /** The names that stand for values, in order of first appearance; constants and functions are not among them. */
  readonly symbols: readonly string[];
  /** How it is put together. */
  readonly ast: Ast;
  /**
   * The value for given values of the symbols. It is built out of operations on tensors: it broadcasts, can be
   * differentiated and can be compiled.
   *
   * @throws {FormulaError} naming the first symbol without a value.
   * @throws {ShapeError} when the values do not broadcast.
   */
  evaluate(values: Values): Tensor;
  /**
   * The formula as a function of some of its symbols, in the order of the names.
   *
   * @throws {FormulaError} when a symbol is missing from the names.
   */
  fn(names: readonly string[]): (...values: TensorLike[]) => Tensor;
  /** The formula in LaTeX, with colours or classes for its symbols if wanted. */
  latex(options?: LatexOptions): string;
  /** The formula in canonical form: explicit signs, plain names of functions, as few brackets as possible. */
  toString(): string;
}

/**
 * Reads a formula in ordinary notation.
 *
 * - `-x^2` is −(x²) and `2^3^2` is 2⁹; `**` is `^`.
 * - A product needs no sign: `2x`, `3(x+1)`, `2 pi x`. It binds tighter than `/`, as in print: `a/2b` is a/(2b).
 *   Only a fraction of two numbers is a factor of its own: `1/2 x` is ½x.
 * - `pi` (or `π`) and `e` are constants, every other name that is not a function is a symbol; names are case-sensitive.
 *   `beta` and `gamma` are functions where a bracket follows, symbols elsewhere.
 * - Functions are the elementwise operations by name, with their usual other names (`ln`, `arcsin`, …); `log` is
 *   the natural logarithm, `log(x, b)` the one to base b. `where(x < 1, a, b)` chooses, `|x|` is abs(x).
 *   `sum`, `mean`, `dot`, `matmul`, `solve`, `transpose` and `min`, `max` of one argument work on whole tensors.
 * - `[ ]` are brackets like `( )`, and `× · ÷ − ² ³ √ π ≤ ≥ ≠` can be written as they are.
 *
 * @throws {FormulaError} with the position, what was found and what was expected.
 *
 * @example
 * import { parse } from "@steepest/autodiff/formula";
 * const decay = parse("a*exp(-b*t) + c");
 * decay.symbols; // → ["a", "b", "t", "c"]
 * decay.evaluate({ a: 2, b: 0, t: [1, 2, 3], c: 1 }).toArray(); // → [3, 3, 3]
 * decay.latex(); // → "a e^{-b t} + c"
 * parse("2x^2/3").toString(); // → "2*x^2/3"
 */
export function parse(text: string): Formula {
  const { ast, symbols: positions } = parseText(text);
  const symbols = Object.freeze([...positions.keys()]);
  const missing = (name: string, given: readonly string[], what: string): FormulaError =>
    new FormulaError({
      text,
      position: positions.get(name) ?? 0,
      found: given.length === 0 ? "none" : given.join(", "),
      expected: `${what} for "${name}"`,
      message: `no ${what} for the symbol "${name}"; given: ${given.length === 0 ? "none" : given.join(", ")}`,
    });
  const evaluate = (values: Values): Tensor => {
    for (const name of symbols)
      if (!Object.hasOwn(values, name) || values[name] === undefined)
        throw missing(name, Object.keys(values), "value");
    return evaluateAst(ast, (leaf) =>
      leaf.kind === "symbol" ? operand(values[leaf.name]) : literalValue(leaf),
    );
  };
  return Object.freeze({
    text,
    symbols,
    ast,
    evaluate,
    fn: (names: readonly string[]) => {
      for (const name of symbols) if (!names.includes(name)) throw missing(name, names, "argument");
      return (...values: TensorLike[]) =>
        evaluate(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Values);
    },
    latex: (options?: LatexOptions) => toLatex(ast, options),
    toString: () => toText(ast),
  });
}

/** Plain numbers stay plain, to take the dtype of the tensors they meet; the rest become tensors. */
function operand(value: TensorLike | undefined): TensorLike {
  return typeof value === "number" ? value : asTensor(value as TensorLike);
}
