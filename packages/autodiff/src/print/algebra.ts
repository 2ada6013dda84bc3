import {
  argument,
  ExpressionTable,
  isCall,
  isIntegerNumber,
  numericValue,
  type Expression,
  type Factor,
  type SumExpression,
  type Term,
} from "./expression.ts";
import { intoChoice, pythagoras, sameCondition } from "./identities.ts";
import { isPositive, simplifyCall } from "./known-values.ts";
import { compareTerms } from "./order.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";

/**
 * Arithmetic on expressions in normal form. Every result equals what was asked for wherever that is defined; it
 * may be defined in more places (x/x is 1, also at 0).
 */
export class Algebra {
  readonly #table = new ExpressionTable();
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #wordings = new Map<Expression, readonly Expression[]>();
  readonly #orientations = new Map<SumExpression, 1 | -1>();
  /** Conditions that are the formula's own; see {@link isGuard}. */
  readonly #conditions = new Set<Expression>();
  readonly zero: Expression = this.#table.number(exact.zero);
  readonly one: Expression = this.#table.number(exact.one);
  readonly minusOne: Expression = this.#table.number(exact.negative(exact.one));
  readonly half: Expression = this.#table.number(exact.rational(1n, 2n));
  readonly e: Expression;
  readonly pi: Expression;
  /** While the formula itself is read: its sums and conditions are remembered as its own. */
  reading = false;

  constructor(symbols: readonly string[]) {
    this.#ranks = new Map(symbols.map((name, index) => [name, index]));
    this.pi = this.#table.symbol("pi", -2);
    this.e = this.#table.symbol("e", -1);
  }

  number(value: Rational): Expression {
    return this.#table.number(value);
  }

  symbol(name: string): Expression {
    return this.#table.symbol(name, this.#ranks.get(name) ?? this.#ranks.size);
  }

  call(name: string, args: readonly Expression[]): Expression {
    if (this.reading && name === "where") this.#conditions.add(args[0] as Expression);
    return simplifyCall(this, name, args);
  }

  /** A call that is not simplified any further. */
  plainCall(name: string, args: readonly Expression[]): Expression {
    return this.#table.call(name, args);
  }

  negate(expression: Expression): Expression {
    return this.scale(exact.negative(exact.one), expression);
  }

  subtract(left: Expression, right: Expression): Expression {
    return this.add([left, this.negate(right)]);
  }

  divide(left: Expression, right: Expression): Expression {
    return this.multiply([left, this.power(right, this.minusOne)]);
  }

