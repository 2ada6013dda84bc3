import { format } from "d3-format";

/** How numbers are written everywhere: a true minus sign, powers of ten as such, no noise digits. */

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)]!);
  return exponent < 0 ? `⁻${digits}` : digits;
}

function scientific(value: number, decimals: number): string {
  const [mantissa, exponent] = value.toExponential(decimals).split("e") as [string, string];
  return `${mantissa.replace("-", "−")} × 10${superscript(Number(exponent))}`;
}

/** The decimal exponent of a number written to `digits` significant digits. */
const exponentOf = (value: number, digits: number): number =>
  Number(value.toExponential(digits - 1).split("e")[1]);

/** Rounded to a multiple of 10 to the `place`, a positive one. */
const rounded = (value: number, place: number): string =>
  String(Math.round(value / 10 ** place) * 10 ** place);

/** Whether a number of this decimal exponent is written without a power of ten. */
const hasPlainForm = (exponent: number): boolean => exponent >= -4 && exponent < 7;

/** A number to `digits` significant digits, as a person would write it: `−0.0123`, `4.7 × 10⁻⁹`. */
export function writeNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const exponent = exponentOf(value, digits);
  if (!hasPlainForm(exponent)) return scientific(value, digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - exponent)).replace("-", "−");
}

export interface WrittenEstimate {
  readonly value: string;
  readonly error: string;
  /** An end of the interval, to the same place. */
  readonly bound: (value: number) => string;
}

/**
 * An estimate to the place of its standard error's second digit: `315.021`, `0.067` for 315.0213 ± 0.0671, and
 * `1234600`, `4300` for 1234567 ± 4321. Powers of ten begin where they do for a number alone; each number has its own.
 *
 * @param resolution what lies below is rounding error, and zero
 */
export function writeWithError(exactValue: number, exactError: number, resolution = 0): WrittenEstimate {
  const beyondRounding = (number: number): number => (Math.abs(number) <= resolution ? 0 : number);
  const value = beyondRounding(exactValue);
  const error = beyondRounding(exactError);
  if (!(error > 0) || !Number.isFinite(error) || !Number.isFinite(value)) {
    const write = (number: number): string => writeNumber(beyondRounding(number), 6);
    return { value: write(value), error: writeNumber(error, 2), bound: write };
  }
  // An error lost in the digits of the value.
  if (error < 1e-10 * Math.abs(value)) {
    const write = (number: number): string => writeNumber(beyondRounding(number), 10);
    return { value: write(value), error: writeNumber(error, 2), bound: write };
  }
  const place = exponentOf(error, 2) - 1;
  const isPlain = hasPlainForm(exponentOf(Math.max(Math.abs(value), error), 2));
  const write = (number: number): string => {
    if (isPlain) return (place > 0 ? rounded(number, place) : number.toFixed(-place)).replace("-", "−");
    return number === 0 ? "0" : scientific(number, Math.max(0, exponentOf(number, 2) - place));
  };
  return { value: write(value), error: write(error), bound: (bound) => write(beyondRounding(bound)) };
}

/** Text for the ticks of an axis whose neighbours are `step` apart; years stay years (1980, not 1,980). */
export function tickWriter(step: number, largest: number): (value: number) => string {
  const size = Math.abs(step);
  const zero = (value: number): number => (Math.abs(value) < size * 1e-9 ? 0 : value);
  if (largest >= 1e6 || (largest < 1e-3 && largest > 0)) {
    const write = format("~s");
    return largest >= 1e6 && largest < 1e15
      ? (value) => write(zero(value)).replace("-", "−")
      : (value) =>
          zero(value) === 0
            ? "0"
            : scientific(
                value,
                Math.max(0, Math.floor(Math.log10(largest)) - Math.floor(Math.log10(size) + 1e-9)),
              );
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(size) + 1e-9));
  const group = format(`,.${decimals}f`);
  return (value) =>
    largest >= 10_000
      ? group(zero(value)).replaceAll(",", "\u2009")
      : zero(value).toFixed(decimals).replace("-", "−");
}

/** The shortest text that reads back as the same number, for fields that are edited. */
export function editNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : "";
}

/** The nearest of 1, 2, 5 × 10ⁿ at or below `value`. */
export function niceStep(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}
