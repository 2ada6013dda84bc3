import type { Algebra } from "./algebra.ts";
import { isCall, type Expression, type Factor, type ProductExpression } from "./expression.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";

/** What it costs to read expressions in the form in which they are written. */
export class Costs {
  readonly #algebra: Algebra;
  readonly #costs = new Map<Expression, number>();

  constructor(algebra: Algebra) {
    this.#algebra = algebra;
  }

  /** How much there is to read: one for each number, name, function, operator. */
  of(expression: Expression): number {
    let cost = this.#costs.get(expression);
    if (cost === undefined) {
      cost = this.#count(expression);
      this.#costs.set(expression, cost);
    }
    return cost;
  }

  #count(expression: Expression): number {
    switch (expression.kind) {
      case "number":
        return countNumber(expression.value) + (expression.value.numerator < 0n ? 1 : 0);
      case "symbol":
        return 1;
      case "call":
        return expression.args.reduce((total, arg) => total + this.of(arg), 1);
      case "product":
        return this.#countProduct(expression.coefficient, expression.factors) + this.#countMinus(expression);
      case "sum": {
        const signs = expression.terms.every(({ coefficient }) => coefficient.numerator < 0n) ? 1 : 0;
        const terms = expression.terms.reduce((total, { coefficient, body }) => {
          if (body === this.#algebra.one) return total + countNumber(coefficient);
          const parts = this.#algebra.asTerm(body);
          return total + this.#countProduct(coefficient, parts.factors);
        }, signs);
        return terms + expression.terms.length - 1;
      }
    }
  }

  #countMinus({ coefficient, factors }: ProductExpression): number {
    return coefficient.numerator < 0n && this.#algebra.turnable(coefficient, factors) === undefined ? 1 : 0;
  }

  #countProduct(coefficient: Rational, factors: readonly Factor[]): number {
    const magnitude = coefficient.numerator < 0n ? exact.negative(coefficient) : coefficient;
    let total = 0;
    let pieces = 0;
    if (exact.compare(magnitude, exact.one) !== 0) {
      total += countNumber(magnitude);
      pieces++;
    }
    let allBelow = true;
    for (const { base, exponent } of factors) {
      pieces++;
      total += this.#countPower(base, exponent);
      if (!(exponent.kind === "number" && exponent.value.numerator < 0n)) allBelow = false;
    }
    // 1/x has a 1 that x does not have.
    return total + pieces - 1 + (allBelow && magnitude.numerator === 1n ? 2 : 0);
  }

  #countPower(base: Expression, exponent: Expression): number {
    if (isCall(base, "exp") && base.kind === "call") {
      const inner = base.args[0] as Expression;
      if (exponent.kind !== "number") return 2 + this.of(inner) + this.of(exponent);
      return 1 + this.of(this.#algebra.scale(exponent.value, inner));
    }
    if (exponent.kind !== "number") return this.of(base) + 1 + this.of(exponent);
    const magnitude = exponent.value.numerator < 0n ? exact.negative(exponent.value) : exponent.value;
    if (exact.compare(magnitude, exact.one) === 0) return this.of(base);
    if (magnitude.numerator === 1n && magnitude.denominator === 2n) return this.of(base) + 1;
    return this.of(base) + 1 + countNumber(magnitude);
  }
}

function countNumber(value: Rational): number {
  return exact.isInteger(value) || value.decimal ? 1 : 3;
}
