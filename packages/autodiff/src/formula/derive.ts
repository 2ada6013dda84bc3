import { DifferentiationError } from "../errors.ts";
import { makePlaceholder } from "../ops/leaf.ts";
import { graphToAst } from "../print/graph.ts";
import { symbolLatex, toLatex, type LatexOptions } from "../print/latex.ts";
import { Simplifier } from "../print/simplify.ts";
import { toText } from "../print/text.ts";
import { asTensor } from "../tensor/convert.ts";
import { ones } from "../tensor/create.ts";
import { isFloat } from "../tensor/dtype.ts";
import { untracked } from "../tensor/record.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { jvp } from "../transform/jvp.ts";
import { fold, type Ast } from "./ast.ts";
import { FormulaError } from "./error.ts";
import { evaluateAst } from "./evaluate.ts";
import { parse, type Formula, type Values } from "./formula.ts";
import { isElementwiseCall } from "./functions.ts";

/** Which derivatives to take. */
export interface DeriveOptions {
  /** The symbol, or the symbols, to differentiate with respect to; all symbols of the formula by default. */
  readonly withRespectTo?: string | readonly string[];
  /** 1 by default. Of order 2 and above, with several symbols, every distinct mixed partial derivative is taken. */
  readonly order?: number;
}

/** A partial derivative of a formula. */
export interface Derivative {
  /** Simplified for reading, in the formula language. */
  readonly text: string;
  /** The symbols it was differentiated by, one for each time: `["x", "x", "y"]`. */
  readonly withRespectTo: readonly string[];
  readonly order: number;
  /** In Leibniz's notation, such as `∂²f/∂x∂y`, or `df/dx` for a formula of one symbol. */
  readonly notation: string;
  readonly ast: Ast;
  /** The simplified derivative in LaTeX. */
  latex(options?: LatexOptions): string;
  /** Leibniz's notation in LaTeX. */
  notationLatex(options?: LatexOptions): string;
  /**
   * The value for given values of all symbols of the formula, element by element. It comes from the formula's own
   * graph, not from the simplified text, so it is right also where the text has a removable gap (x/x at 0).
   *
   * @throws {FormulaError} naming the first symbol without a value.
   */
  evaluate(values: Values): Tensor;
  toString(): string;
}

/** Derivatives by what they were differentiated by: `"x"`, or `"x,y"` for order 2. */
export type Derivatives = Readonly<Record<string, Derivative>>;

/**
 * Differentiates a formula exactly: its graph is differentiated by the op table's rules, and the result is
 * simplified for reading.
 *
 * With one symbol as `withRespectTo` the result is that derivative, otherwise a record with one for each symbol, or
 * for each combination of symbols: `"x"`, `"y"`, and for order 2 `"x,x"`, `"x,y"`, `"y,y"`.
 *
 * Simplifying keeps the value wherever the derivative has one. It can hide a gap, because x/x reads 1, and it leaves
 * out what a rule does at a single point, such as 0·0^(−1) in the derivative of x^n at x = n = 0.
 *
 * @throws {FormulaError} when the text is not a formula, works on whole tensors (`sum`, `dot`, …), or does not
 * have the symbol.
 * @throws {DifferentiationError} when the order is not a positive integer.
 *
 * @example
 * import { derive } from "@steepest/autodiff/formula";
 * derive("x^2*y", { withRespectTo: "x" }).text; // → "2*x*y"
 * derive("x^2*y").y.text; // → "x^2"
 * derive("x^2*y", { order: 2 })["x,y"].text; // → "2*x"
 * derive("sin(x)", { withRespectTo: "x", order: 2 }).latex(); // → "-\\sin\\left(x\\right)"
 * derive("x^3", { withRespectTo: "x" }).evaluate({ x: [1, 2] }).toArray(); // → [3, 12]
 */
export function derive(
  formula: string | Formula,
  options: DeriveOptions & { readonly withRespectTo: string },
): Derivative;
export function derive(
  formula: string | Formula,
  options?: DeriveOptions & { readonly withRespectTo?: readonly string[] },
): Derivatives;
export function derive(formula: string | Formula, options?: DeriveOptions): Derivative | Derivatives;
export function derive(given: string | Formula, options: DeriveOptions = {}): Derivative | Derivatives {
  const formula = typeof given === "string" ? parse(given) : given;
  const { withRespectTo = formula.symbols, order = 1 } = options;
  if (!Number.isInteger(order) || order < 1)
    throw new DifferentiationError(`derive: the order must be a positive integer: ${order}`);
  const names = typeof withRespectTo === "string" ? [withRespectTo] : [...new Set(withRespectTo)];
  for (const name of names) requireSymbol(formula, name);
  requireElementwise(formula);

  const partial = partialsOf(formula);
  if (typeof withRespectTo === "string") return partial(Array.from({ length: order }, () => withRespectTo));
  const all = Object.create(null) as Record<string, Derivative>;
  for (const path of combinations(names, order)) all[path.join()] = partial(path);
  return Object.freeze(all);
}

/** Every way to pick `count` of the names with repetition, whatever the order: the distinct partial derivatives. */
function* combinations(names: readonly string[], count: number): Generator<readonly string[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [index, name] of names.entries())
    for (const rest of combinations(names.slice(index), count - 1)) yield [name, ...rest];
}

