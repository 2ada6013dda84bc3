import type { Algebra } from "./algebra.ts";
import type { Expression, Factor, Term } from "./expression.ts";
import { compare, toNumber } from "./rational.ts";

/** Numbers and constants first, then symbols, sums of symbols, functions, sums of functions. */
function rank(expression: Expression): number {
  switch (expression.kind) {
    case "number":
      return 0;
    case "symbol":
      return expression.rank < 0 ? 1 : 2;
    case "sum":
      return containsCall(expression) ? 5 : 3;
    case "call":
      return 4;
    case "product":
      return 3;
  }
}

function containsCall(expression: Expression): boolean {
  switch (expression.kind) {
    case "call":
      return true;
    case "sum":
      return expression.terms.some(({ body }) => containsCall(body));
    case "product":
      return expression.factors.some(({ base, exponent }) => containsCall(base) || containsCall(exponent));
    default:
      return false;
  }
}

/** The order in which a person writes factors: 2 π x (x − c) exp(x). */
export function compareExpressions(a: Expression, b: Expression): number {
  if (a === b) return 0;
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (a.kind === "number" && b.kind === "number") return compare(a.value, b.value);
  if (a.kind === "symbol" && b.kind === "symbol") return a.rank - b.rank;
  if (a.kind === "call" && b.kind === "call") {
    // Exponentials come last in a product.
    const exponentials = Number(a.name === "exp") - Number(b.name === "exp");
    if (exponentials !== 0) return exponentials;
    if (a.name !== b.name) return sortingName(a.name) < sortingName(b.name) ? -1 : 1;
    return compareLists(a.args, b.args, compareExpressions);
  }
  if (a.kind === "sum" && b.kind === "sum")
    return compareLists(a.terms, b.terms, (p, q) => compareExpressions(p.body, q.body)) || a.id - b.id;
  if (a.kind === "product" && b.kind === "product")
    return compareLists(a.factors, b.factors, compareFactors) || compare(a.coefficient, b.coefficient);
  return a.id - b.id;
}

/** Sine goes before cosine. */
function sortingName(name: string): string {
  return name.startsWith("cos") ? `sin${name.slice(3)}~` : name;
}

/** A power like x^n comes after plain symbols: n x^(n − 1). */
function hasSymbolicPower({ base, exponent }: Factor): number {
  return Number(base.kind === "symbol" && exponent.kind !== "number");
}

export function compareFactors(a: Factor, b: Factor): number {
  if (a.base.kind === "symbol" && b.base.kind === "symbol" && hasSymbolicPower(a) !== hasSymbolicPower(b))
    return hasSymbolicPower(a) - hasSymbolicPower(b);
  return (
    compareExpressions(a.base, b.base) ||
    degreeOf(b.exponent) - degreeOf(a.exponent) ||
    a.exponent.id - b.exponent.id
  );
}

/** Higher powers of the symbols first, plain numbers last. */
export function compareTerms(algebra: Algebra, a: Term, b: Term): number {
  if (a.body === algebra.one || b.body === algebra.one)
    return Number(a.body === algebra.one) - Number(b.body === algebra.one);
  const difference = degree(b.body) - degree(a.body);
  if (difference !== 0) return difference;
  const factorsOf = (term: Term): readonly Factor[] =>
    algebra.asTerm(term.body).factors.toSorted(compareFactors);
  return compareLists(factorsOf(a), factorsOf(b), compareFactors) || a.body.id - b.body.id;
}

function degree(expression: Expression): number {
  switch (expression.kind) {
    case "symbol":
      return expression.rank < 0 ? 0 : 1;
    case "product":
      return expression.factors.reduce(
        (total, { base, exponent }) => total + degree(base) * degreeOf(exponent),
        0,
      );
    case "sum":
      return Math.max(...expression.terms.map(({ body }) => degree(body)));
    default:
      return 0;
  }
}

function degreeOf(exponent: Expression): number {
  return exponent.kind === "number" ? toNumber(exponent.value) : 1;
}

function compareLists<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compareItems: (p: Item, q: Item) => number,
): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = compareItems(a[i] as Item, b[i] as Item);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
