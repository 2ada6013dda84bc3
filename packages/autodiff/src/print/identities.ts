import type { Algebra } from "./algebra.ts";
import type { Expression, Factor } from "./expression.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";

/** sin² + cos² = 1 and cosh² − sinh² = 1, times the same factor; takes both terms out and gives their sum. */
export function pythagoras(algebra: Algebra, terms: Map<Expression, Rational>): Expression | undefined {
  for (const [body, coefficient] of terms) {
    for (const { base, exponent } of algebra.asTerm(body).factors) {
      if (base.kind !== "call" || (base.name !== "sin" && base.name !== "sinh")) continue;
      if (exponent.kind !== "number" || exact.compare(exponent.value, exact.rational(2n)) < 0) continue;
      const two = algebra.number(exact.rational(2n));
      const rest = algebra.divide(body, algebra.power(base, two));
      const partner = algebra.multiply([
        rest,
        algebra.power(algebra.plainCall(base.name === "sin" ? "cos" : "cosh", base.args), two),
      ]);
      const other = terms.get(partner);
      const wanted = base.name === "sin" ? coefficient : exact.negative(coefficient);
      if (other === undefined || exact.compare(other, wanted) !== 0) continue;
      terms.delete(body);
      terms.delete(partner);
      return algebra.scale(other, rest);
    }
  }
  return undefined;
}

/** where(c, a, b) + where(c, p, q) = where(c, a + p, b + q) */
export function sameCondition(algebra: Algebra, terms: Map<Expression, Rational>): Expression | undefined {
  const choices = new Map<Expression, Expression>();
  for (const body of terms.keys()) {
    if (body.kind !== "call" || body.name !== "where") continue;
    const [condition, yes, no] = body.args as [Expression, Expression, Expression];
    const other = choices.get(condition);
    if (other?.kind !== "call") {
      choices.set(condition, body);
      continue;
    }
    const [p, q] = [terms.get(body) as Rational, terms.get(other) as Rational];
    terms.delete(body);
    terms.delete(other);
    const combine = (a: Expression, b: Expression): Expression =>
      algebra.add([algebra.scale(p, a), algebra.scale(q, b)]);
    return algebra.call("where", [
      condition,
      combine(yes, other.args[1] as Expression),
      combine(no, other.args[2] as Expression),
    ]);
  }
  return undefined;
}

/** A factor goes into where(c, a, b) when a branch is 0 or both are numbers: the result is one choice. */
export function intoChoice(
  algebra: Algebra,
  coefficient: Rational,
  factors: readonly Factor[],
): Expression | undefined {
  if (factors.length === 1 && exact.compare(coefficient, exact.one) === 0) return undefined;
  for (const { base, exponent } of factors) {
    if (base.kind !== "call" || base.name !== "where" || exponent !== algebra.one) continue;
    const [condition, yes, no] = base.args as [Expression, Expression, Expression];
    const simple =
      yes === algebra.zero || no === algebra.zero || (yes.kind === "number" && no.kind === "number");
    if (!simple) continue;
    const rest = algebra.productOf(
      coefficient,
      factors.filter((factor) => factor.base !== base),
    );
    return algebra.call("where", [condition, algebra.multiply([rest, yes]), algebra.multiply([rest, no])]);
  }
  return undefined;
}