  /** coefficient · expression, where a sum takes the coefficient to each of its terms. */
  scale(coefficient: Rational, expression: Expression): Expression {
    if (coefficient.numerator === 0n) return this.zero;
    if (expression.kind === "sum")
      return this.#table.sum(
        expression.terms.map((term) => ({
          ...term,
          coefficient: exact.multiply(term.coefficient, coefficient),
        })),
      );
    return this.multiply([this.number(coefficient), expression]);
  }

  add(items: readonly Expression[]): Expression {
    const terms = new Map<Expression, Rational>();
    const gather = (expression: Expression, scale: Rational): void => {
      if (expression.kind === "sum")
        for (const { coefficient, body } of expression.terms)
          gather(body, exact.multiply(coefficient, scale));
      else {
        const { coefficient, body } = this.asTerm(expression);
        const total = exact.multiply(coefficient, scale);
        if (body.kind === "sum") gather(body, total);
        else terms.set(body, exact.add(terms.get(body) ?? exact.zero, total));
      }
    };
    for (const item of items) gather(item, exact.one);
    return this.#sumOf(terms);
  }

  #sumOf(terms: Map<Expression, Rational>): Expression {
    for (const [body, coefficient] of terms) if (coefficient.numerator === 0n) terms.delete(body);
    const replacement = pythagoras(this, terms) ?? sameCondition(this, terms);
    if (replacement !== undefined) {
      const rest = [...terms].map(([body, coefficient]) => this.scale(coefficient, body));
      return this.add([...rest, replacement]);
    }
    const list: Term[] = [...terms].map(([body, coefficient]) => ({ coefficient, body }));
    const [first] = list;
    if (first === undefined) return this.zero;
    return list.length === 1 ? this.scale(first.coefficient, first.body) : this.#table.sum(list);
  }

  multiply(items: readonly Expression[]): Expression {
    let coefficient = exact.one;
    const powers = new Map<Expression, Expression>();
    const waiting = [...items];
    for (;;) {
      const item = waiting.pop();
      if (item === undefined) {
        const exponentials = [...powers].filter(([base]) => isCall(base, "exp"));
        if (exponentials.length < 2) break;
        // e^u · e^v = e^(u + v)
        for (const [base] of exponentials) powers.delete(base);
        waiting.push(
          this.exponential(this.add(exponentials.map(([base, q]) => this.multiply([q, argument(base)])))),
        );
        continue;
      }
      const parts = this.asTerm(item);
      coefficient = exact.multiply(coefficient, parts.coefficient);
      for (const { base: original, exponent } of parts.factors) {
        let base = original;
        if (base.kind === "sum" && isIntegerNumber(exponent)) {
          const sign = this.orientation(base);
          if (sign < 0) base = this.scale(exact.negative(exact.one), base);
          if (sign < 0 && !exact.isEven(exponent.value)) coefficient = exact.negative(coefficient);
        }
        const present = powers.get(base);
        if (present === undefined) {
          powers.set(base, exponent);
          continue;
        }
        powers.delete(base);
        waiting.push(this.power(base, this.add([present, exponent])));
      }
    }
    if (coefficient.numerator === 0n) return this.zero;
    const factors = [...powers].map(([base, exponent]) => ({ base, exponent }));
    return intoChoice(this, coefficient, factors) ?? this.productOf(coefficient, factors);
  }

  /** The product of powers of different bases, which are not combined any further. */
  productOf(coefficient: Rational, factors: readonly Factor[]): Expression {
    const [first] = factors;
    if (first === undefined) return this.number(coefficient);
    if (factors.length === 1 && first.exponent === this.one) {
      if (exact.compare(coefficient, exact.one) === 0) return first.base;
      // −(a − b) is b − a, but 2(a + b) stays as it is.
      if (first.base.kind === "sum" && exact.compare(coefficient, exact.rational(-1n)) === 0)
        return this.scale(coefficient, first.base);
    }
    return this.#table.product(coefficient, factors);
  }

  power(base: Expression, exponent: Expression): Expression {
    if (exponent === this.zero || base === this.one) return this.one;
    if (exponent === this.one) return base;
    // x^0.5 is √x like any other.
    if (exponent.kind === "number" && exponent.value.decimal && isHalf(exponent.value))
      return this.power(base, this.number({ ...exponent.value, decimal: false }));
    if (base === this.e)
      return exponent.kind === "number" ? this.#plainPower(base, exponent) : this.exponential(exponent);
    if (isCall(base, "exp") && exponent.kind !== "number")
      return this.exponential(this.multiply([exponent, argument(base)]));
    if (base.kind === "number" && exponent.kind === "number")
      return this.#numberPower(base.value, exponent.value);
    if (base.kind === "product") return this.#powerOfProduct(base.coefficient, base.factors, exponent);
    if (isIntegerNumber(exponent)) {
      if (isCall(base, "abs") && exact.isEven(exponent.value)) return this.power(argument(base), exponent);
      if (isCall(base, "cbrt") && exponent.value.numerator % 3n === 0n)
        return this.power(argument(base), this.number(exact.rational(exponent.value.numerator / 3n)));
      if (base.kind === "sum" && this.orientation(base) < 0) {
        const power = this.#plainPower(this.negate(base), exponent);
        return exact.isEven(exponent.value) ? power : this.negate(power);
      }
    }
    return this.#plainPower(base, exponent);
  }

  /** e^u, kept as (e^v)^q where u = q·v with a number q, so that e^(−u) and e^(2u) are powers of one base. */
  exponential(exponent: Expression): Expression {
    if (exponent.kind === "number") return this.power(this.e, exponent);
    if (exponent.kind === "sum") {
      const logarithms = exponent.terms.filter(({ body }) => isCall(body, "log"));
      if (logarithms.length > 0) {
        const rest = exponent.terms.filter((term) => !logarithms.includes(term));
        return this.multiply([
          this.exponential(this.add(rest.map((term) => this.scale(term.coefficient, term.body)))),
          ...logarithms.map(({ coefficient, body }) => this.power(argument(body), this.number(coefficient))),
        ]);
      }
      const sign = this.orientation(exponent);
      return this.#plainPower(
        this.plainCall("exp", [sign < 0 ? this.negate(exponent) : exponent]),
        sign < 0 ? this.minusOne : this.one,
      );
    }
    const { coefficient, body, factors } = this.asTerm(exponent);
    const logarithm = factors.find((factor) => isCall(factor.base, "log") && factor.exponent === this.one);
    if (logarithm !== undefined)
      return this.power(argument(logarithm.base), this.divide(exponent, logarithm.base));
    return this.#plainPower(this.plainCall("exp", [body]), this.number(coefficient));
  }

  #plainPower(base: Expression, exponent: Expression): Expression {
    return exponent === this.one ? base : this.#table.product(exact.one, [{ base, exponent }]);
  }

  #numberPower(base: Rational, exponent: Rational): Expression {
    const value = exact.power(base, exponent);
    if (value !== undefined) return this.number(value);
    if (exact.isInteger(base) && exponent.denominator === 2n && base.numerator > 1n) {
      // 2^(3/2) = 2 · √2
      const whole = (exponent.numerator - (((exponent.numerator % 2n) + 2n) % 2n)) / 2n;
      const integerPart = exact.power(base, exact.rational(whole));
      if (integerPart !== undefined && whole !== 0n)
        return this.multiply([this.number(integerPart), this.#plainPower(this.number(base), this.half)]);
    }
    return this.#plainPower(this.number(base), this.number(exponent));
  }

  #powerOfProduct(coefficient: Rational, factors: readonly Factor[], exponent: Expression): Expression {
    const raise = (factor: Factor): Expression =>
      this.power(factor.base, this.multiply([factor.exponent, exponent]));
    if (isIntegerNumber(exponent))
      return this.multiply([this.#numberPower(coefficient, exponent.value), ...factors.map(raise)]);
    const outside: Expression[] = [];
    const inside: Factor[] = [];
    let insideCoefficient = coefficient;
    const fraction = numericValue(exponent);
    if (fraction !== undefined && coefficient.numerator > 0n) {
      const root = exact.power(coefficient, fraction);
      if (root !== undefined) {
        outside.push(this.number(root));
        insideCoefficient = exact.one;
      }
    }
    for (const factor of factors) {
      const { base, exponent: inner } = factor;
      // √(x²) is |x|; what is positive anyway comes out as it is.
      if (isCall(base, "exp")) outside.push(raise(factor));
      else if (isIntegerNumber(inner) && exact.isEven(inner.value))
        outside.push(this.power(this.call("abs", [base]), this.multiply([inner, exponent])));
      else inside.push(factor);
    }
    const [only] = inside;
    if (inside.length === 1 && only !== undefined && exact.compare(insideCoefficient, exact.one) === 0) {
      // For an odd or broken inner exponent the power is defined for positive bases only, where exponents multiply.
      if (only.exponent.kind === "number" || isPositive(this, only.base))
        return this.multiply([...outside, raise(only)]);
    }
    if (inside.length === 0 && exact.compare(insideCoefficient, exact.one) === 0)
      return this.multiply(outside);
    const kept = this.productOf(insideCoefficient, inside);
    return this.multiply([
      ...outside,
      kept.kind === "product" ? this.#plainPower(kept, exponent) : this.power(kept, exponent),
    ]);
  }

  /** An expression as a coefficient times powers; `body` is the product of those powers. */
  asTerm(expression: Expression): Term & { readonly factors: readonly Factor[] } {
    if (expression.kind === "number") return { coefficient: expression.value, body: this.one, factors: [] };
    if (expression.kind !== "product")
      return {
        coefficient: exact.one,
        body: expression,
        factors: [{ base: expression, exponent: this.one }],
      };
    const { coefficient, factors } = expression;
    return { coefficient, factors, body: this.productOf(exact.one, factors) };
  }

  /** 1 if a sum is written with the signs it has, −1 if its negative is: the formula's own wording decides. */
  orientation(sum: SumExpression): 1 | -1 {
    let sign = this.#orientations.get(sum);
    if (sign === undefined) {
      if (this.#wordings.has(sum)) sign = 1;
      else if (this.#wordings.has(this.scale(exact.negative(exact.one), sum))) sign = -1;
      else {
        const [first] = sum.terms.toSorted((a, b) => compareTerms(this, a, b)) as [Term];
        sign = first.coefficient.numerator > 0n ? 1 : -1;
      }
      if (!this.reading) this.#orientations.set(sum, sign);
    }
    return sign;
  }

  /** In −(a − b)·c the factor a − b to turn around, unless a − b is how the formula itself puts it. */
  turnable(coefficient: Rational, factors: readonly Factor[]): Factor | undefined {
    if (coefficient.numerator >= 0n) return undefined;
    return factors.find(
      ({ base, exponent }) =>
        base.kind === "sum" &&
        isIntegerNumber(exponent) &&
        !exact.isEven(exponent.value) &&
        !this.#wordings.has(base) &&
        base.terms.some((term) => term.coefficient.numerator < 0n),
    );
  }

  /** Remembers the order in which the formula itself writes the terms of a sum. */
  rememberWording(result: Expression, operands: readonly Expression[]): void {
    if (result.kind !== "sum" || this.#wordings.has(result)) return;
    if (this.#wordings.has(this.scale(exact.negative(exact.one), result))) return;
    const order = operands.flatMap((operand) =>
      operand.kind === "sum"
        ? (this.#wordings.get(operand) ?? this.bodiesInOrder(operand))
        : [this.asTerm(operand).body],
    );
    this.#wordings.set(result, [...new Set(order)]);
  }

  /** The bodies of a sum's terms in the order in which to write them. */
  bodiesInOrder(sum: SumExpression): readonly Expression[] {
    const bodies = sum.terms.toSorted((a, b) => compareTerms(this, a, b)).map(({ body }) => body);
    const wording = this.#wordings.get(sum) ?? this.#wordings.get(this.scale(exact.negative(exact.one), sum));
    if (wording === undefined) return bodies;
    const present = new Set(bodies);
    return [...new Set([...wording.filter((body) => present.has(body)), ...bodies])];
  }

  /**
   * Whether a condition only keeps a derivative rule from a single point, such as y = 0 in y·x^(y−1): an equality
   * that the formula itself does not ask about.
   */
  isGuard(condition: Expression): boolean {
    if (this.reading || this.#conditions.has(condition) || condition.kind !== "call") return false;
    if (condition.name === "==") return true;
    return condition.name === "and" && condition.args.some((part) => this.isGuard(part));
  }
}

function isHalf({ numerator, denominator }: Rational): boolean {
  return denominator === 2n && (numerator === 1n || numerator === -1n);
}
