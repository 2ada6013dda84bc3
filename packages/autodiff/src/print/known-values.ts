import type { Algebra } from "./algebra.ts";
import { argument, isCall, isIntegerNumber, type Expression } from "./expression.ts";
import * as exact from "./rational.ts";

const odd: ReadonlySet<string> = new Set(
  "sin tan asin atan sinh tanh asinh atanh erf erfInverse besselJ1 cbrt sign".split(" "),
);
const even: ReadonlySet<string> = new Set(["cos", "cosh", "abs", "besselJ0"]);
/** Functions that are 0 at 0. */
const vanishing: ReadonlySet<string> = new Set(["expm1", "log1p", "floor", "ceil", "round"]);
const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** A call with what is known about the function: special values, symmetry, inverses, choices already made. */
export function simplifyCall(algebra: Algebra, name: string, args: readonly Expression[]): Expression {
  if (name in comparisons) return comparison(algebra, name, args as [Expression, Expression]);
  if (name === "where") return choice(algebra, args as [Expression, Expression, Expression]);
  if (name === "and" || name === "or") return connective(algebra, name, args as [Expression, Expression]);
  if (name === "min" || name === "max") return extremum(algebra, name, args);
  if (name === "besselJ") return bessel(algebra, args as [Expression, Expression]);
  if (name === "polygamma" && args[0] === algebra.zero) return algebra.call("digamma", args.slice(1));
  if (args.length !== 1) return algebra.plainCall(name, args);
  return (
    knownValue(algebra, name, args[0] as Expression) ??
    bySymmetry(algebra, name, args[0] as Expression) ??
    algebra.plainCall(name, args)
  );
}

function knownValue(algebra: Algebra, name: string, x: Expression): Expression | undefined {
  const { zero, one, pi } = algebra;
  switch (name) {
    case "exp":
      return algebra.exponential(x);
    case "sqrt":
      return algebra.power(x, algebra.half);
    case "square":
      return algebra.power(x, algebra.number(exact.rational(2n)));
    case "log":
      return logarithm(algebra, x);
    case "log2":
    case "log10":
      return x === one ? zero : undefined;
    case "cos":
      return x === zero ? one : x === pi ? algebra.minusOne : undefined;
    case "cosh":
    case "besselJ0":
      return x === zero ? one : undefined;
    case "sin":
    case "tan":
      return x === pi ? zero : undefined;
    case "cbrt": {
      const root = x.kind === "number" ? exact.power(x.value, exact.rational(1n, 3n)) : undefined;
      return root === undefined ? undefined : algebra.number(root);
    }
    case "sigmoid":
      return x === zero ? algebra.half : undefined;
    case "erfc":
      return x === zero ? one : undefined;
    case "abs":
      if (x.kind === "number" && x.value.numerator >= 0n) return x;
      return isPositive(algebra, x) || isCall(x, "abs") || isSquare(x) ? x : undefined;
    case "sign":
      if (x.kind === "number")
        return algebra.number(exact.rational(BigInt(Math.sign(exact.toNumber(x.value)))));
      return isPositive(algebra, x) ? one : undefined;
    case "not":
      return x.kind === "number" ? (x === zero ? one : zero) : undefined;
    case "floor":
    case "ceil":
    case "round":
      return x.kind === "number" && exact.isInteger(x.value) ? x : undefined;
    default:
      return x === zero && vanishing.has(name) ? zero : undefined;
  }
}

function logarithm(algebra: Algebra, x: Expression): Expression | undefined {
  if (x === algebra.one) return algebra.zero;
  if (x === algebra.e) return algebra.one;
  if (isCall(x, "exp")) return argument(x);
  if (x.kind !== "product" || x.factors.length !== 1 || exact.compare(x.coefficient, exact.one) !== 0)
    return undefined;
  const [{ base, exponent }] = x.factors as [{ base: Expression; exponent: Expression }];
  if (base === algebra.e) return exponent;
  return isCall(base, "exp") ? algebra.multiply([exponent, argument(base)]) : undefined;
}

function isSquare(x: Expression): boolean {
  if (x.kind !== "product" || x.coefficient.numerator < 0n) return false;
  return x.factors.every(
    ({ base, exponent }) =>
      isCall(base, "exp") || (exponent.kind === "number" && exact.isEven(exponent.value)),
  );
}