/** Takes partial derivatives one after the other, simplifying in between, each only once. */
function partialsOf(formula: Formula): (path: readonly string[]) => Derivative {
  const simplifier = new Simplifier(formula.ast, formula.symbols);
  const known = new Map<string, Ast>([["", formula.ast]]);
  const astOf = (path: readonly string[]): Ast => {
    const key = path.join();
    let ast = known.get(key);
    if (ast === undefined) {
      ast = simplifier.simplify(differentiate(astOf(path.slice(0, -1)), path.at(-1) as string));
      known.set(key, ast);
    }
    return ast;
  };
  return (path) => {
    const ast = astOf(path);
    const text = toText(ast);
    return Object.freeze({
      text,
      ast,
      withRespectTo: Object.freeze([...path]),
      order: path.length,
      notation: leibniz(path, formula.symbols.length > 1),
      latex: (latexOptions?: LatexOptions) => toLatex(ast, latexOptions),
      notationLatex: (latexOptions: LatexOptions = {}) =>
        leibnizLatex(path, formula.symbols.length > 1, latexOptions),
      evaluate: (values: Values) => evaluatePartial(formula, path, values),
      toString: () => text,
    });
  };
}

/** The derivative of a formula with respect to a symbol as the rules give it, not simplified. */
function differentiate(ast: Ast, name: string): Ast {
  const leaves = new Map<Tensor, Ast>();
  const placeholders = new Map<string, Tensor>();
  // Numbers are placeholders too: 1/3 then stays a fraction and pi stays pi, where a value would be 0.333… and 3.14….
  const placeholderFor = (leaf: Ast): Tensor => {
    const key = toText(leaf);
    let placeholder = placeholders.get(key);
    if (placeholder === undefined) {
      placeholder = makePlaceholder([], "f64", untracked, key);
      placeholders.set(key, placeholder);
      leaves.set(placeholder, leaf);
    }
    return placeholder;
  };
  const f = (x: Tensor): Tensor =>
    asFloat(
      evaluateAst(ast, (leaf) => (leaf.kind === "symbol" && leaf.name === name ? x : placeholderFor(leaf))),
    );
  // Forward mode: reverse mode adds what keeps branches that are not taken out of it, which nobody wants to read.
  const [, derivative] = jvp(f)(placeholderFor({ kind: "symbol", name }), 1);
  return graphToAst(derivative, (tensor) => leaves.get(tensor));
}

/** One forward derivative inside the other: for an elementwise formula a tangent of ones gives every element's own. */
function evaluatePartial(formula: Formula, path: readonly string[], values: Values): Tensor {
  const [name, ...inner] = path;
  if (name === undefined) return formula.evaluate(values);
  if (!Object.hasOwn(values, name)) return formula.evaluate(values);
  const x = asFloat(asTensor(values[name] as TensorLike));
  const f = (replaced: Tensor): Tensor =>
    asFloat(evaluatePartial(formula, inner, { ...values, [name]: replaced }));
  return jvp(f)(x, ones(x.shape, x.dtype))[1];
}

/** Integers have derivatives as the numbers they are; that of a condition is 0. */
function asFloat(tensor: Tensor): Tensor {
  return isFloat(tensor.dtype) ? tensor : tensor.cast("f64");
}

function leibniz(path: readonly string[], partial: boolean): string {
  const d = partial ? "∂" : "d";
  const below = powersOf(path).map(([name, power]) => `${d}${name}${superscript(power)}`);
  return `${d}${superscript(path.length)}f/${below.join("")}`;
}

function leibnizLatex(path: readonly string[], partial: boolean, options: LatexOptions): string {
  const d = partial ? "\\partial" : "\\mathrm{d}";
  const raised = (power: number): string => (power === 1 ? "" : `^{${power}}`);
  const below = powersOf(path).map(([name, power]) => `${d} ${symbolLatex(name, options)}${raised(power)}`);
  return `\\frac{${d}${raised(path.length)} f}{${below.join(" \\, ")}}`;
}

/** x, x, y as x twice and y once. */
function powersOf(path: readonly string[]): readonly (readonly [name: string, power: number])[] {
  const powers = new Map<string, number>();
  for (const name of path) powers.set(name, (powers.get(name) ?? 0) + 1);
  return [...powers];
}

function superscript(power: number): string {
  return power === 1 ? "" : Array.from(String(power), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
}

function requireSymbol(formula: Formula, name: string): void {
  if (formula.symbols.includes(name)) return;
  const has = formula.symbols.length === 0 ? "it has none" : `it has ${formula.symbols.join(", ")}`;
  throw new FormulaError({
    text: formula.text,
    position: 0,
    found: has,
    expected: `the symbol "${name}"`,
    message: `cannot differentiate with respect to a symbol that the formula does not have; ${has}: ${name}`,
  });
}

/** What works on whole tensors has no derivative that could be written down without knowing their shapes. */
function requireElementwise(formula: Formula): void {
  fold<undefined>(formula.ast, (node) => {
    if (node.kind !== "call" || isElementwiseCall(node.name, node.args.length)) return undefined;
    throw new FormulaError({
      text: formula.text,
      position: Math.max(0, formula.text.indexOf(node.name)),
      found: node.name,
      expected: "a function of single numbers",
      message: `derive writes derivatives of formulas that work number by number; use grad for this one: ${node.name}(…)`,
    });
  });
}
