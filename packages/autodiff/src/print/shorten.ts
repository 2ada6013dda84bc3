import type { Algebra } from "./algebra.ts";
import { Costs } from "./cost.ts";
import {
  isIntegerNumber,
  type Expression,
  type Factor,
  type ProductExpression,
  type SumExpression,
} from "./expression.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";

/** Longer expressions are left alone, and so are products that would become longer sums. */
const longestCost = 1200;
const mostTerms = 80;
const highestPower = 4;
const easyTerms = 6;

/**
 * The shortest of several equal ways to write an expression: as it is, multiplied out, with common factors or a
 * common denominator taken out. On a tie it stays as it is.
 */
export class Shortener {
  readonly #algebra: Algebra;
  readonly #results = new Map<Expression, Expression>();
  readonly #cost: Costs;

  constructor(algebra: Algebra) {
    this.#algebra = algebra;
    this.#cost = new Costs(algebra);
  }

  /** Shortens from the inside out, again as long as that helps. */
  shorten(expression: Expression): Expression {
    let best = expression;
    for (let pass = 0; pass < 4; pass++) {
      const next = this.#rebuild(best);
      if (next === best) break;
      best = next;
    }
    return best;
  }

  #rebuild(expression: Expression): Expression {
    let result = this.#results.get(expression);
    if (result === undefined) {
      result = this.#shortest(this.#withShortParts(expression));
      this.#results.set(expression, result);
    }
    return result;
  }

  #withShortParts(expression: Expression): Expression {
    const algebra = this.#algebra;
    switch (expression.kind) {
      case "number":
      case "symbol":
        return expression;
      case "call":
        return algebra.call(
          expression.name,
          expression.args.map((arg) => this.#rebuild(arg)),
        );
      case "product":
        return algebra.multiply([
          algebra.number(expression.coefficient),
          ...expression.factors.map(({ base, exponent }) =>
            algebra.power(this.#rebuild(base), this.#rebuild(exponent)),
          ),
        ]);
      case "sum":
        return algebra.add(
          expression.terms.map(({ coefficient, body }) => algebra.scale(coefficient, this.#rebuild(body))),
        );
    }
  }

  #shortest(expression: Expression): Expression {
    if (expression.kind !== "sum" && expression.kind !== "product") return expression;
    let best = expression as Expression;
    let least = this.#cost.of(expression);
    if (least > longestCost) return best;
    const consider = (candidate: Expression | undefined, handicap = 0): void => {
      if (candidate === undefined) return;
      const cost = this.#cost.of(candidate) + handicap;
      if (cost < least) [best, least] = [candidate, cost];
    };
    const expanded = this.#expand(expression);
    if (expanded !== undefined) consider(expanded, sprawl(expanded));
    for (const form of new Set([expression, expanded]))
      if (form?.kind === "sum")
        for (const candidate of this.#factored(form))
          consider(candidate, sprawl(candidate) - sprawl(expression));
    if (expression.kind === "product") {
      // On a tie 24x(1 − x²) is nicer than x(24 − 24x²).
      consider(this.#withFactoredSums(expression), -0.5);
      consider(this.#withJoinedDenominators(expression));
    }
    return best;
  }

  /** Multiplies out products of sums and small powers of sums; undefined when there is nothing to do or too much. */
  #expand(expression: Expression): Expression | undefined {
    const algebra = this.#algebra;
    const terms = expression.kind === "sum" ? expression.terms : [algebra.asTerm(expression)];
    let changed = false;
    const results: Expression[] = [];
    for (const { coefficient, body } of terms) {
      const { factors } = algebra.asTerm(body);
      const sums = factors.filter(isExpandable);
      const rest = factors.filter((factor) => !sums.includes(factor));
      let products: Expression[] = [
        algebra.multiply([
          algebra.number(coefficient),
          ...rest.map(({ base, exponent }) => algebra.power(base, exponent)),
        ]),
      ];
      for (const { base, exponent } of sums) {
        changed = true;
        const times = Number((exponent as { readonly value: Rational }).value.numerator);
        for (let i = 0; i < times; i++) {
          const inner = (base as SumExpression).terms.map((term) =>
            algebra.scale(term.coefficient, term.body),
          );
          products = products.flatMap((product) => inner.map((term) => algebra.multiply([product, term])));
          if (products.length + results.length > mostTerms) return undefined;
        }
      }
      results.push(...products);
    }
    return changed ? algebra.add(results) : undefined;
  }

  /** With common factors taken out of a sum, in several ways. */
  *#factored(sum: SumExpression): Generator<Expression> {
    const algebra = this.#algebra;
    const content = contentOf(sum);
    if (exact.compare(content, exact.one) !== 0)
      yield algebra.multiply([algebra.number(content), algebra.scale(exact.reciprocal(content), sum)]);
    const collected = this.#collected(sum);
    if (collected !== undefined) yield collected;
    for (const common of [this.#commonFactor(sum, false), this.#commonFactor(sum, true)]) {
      if (common === undefined) continue;
      const inverse = algebra.power(common, algebra.minusOne);
      const inner = algebra.add(
        sum.terms.map((term) => algebra.multiply([algebra.scale(term.coefficient, term.body), inverse])),
      );
      for (const form of [inner, this.#expand(inner)]) {
        if (form === undefined) continue;
        yield algebra.multiply([common, form]);
        if (form.kind !== "sum") continue;
        const part = contentOf(form);
        yield algebra.multiply([algebra.number(part), common, algebra.scale(exact.reciprocal(part), form)]);
      }
    }
  }

  /** x·sin(x) + 2·sin(x) + x²·cos(x) as (x + 2)·sin(x) + x²·cos(x) */
  #collected(sum: SumExpression): Expression | undefined {
    const algebra = this.#algebra;
    const groups = new Map<Expression, Expression[]>();
    for (const { coefficient, body } of sum.terms) {
      const { factors } = algebra.asTerm(body);
      const isPlain = ({ base }: Factor): boolean => base.kind === "symbol" || base.kind === "number";
      const shared = powersOf(
        algebra,
        factors.filter((factor) => !isPlain(factor)),
      );
      const rest = algebra.scale(coefficient, powersOf(algebra, factors.filter(isPlain)));
      const group = groups.get(shared);
      if (group === undefined) groups.set(shared, [rest]);
      else group.push(rest);
    }
    if (groups.size === 1 || groups.size === sum.terms.length) return undefined;
    return algebra.add([...groups].map(([shared, rests]) => algebra.multiply([shared, algebra.add(rests)])));
  }

  /**
   * The product of the lowest powers over all terms; with `denominators` also of bases that only some terms have,
   * to negative powers.
   */
  #commonFactor(sum: SumExpression, denominators: boolean): Expression | undefined {
    const algebra = this.#algebra;
    const lowest = new Map<
      Expression,
      { rest: Expression; least: Rational; count: number; mixed: boolean }
    >();
    for (const { body } of sum.terms)
      for (const { base, exponent } of algebra.asTerm(body).factors) {
        const { rest, constant } = this.#splitExponent(exponent);
        const known = lowest.get(base);
        if (known === undefined) lowest.set(base, { rest, least: constant, count: 1, mixed: false });
        else {
          known.count++;
          if (known.rest !== rest) known.mixed = true;
          if (exact.compare(constant, known.least) < 0) known.least = constant;
        }
      }
    const factors: Expression[] = [];
    for (const [base, { rest, least, count, mixed }] of lowest) {
      if (mixed) continue;
      const everywhere = count === sum.terms.length;
      if (!everywhere && !(denominators && rest === algebra.zero && least.numerator < 0n)) continue;
      factors.push(algebra.power(base, algebra.add([rest, algebra.number(least)])));
    }
    return factors.length === 0 ? undefined : algebra.multiply(factors);
  }

  /** n − 1 as n and −1 */
  #splitExponent(exponent: Expression): { rest: Expression; constant: Rational } {
    const algebra = this.#algebra;
    if (exponent.kind === "number") return { rest: algebra.zero, constant: exponent.value };
    const number =
      exponent.kind === "sum" ? exponent.terms.find(({ body }) => body === algebra.one) : undefined;
    if (number === undefined) return { rest: exponent, constant: exact.zero };
    return {
      rest: algebra.subtract(exponent, algebra.number(number.coefficient)),
      constant: number.coefficient,
    };
  }

  /** 1/((1 − x)(1 + x)) as 1/(1 − x²) */
  #withJoinedDenominators({ coefficient, factors }: ProductExpression): Expression | undefined {
    const algebra = this.#algebra;
    const below = factors.filter(
      ({ base, exponent }) =>
        base.kind === "sum" && exponent.kind === "number" && exponent.value.numerator < 0n,
    );
    const exponent = below[0]?.exponent;
    const joined = below.filter((factor) => factor.exponent === exponent);
    if (exponent === undefined || joined.length < 2) return undefined;
    const product = this.#expand(algebra.multiply(joined.map(({ base }) => base)));
    if (product === undefined) return undefined;
    const rest = factors.filter((factor) => !joined.includes(factor));
    return algebra.multiply([
      algebra.number(coefficient),
      ...rest.map((factor) => algebra.power(factor.base, factor.exponent)),
      algebra.power(product, exponent),
    ]);
  }

  /** (2x + 2)·y as 2(x + 1)·y */
  #withFactoredSums({ coefficient, factors }: ProductExpression): Expression | undefined {
    const algebra = this.#algebra;
    let changed = false;
    const parts = factors.map(({ base, exponent }) => {
      if (base.kind !== "sum" || !isIntegerNumber(exponent)) return algebra.power(base, exponent);
      const common = this.#commonFactor(base, false);
      const content = contentOf(base);
      if (common === undefined && exact.compare(content, exact.one) === 0)
        return algebra.power(base, exponent);
      changed = true;
      const outside = algebra.multiply([algebra.number(content), common ?? algebra.one]);
      const inverse = algebra.power(outside, algebra.minusOne);
      const inner = algebra.add(
        base.terms.map((term) => algebra.multiply([algebra.scale(term.coefficient, term.body), inverse])),
      );
      return algebra.power(algebra.multiply([outside, inner]), exponent);
    });
    return changed ? algebra.multiply([algebra.number(coefficient), ...parts]) : undefined;
  }
}

