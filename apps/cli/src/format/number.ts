import { precisionFixed } from "d3-format";

/** Where plain decimals give way to powers of ten. */
const largestExponent = 6;
const smallestExponent = -5;

const exponentOf = (value: number): number => (value === 0 ? 0 : Number(value.toExponential().split("e")[1]));

/** At most `digits` significant digits, without trailing zeros: `315.7`, `0.0012`, `2.5e-9`. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 10 ** (largestExponent + 1)) return String(value);
  const exponent = exponentOf(value);
  if (exponent > Math.max(largestExponent - 1, digits - 1) || exponent < smallestExponent)
    return value
      .toExponential(digits - 1)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

export interface Measured {
  value: string;
  /** "" when there is no error. */
  error: string;
  /** A bound of an interval, to the same decimal place. */
  bound: (value: number) => string;
}

/**
 * A value with its standard error: the error to two significant digits, the value and bounds to the same decimal place.
 * All share one power of ten when there is one, unless the error is larger than the value: then each has its own.
 *
 * @param resolution what lies below is rounding error, and zero
 */
export function formatMeasured({
  value: exactValue,
  standardError,
  resolution = 0,
}: {
  value: number;
  standardError?: number;
  resolution?: number;
}): Measured {
  const beyondRounding = (number: number): number => (Math.abs(number) <= resolution ? 0 : number);
  const write = (format: (number: number) => string, formatError = format): Measured => ({
    value: format(value),
    error: error === undefined ? "" : formatError(error),
    bound: (bound) => format(beyondRounding(bound)),
  });
  const value = beyondRounding(exactValue);
  const error =
    standardError === undefined || !Number.isFinite(standardError)
      ? undefined
      : beyondRounding(standardError);
  // Data that the model meets exactly leave an error of zero.
  if (error === undefined || error === 0) return write((number) => formatNumber(number, 6));
  // An error lost in the rounding of the value gets a line of its own making.
  if (error < Math.abs(value) * 1e-10)
    return write(
      (number) => formatNumber(number, 10),
      (number) => formatNumber(number, 2),
    );
  const errorExponent = exponentOf(Number(error.toPrecision(2)));
  const largest = Math.max(value === 0 ? -Infinity : exponentOf(value), errorExponent);
  const power = largest > largestExponent || errorExponent < smallestExponent ? largest : 0;
  if (power !== 0 && error > Math.abs(value))
    return write((number) => {
      if (number === 0) return "0";
      const digits = Math.max(0, exponentOf(number) - errorExponent + 1);
      return number.toExponential(digits).replace("e+", "e");
    });
  const place = power - errorExponent + 1;
  return write((number) => {
    const scaled = number / 10 ** power;
    const rounded =
      place < 0 ? String(Math.round(scaled * 10 ** place) / 10 ** place) : scaled.toFixed(place);
    return power === 0 ? rounded : `${rounded}e${power}`;
  });
}

/** Labels of evenly spaced ticks, all with as many decimals as their spacing needs; years stay `1980`. */
export function tickLabels(ticks: readonly number[]): string[] {
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) || Math.abs(ticks[0] ?? 1) || 1;
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e7 || step < 1e-5) {
    const digits = Math.min(12, Math.max(1, exponentOf(largest) - exponentOf(step) + 2));
    return ticks.map((tick) => formatNumber(Math.abs(tick) < step / 2 ? 0 : tick, digits));
  }
  const decimals = precisionFixed(step);
  return ticks.map((tick) => (Math.abs(tick) < step / 2 ? 0 : tick).toFixed(decimals).replace("-", "−"));
}

/** "1 iteration", "2 iterations". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** A duration in the unit that suits it. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  return `${Number(seconds.toPrecision(3))} s`;
}
