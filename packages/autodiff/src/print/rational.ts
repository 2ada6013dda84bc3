/** An exact fraction in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Whether it was written with a decimal point somewhere, and should be again. */
  readonly decimal: boolean;
}

export const zero: Rational = { numerator: 0n, denominator: 1n, decimal: false };
export const one: Rational = { numerator: 1n, denominator: 1n, decimal: false };

export function rational(numerator: bigint, denominator: bigint = 1n, decimal = false): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return {
    numerator: numerator / divisor,
    denominator: denominator / divisor,
    decimal: decimal && divisor !== denominator,
  };
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

/** The number with the decimal digits that identify the double, exactly: 0.1 is 1/10. */
export function fromDecimal(value: number): Rational {
  const [mantissa, exponent = "0"] = String(value).split("e") as [string, string?];
  const [whole, digits = ""] = mantissa.split(".") as [string, string?];
  const power = Number(exponent) - digits.length;
  const numerator = BigInt(whole + digits);
  return power >= 0
    ? rational(numerator * 10n ** BigInt(power))
    : rational(numerator, 10n ** BigInt(-power), !Number.isInteger(value));
}

export function add(a: Rational, b: Rational): Rational {
  return rational(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
    a.decimal || b.decimal,
  );
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator, a.decimal || b.decimal);
}

export function negative(a: Rational): Rational {
  return { ...a, numerator: -a.numerator };
}

/** The reciprocal of a number that is not 0. */
export function reciprocal(a: Rational): Rational {
  return rational(a.denominator, a.numerator, a.decimal);
}

export function isInteger(a: Rational): boolean {
  return a.denominator === 1n;
}

export function isEven(a: Rational): boolean {
  return a.denominator === 1n && a.numerator % 2n === 0n;
}

export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Numbers of more bits are not worth writing out exactly. */
const longestBits = 256;

/**
 * `base` to the power `exponent` where that is a fraction of reasonable length: 8^(2/3) is 4, but 2^(1/2) is not
 * rational, and 0^(−1) is nothing at all.
 */
export function power(base: Rational, exponent: Rational): Rational | undefined {
  if (base.numerator === 0n) return exponent.numerator > 0n ? zero : undefined;
  const root = Number(exponent.denominator);
  if (root > 64 || (base.numerator < 0n && root > 1)) return undefined;
  const numerator = exactRoot(base.numerator, root);
  const denominator = exactRoot(base.denominator, root);
  if (numerator === undefined || denominator === undefined) return undefined;
  const times = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
  const bits = numerator.toString(2).length + denominator.toString(2).length;
  if (times * BigInt(bits) > longestBits && !(denominator === 1n && (numerator === 1n || numerator === -1n)))
    return undefined;
  const raised = rational(numerator ** times, denominator ** times, base.decimal);
  return exponent.numerator < 0n ? reciprocal(raised) : raised;
}

function exactRoot(value: bigint, degree: number): bigint | undefined {
  if (degree === 1) return value;
  const guess = BigInt(Math.round(Number(value) ** (1 / degree)) || 0);
  return guess ** BigInt(degree) === value ? guess : undefined;
}

/** The nearest double, also where numerator and denominator are beyond its range. */
export function toNumber({ numerator, denominator }: Rational): number {
  if (denominator === 1n) return Number(numerator);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const shift = bitLength(denominator) - bitLength(magnitude) + 80;
  const quotient =
    shift > 0 ? (magnitude << BigInt(shift)) / denominator : magnitude / (denominator << BigInt(-shift));
  const half = Math.trunc(shift / 2);
  const value = Number(quotient) * 2 ** -half * 2 ** -(shift - half);
  return numerator < 0n ? -value : value;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}

/** Whether a decimal point ends it after few digits: 1/8 is 0.125, 1/3 is not. */
export function isShortDecimal(a: Rational): boolean {
  return 10n ** 12n % a.denominator === 0n && fromDecimal(toNumber(a)).denominator === a.denominator;
}
