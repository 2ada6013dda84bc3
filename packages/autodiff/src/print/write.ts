import {
  binary,
  call,
  constant,
  negate,
  number,
  symbol,
  type Ast,
  type ConstantName,
  type Operator,
} from "../formula/ast.ts";
import type { Algebra } from "./algebra.ts";
import { isCall, type Expression, type Factor, type SumExpression } from "./expression.ts";
import { compareFactors } from "./order.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";

const comparisons: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "==", "!="]);

/** Numerators and denominators beyond this are easier to read as one decimal number. */
const longestInteger = 1_000_000_000n;

/** Writes an expression in normal form the way a person would: signs, fractions, roots, a familiar order. */
export function writeExpression(algebra: Algebra, expression: Expression): Ast {
  const written = new Map<Expression, Ast>();
  const write = (part: Expression): Ast => {
    let ast = written.get(part);
    if (ast === undefined) {
      ast = writeOne(part);
      written.set(part, ast);
    }
    return ast;
  };
  return write(expression);

  function writeOne(part: Expression): Ast {
    switch (part.kind) {
      case "number":
        return writeProduct(part.value, []);
      case "symbol":
        return part.rank < 0 ? constant(part.name as ConstantName) : symbol(part.name);
      case "call": {
        const args = part.args.map(write);
        if (comparisons.has(part.name)) return binary(part.name as Operator, args[0] as Ast, args[1] as Ast);
        return call(part.name, ...args);
      }
      case "product":
        return writeProduct(part.coefficient, part.factors);
      case "sum":
        return writeSum(part);
    }
  }

  function writeSum(sum: SumExpression): Ast {
    const coefficients = new Map(sum.terms.map(({ body, coefficient }) => [body, coefficient]));
    const terms = algebra.bodiesInOrder(sum).map((body) => {
      const term = writeProduct(coefficients.get(body) as Rational, algebra.asTerm(body).factors);
      return term.kind === "negate"
        ? { minus: true, magnitude: term.operand }
        : { minus: false, magnitude: term };
    });
    const firstPositive = terms.findIndex(({ minus }) => !minus);
    if (firstPositive > 0) terms.unshift(...terms.splice(firstPositive, 1));
    let result: Ast | undefined;
    for (const { minus, magnitude } of terms) {
      if (result === undefined) result = minus ? negate(magnitude) : magnitude;
      else result = binary(minus ? "-" : "+", result, magnitude);
    }
    return result ?? number(0);
  }

  function writeProduct(given: Rational, unordered: readonly Factor[]): Ast {
    const [coefficient, factors] = withoutMinus(given, unordered);
    const magnitude = coefficient.numerator < 0n ? exact.negative(coefficient) : coefficient;
    const above: Ast[] = [];
    const below: Ast[] = [];
    writeCoefficient(magnitude, above, below);
    for (const { base, exponent } of factors.toSorted(compareFactors)) {
      if (isCall(base, "exp") && base.kind === "call" && exponent.kind === "number")
        above.push(call("exp", write(algebra.scale(exponent.value, base.args[0] as Expression))));
      else if (exponent.kind === "number" && exponent.value.numerator < 0n)
        below.push(writePower(base, algebra.negate(exponent)));
      else above.push(writePower(base, exponent));
    }
    const top = above.length === 0 ? number(1) : above.reduce((left, right) => binary("*", left, right));
    const result =
      below.length === 0
        ? top
        : binary(
            "/",
            top,
            below.reduce((left, right) => binary("*", left, right)),
          );
    return coefficient.numerator < 0n ? negate(result) : result;
  }

  /** −(a − b)·c as (b − a)·c */
  function withoutMinus(
    coefficient: Rational,
    factors: readonly Factor[],
  ): readonly [Rational, readonly Factor[]] {
    const turned = algebra.turnable(coefficient, factors);
    if (turned === undefined) return [coefficient, factors];
    return [
      exact.negative(coefficient),
      factors.map((factor) =>
        factor === turned ? { ...factor, base: algebra.negate(factor.base) } : factor,
      ),
    ];
  }

  function writePower(base: Expression, exponent: Expression): Ast {
    if (exponent === algebra.one) return write(base);
    if (exponent === algebra.half) return call("sqrt", write(base));
    if (base === algebra.e) return call("exp", write(exponent));
    return binary("^", write(base), write(exponent));
  }
}

function writeCoefficient(magnitude: Rational, above: Ast[], below: Ast[]): void {
  const { numerator, denominator } = magnitude;
  const short = numerator < longestInteger && denominator < longestInteger;
  if (denominator !== 1n && ((magnitude.decimal && exact.isShortDecimal(magnitude)) || !short)) {
    above.push(number(exact.toNumber(magnitude)));
    return;
  }
  if (numerator !== 1n) above.push(number(Number(numerator)));
  if (denominator !== 1n) below.push(number(Number(denominator)));
}