function powersOf(algebra: Algebra, factors: readonly Factor[]): Expression {
  return algebra.multiply(factors.map(({ base, exponent }) => algebra.power(base, exponent)));
}

/** A long sum is harder to read than a product of short ones of the same length. */
function sprawl(expression: Expression): number {
  const sums = expression.kind === "product" ? expression.factors.map(({ base }) => base) : [expression];
  return 2 * Math.max(0, ...sums.map((sum) => (sum.kind === "sum" ? sum.terms.length - easyTerms : 0)));
}

function isExpandable({ base, exponent }: Factor): boolean {
  if (base.kind !== "sum" || !isIntegerNumber(exponent)) return false;
  return exponent.value.numerator > 0n && exponent.value.numerator <= BigInt(highestPower);
}

/** The largest number that divides all coefficients of a sum to integers without a common divisor. */
function contentOf(sum: SumExpression): Rational {
  let numerator = 0n;
  let denominator = 1n;
  let decimal = false;
  for (const { coefficient } of sum.terms) {
    numerator =
      numerator === 0n
        ? coefficient.numerator
        : exact.greatestCommonDivisor(numerator, coefficient.numerator);
    denominator =
      (denominator * coefficient.denominator) /
      exact.greatestCommonDivisor(denominator, coefficient.denominator);
    decimal ||= coefficient.decimal;
  }
  // Decimals have no content that is worth taking out.
  if (decimal) return exact.one;
  return exact.rational(numerator < 0n ? -numerator : numerator, denominator);
}
