import { formatShape } from "../tensor/shape.ts";
import type { NestedArray, Tensor } from "../tensor/tensor.ts";

/** A value as plain arrays. */
export type PlainValue = number | boolean | NestedArray;

/** What JSON can hold. Numbers that JSON has no notation for are strings that `Number` reads; see {@link plainData}. */
export type PlainData =
  number | boolean | string | null | readonly PlainData[] | { readonly [name: string]: PlainData };

/**
 * Data as JSON can hold it: NaN, ±∞ and −0 become `"NaN"`, `"Infinity"`, `"-Infinity"` and `"-0"`, which `Number` turns
 * back. Nothing for what is not data: functions, tensors and other objects with a class.
 */
export function plainData(value: unknown): PlainData | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : formatNumber(value);
    case "boolean":
    case "string":
      return value;
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = value.map(plainData);
    return items.includes(undefined) ? undefined : (items as PlainData[]);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const fields = Object.entries(value).map(([name, field]) => [name, plainData(field)] as const);
  return fields.some(([, field]) => field === undefined)
    ? undefined
    : (Object.fromEntries(fields) as Record<string, PlainData>);
}

/** A value in full, such as `[1, [2, NaN]]`. */
export function formatValue(value: PlainValue): string {
  if (typeof value !== "object") return typeof value === "number" ? formatNumber(value) : String(value);
  return `[${value.map((item) => formatValue(item)).join(", ")}]`;
}

/** `-0` keeps its sign. */
function formatNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Elements of an array that are shown where space is short. */
const shortLength = 4;

/** A value where space is short: six significant digits, and the shape in place of more than a few elements. */
export function shortValue(value: PlainValue, shape: readonly number[]): string {
  return short(value, shape, (number) => formatNumber(roundForReading(number)));
}

/** A value in LaTeX, rounded to six significant digits; long arrays by their shape. */
export function latexValue(value: PlainValue, shape: readonly number[]): string {
  return short(
    value,
    shape,
    latexNumber,
    (extents) => `\\text{[${extents.join(", ")}]}`,
    (truth) => `\\text{${truth}}`,
  );
}

function short(
  value: PlainValue,
  shape: readonly number[],
  ofNumber: (value: number) => string,
  ofShape: (shape: readonly number[]) => string = (extents) => `… ${formatShape(extents)}`,
  ofTruth: (value: boolean) => string = String,
): string {
  if (shape.reduce((size, extent) => size * extent, 1) > shortLength) return ofShape(shape);
  const write = (part: PlainValue): string => {
    if (typeof part === "number") return ofNumber(part);
    return typeof part === "boolean" ? ofTruth(part) : `[${part.map((item) => write(item)).join(", ")}]`;
  };
  return write(value);
}

/** Six significant digits, but integers up to a billion keep all of theirs. */
function roundForReading(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? value : Number(value.toPrecision(6));
}

/** A number in LaTeX, rounded to six significant digits: `1.5 \cdot 10^{-7}`, `-\infty`. */
export function latexNumber(value: number): string {
  if (Number.isNaN(value)) return "\\text{NaN}";
  if (!Number.isFinite(value)) return value < 0 ? "-\\infty" : "\\infty";
  const [mantissa, exponent] = formatNumber(roundForReading(value)).split("e") as [string, string?];
  return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}

/** A constant as it stands in a formula: its number or few numbers, in full, or its shape. */
export function constantText(tensor: Tensor): string {
  if (tensor.size === 1) return formatValue(tensor.dtype === "bool" ? tensor.item() !== 0 : tensor.item());
  return tensor.size <= shortLength ? formatValue(tensor.toArray()) : `constant${formatShape(tensor.shape)}`;
}

/** The same in LaTeX. */
export function constantLatex(tensor: Tensor): string {
  if (tensor.size === 1) return latexNumber(tensor.item());
  return tensor.size <= shortLength
    ? latexValue(tensor.toArray(), tensor.shape)
    : `\\mathrm{constant}_{${tensor.shape.join(" \\times ")}}`;
}
