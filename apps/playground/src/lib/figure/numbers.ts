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

/** A number to `digits` significant digits, as a person would write it: `−0.0123`, `4.7 × 10⁻⁹`. */
export function writeNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= Math.max(7, digits)) return scientific(value, digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - exponent)).replace("-", "−");
}

/** A number with as many decimals as its standard error deserves: `315.02`, `0.07` for 315.0213 ± 0.0671. */
export function writeWithError(value: number, error: number): { value: string; error: string } {
  if (!(error > 0) || !Number.isFinite(error) || !Number.isFinite(value)) {
    return { value: writeNumber(value, 6), error: writeNumber(error, 2) };
  }
  const place = Math.floor(Math.log10(error)) - 1;
  const size = Math.max(Math.abs(value), error);
  const exponent = Math.floor(Math.log10(size));
  if (exponent < -4 || exponent >= 9) {
    return { value: scientific(value, Math.max(0, exponent - place)), error: scientific(error, 1) };
  }
  const decimals = Math.max(0, -place);
  const write = (number: number): string => number.toFixed(decimals).replace("-", "−");
  return { value: write(value), error: write(error) };
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