/** f(−x) = −f(x) for odd functions, f(x) for even ones; the logistic function turns about ½. */
function bySymmetry(algebra: Algebra, name: string, x: Expression): Expression | undefined {
  if (odd.has(name) && x === algebra.zero) return x;
  if (!isNegative(algebra, x)) return undefined;
  const opposite = (): Expression => algebra.call(name, [algebra.negate(x)]);
  if (odd.has(name)) return algebra.negate(opposite());
  if (even.has(name)) return opposite();
  return name === "sigmoid" ? algebra.subtract(algebra.one, opposite()) : undefined;
}

function isNegative(algebra: Algebra, x: Expression): boolean {
  if (x.kind === "number") return x.value.numerator < 0n;
  if (x.kind === "product") return x.coefficient.numerator < 0n;
  return x.kind === "sum" && algebra.orientation(x) < 0;
}

/** J₋ₙ = (−1)ⁿ Jₙ, and orders 0 and 1 by their own names. */
function bessel(algebra: Algebra, [n, x]: readonly [Expression, Expression]): Expression {
  if (!isIntegerNumber(n)) return algebra.plainCall("besselJ", [n, x]);
  const order = exact.toNumber(n.value);
  if (order < 0) {
    const opposite = bessel(algebra, [algebra.negate(n), x]);
    return order % 2 === 0 ? opposite : algebra.negate(opposite);
  }
  return order < 2 ? algebra.call(`besselJ${order}`, [x]) : algebra.plainCall("besselJ", [n, x]);
}

function comparison(
  algebra: Algebra,
  name: string,
  [left, right]: readonly [Expression, Expression],
): Expression {
  // Equal expressions are one object.
  const [a, b] = left === right ? [0, 0] : [numberOf(algebra, left), numberOf(algebra, right)];
  if (a === undefined || b === undefined) return algebra.plainCall(name, [left, right]);
  return (comparisons[name] as (a: number, b: number) => boolean)(a, b) ? algebra.one : algebra.zero;
}

function numberOf(algebra: Algebra, x: Expression): number | undefined {
  if (x.kind === "number") return exact.toNumber(x.value);
  return x === algebra.pi ? Math.PI : x === algebra.e ? Math.E : undefined;
}

function choice(
  algebra: Algebra,
  [condition, yes, no]: readonly [Expression, Expression, Expression],
): Expression {
  if (condition.kind === "number") return condition === algebra.zero ? no : yes;
  if (yes === no || algebra.isGuard(condition)) return no;
  const inside = (branch: Expression, index: 1 | 2): Expression =>
    branch.kind === "call" && branch.name === "where" && branch.args[0] === condition
      ? (branch.args[index] as Expression)
      : branch;
  return algebra.plainCall("where", [condition, inside(yes, 1), inside(no, 2)]);
}

function connective(
  algebra: Algebra,
  name: "and" | "or",
  args: readonly [Expression, Expression],
): Expression {
  const decisive = name === "and" ? algebra.zero : algebra.one;
  for (const [index, argument] of args.entries()) {
    if (argument.kind !== "number") continue;
    const truth = argument === algebra.zero ? algebra.zero : algebra.one;
    if (truth === decisive) return truth;
    const other = args[1 - index] as Expression;
    if (isTruthValue(other)) return other;
  }
  return algebra.plainCall(name, args);
}

function isTruthValue(x: Expression): boolean {
  return x.kind === "call" && (x.name in comparisons || ["and", "or", "not"].includes(x.name));
}

function extremum(algebra: Algebra, name: "min" | "max", args: readonly Expression[]): Expression {
  const different = [...new Set(args)];
  if (args.length > 1 && different.length === 1) return different[0] as Expression;
  const [a, b] = different;
  if (different.length === 2 && a?.kind === "number" && b?.kind === "number")
    return exact.compare(a.value, b.value) < 0 === (name === "min") ? a : b;
  return algebra.plainCall(name, args.length > 1 ? different : args);
}

/** Whether an expression is positive whatever its symbols are. */
export function isPositive(algebra: Algebra, expression: Expression): boolean {
  if (expression.kind === "number") return expression.value.numerator > 0n;
  return (
    expression === algebra.pi ||
    expression === algebra.e ||
    isCall(expression, "exp") ||
    isCall(expression, "cosh")
  );
}
