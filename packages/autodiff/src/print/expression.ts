import { isInteger, type Rational } from "./rational.ts";

/**
 * A formula in normal form: nested sums and products are flat, like terms and equal bases are collected,
 * subtraction is a negative coefficient, division a negative exponent. Equal expressions are the same object.
 */
export type Expression =
  NumberExpression | SymbolExpression | CallExpression | ProductExpression | SumExpression;

export interface NumberExpression {
  readonly kind: "number";
  readonly id: number;
  readonly value: Rational;
}

/** A symbol or a named constant. */
export interface SymbolExpression {
  readonly kind: "symbol";
  readonly id: number;
  readonly name: string;
  /** Position in products and sums: constants first, then symbols by first appearance. */
  readonly rank: number;
}

export interface CallExpression {
  readonly kind: "call";
  readonly id: number;
  readonly name: string;
  readonly args: readonly Expression[];
}

/** coefficient · base₁^exponent₁ · base₂^exponent₂ ⋯; a lone power is such a product too. */
export interface ProductExpression {
  readonly kind: "product";
  readonly id: number;
  readonly coefficient: Rational;
  readonly factors: readonly Factor[];
}

export interface Factor {
  readonly base: Expression;
  readonly exponent: Expression;
}

/** coefficient₁ · body₁ + coefficient₂ · body₂ ⋯; the body of a plain number is 1. */
export interface SumExpression {
  readonly kind: "sum";
  readonly id: number;
  readonly terms: readonly Term[];
}

export interface Term {
  readonly coefficient: Rational;
  readonly body: Expression;
}

/** Makes expressions, each only once, so that equality is identity. */
export class ExpressionTable {
  readonly #known = new Map<string, Expression>();

  number(value: Rational): NumberExpression {
    const style = value.decimal ? "." : "/";
    return this.#once(`${value.numerator}${style}${value.denominator}`, (id) => ({
      kind: "number",
      id,
      value,
    }));
  }

  symbol(name: string, rank: number): SymbolExpression {
    return this.#once(`s${name}`, (id) => ({ kind: "symbol", id, name, rank }));
  }

  call(name: string, args: readonly Expression[]): CallExpression {
    return this.#once(`${name}(${args.map(({ id }) => id).join()})`, (id) => ({
      kind: "call",
      id,
      name,
      args,
    }));
  }

  product(coefficient: Rational, unordered: readonly Factor[]): ProductExpression {
    const factors = unordered.toSorted((a, b) => a.base.id - b.base.id);
    const key = factors.map(({ base, exponent }) => `${base.id}^${exponent.id}`).join();
    return this.#once(`*${coefficient.numerator}/${coefficient.denominator}:${key}`, (id) => ({
      kind: "product",
      id,
      coefficient,
      factors,
    }));
  }

  sum(unordered: readonly Term[]): SumExpression {
    const terms = unordered.toSorted((a, b) => a.body.id - b.body.id);
    const key = terms.map(({ coefficient: c, body }) => `${c.numerator}/${c.denominator}:${body.id}`).join();
    return this.#once(`+${key}`, (id) => ({ kind: "sum", id, terms }));
  }

  #once<E extends Expression>(key: string, make: (id: number) => E): E {
    let expression = this.#known.get(key) as E | undefined;
    if (expression === undefined) {
      expression = make(this.#known.size);
      this.#known.set(key, expression);
    }
    return expression;
  }
}

export function isCall(expression: Expression, name: string): boolean {
  return expression.kind === "call" && expression.name === name;
}

/** The only argument of a call. */
export function argument(expression: Expression): Expression {
  if (expression.kind !== "call") return expression;
  return expression.args[0] as Expression;
}

export function numericValue(expression: Expression): Rational | undefined {
  return expression.kind === "number" ? expression.value : undefined;
}

export function isIntegerNumber(
  expression: Expression,
): expression is Expression & { readonly kind: "number" } {
  return expression.kind === "number" && isInteger(expression.value);
}
