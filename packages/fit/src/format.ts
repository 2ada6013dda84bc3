/** A number for reading: up to `digits` significant digits, without trailing zeros; scientific when far from 1. */
export function formatNumber(x: number, digits: number = 6): string {
  if (Number.isNaN(x)) return "not defined";
  if (!Number.isFinite(x) || x === 0) return String(x);
  const exponent = exponentOf(x, digits);
  if (exponent >= -4 && exponent < 7) return trimZeros(x.toFixed(Math.max(0, digits - 1 - exponent)));
  const [mantissa = "", power = ""] = x.toExponential(digits - 1).split("e");
  return `${trimZeros(mantissa)}e${power.replace("+", "")}`;
}

/**
 * A value with its standard error, the error to two significant digits and the value and limits to the same decimal.
 * All share one power of ten when there is one, unless the error is larger than the value: then each has its own.
 */
export function formatMeasurement(
  value: number,
  error: number,
  limits: readonly number[],
): { value: string; error: string; limits: string[] } {
  const writeAll = (write: (x: number) => string): { value: string; error: string; limits: string[] } => ({
    value: write(value),
    error: write(error),
    limits: limits.map(write),
  });
  if (!(error > 0) || !Number.isFinite(error)) return writeAll((x) => formatNumber(x));
  const errorExponent = exponentOf(error, 2);
  const exponent = Math.max(errorExponent, value === 0 ? -Infinity : exponentOf(value, 6));
  if (exponent >= -4 && exponent < 7) {
    const decimals = Math.min(20, Math.max(0, 1 - errorExponent));
    return writeAll((x) => x.toFixed(decimals));
  }
  if (error > Math.abs(value)) {
    return writeAll((x) => {
      if (x === 0) return "0";
      const decimals = Math.min(20, Math.max(0, exponentOf(x, 6) - errorExponent + 1));
      return x.toExponential(decimals).replace("e+", "e");
    });
  }
  const decimals = Math.min(20, 1 - errorExponent + exponent);
  return writeAll((x) => `${(x / 10 ** exponent).toFixed(decimals)}e${exponent}`);
}

/** The decimal exponent of x after rounding to some significant digits. */
function exponentOf(x: number, digits: number): number {
  return Number(
    Math.abs(x)
      .toExponential(digits - 1)
      .split("e")[1],
  );
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Rows of cells as lines with aligned columns: text to the left, columns listed in `right` to the right. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, j) => (widths[j] = Math.max(widths[j] ?? 0, width(cell))));
  return rows.map((row) =>
    row
      .map((cell, j) => {
        const padding = " ".repeat(widths[j]! - width(cell));
        return right.includes(j) ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Characters as they count on a line. */
function width(text: string): number {
  return Array.from(text).length;
}
