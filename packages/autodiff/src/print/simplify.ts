import { children, fold, type Ast } from "../formula/ast.ts";
import { Algebra } from "./algebra.ts";
import type { Expression } from "./expression.ts";
import { fromDecimal } from "./rational.ts";
import { Shortener } from "./shorten.ts";
import { writeExpression } from "./write.ts";

/**
 * Rewrites formulas for reading. The result has the same value wherever the original has one; it can have a value
 * in more places, because x/x reads 1 and the special case of a derivative rule at a single point is left out.
 *
 * One simplifier belongs to one formula: it keeps that formula's own wording (1 + exp(-x) stays in that order) and
 * the order in which its symbols appear.
 */
export class Simplifier {
  readonly #algebra: Algebra;
  readonly #shortener: Shortener;

  constructor(formula: Ast, symbols: readonly string[]) {
    this.#algebra = new Algebra(inOrderOfWriting(formula, symbols));
    this.#algebra.reading = true;
    this.#normalize(formula);
    this.#algebra.reading = false;
    this.#shortener = new Shortener(this.#algebra);
  }

  simplify(ast: Ast): Ast {
    return writeExpression(this.#algebra, this.#shortener.shorten(this.#normalize(ast)));
  }

  #normalize(ast: Ast): Expression {
    return fold<Expression>(ast, (node, parts) => this.#combine(node, parts), withWholeSums);
  }

  #combine(node: Ast, parts: readonly Expression[]): Expression {
    const algebra = this.#algebra;
    const [left, right] = parts as [Expression, Expression];
    switch (node.kind) {
      case "number":
        return algebra.number(fromDecimal(node.value));
      case "constant":
        return algebra[node.name];
      case "symbol":
        return algebra.symbol(node.name);
      case "negate":
        return algebra.negate(left);
      case "call":
        return algebra.call(node.name, parts);
      case "binary":
        break;
    }
    switch (node.operator) {
      case "+":
      case "-": {
        const minus = sumOf(node).map((term) => term.minus);
        const result = algebra.add(parts.map((part, index) => (minus[index] ? algebra.negate(part) : part)));
        if (algebra.reading) algebra.rememberWording(result, parts);
        return result;
      }
      case "*":
        return algebra.multiply([left, right]);
      case "/":
        return algebra.divide(left, right);
      case "^":
        return algebra.power(left, right);
      default:
        return algebra.call(node.operator, [left, right]);
    }
  }
}

/** The terms of a sum, from the left, with their signs; a bracket is one term. */
function sumOf(ast: Ast): readonly { readonly minus: boolean; readonly term: Ast }[] {
  const terms: { minus: boolean; term: Ast }[] = [];
  let rest = ast;
  while (rest.kind === "binary" && (rest.operator === "+" || rest.operator === "-")) {
    terms.push({ minus: rest.operator === "-", term: rest.right });
    rest = rest.left;
  }
  return [...terms, { minus: false, term: rest }].reverse();
}

/** A long sum is taken as a whole: one step per partial sum would cost the square of its length. */
function withWholeSums(ast: Ast): readonly Ast[] {
  const isSum = ast.kind === "binary" && (ast.operator === "+" || ast.operator === "-");
  return isSum ? sumOf(ast).map(({ term }) => term) : children(ast);
}

/**
 * Symbols by first appearance, except that where the formula writes b before x in its products, b goes first:
 * in exp(-x)/(a + b*x) the product is b*x.
 */
function inOrderOfWriting(formula: Ast, symbols: readonly string[]): readonly string[] {
  const before = new Map<string, Set<string>>(symbols.map((name) => [name, new Set()]));
  fold<readonly string[]>(formula, (node, parts) => {
    if (node.kind === "symbol") return [node.name];
    if (node.kind === "negate") return parts[0] ?? [];
    if (node.kind !== "binary") return [];
    const [left, right] = parts as [readonly string[], readonly string[]];
    if (node.operator === "/" || node.operator === "^") return left;
    if (node.operator !== "*") return [];
    for (const second of right)
      for (const first of left) if (first !== second) before.get(second)?.add(first);
    return [...new Set([...left, ...right])];
  });
  const waiting = [...symbols];
  const ordered: string[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex((name) => !waiting.some((other) => before.get(name)?.has(other) === true));
    // Where a formula writes both x*y and y*x, first appearance decides.
    ordered.push(...waiting.splice(Math.max(0, free), 1));
  }
  return ordered;
}
