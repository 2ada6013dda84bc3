import {
  abs,
  atan2,
  cbrt,
  ceil,
  floor,
  grad,
  hypot,
  log,
  max,
  maximum,
  maxPool,
  min,
  minimum,
  pow,
  relu,
  round,
  sign,
  sqrt,
  stopGradient,
  sum,
  tensor,
  toArrays,
  where,
  type NestedArray,
  type Tensor,
  type TensorLike,
} from "../../src/index.ts";

/** A point where a derivative has to be decided, or has no finite value. */
interface SpecialPoint {
  readonly text: string;
  readonly f: (...inputs: Tensor[]) => Tensor;
  readonly at: readonly TensorLike[];
  readonly reason: string;
}

const flat = "constant on both sides";
const steep = "the limit";
const shared = "all that reach it share the derivative equally";

const specialPoints: readonly SpecialPoint[] = [
  { text: "`abs(x)`", f: abs, at: [0], reason: "the middle of the slopes on both sides" },
  { text: "`sign(x)`", f: sign, at: [0], reason: flat },
  { text: "`floor(x)`", f: floor, at: [2], reason: flat },
  { text: "`ceil(x)`", f: ceil, at: [2], reason: flat },
  { text: "`round(x)`", f: round, at: [0.5], reason: flat },
  { text: "`relu(x)`", f: relu, at: [0], reason: "an unused unit stays unused" },
  { text: "`maximum(x, y)`", f: maximum, at: [1, 1], reason: shared },
  { text: "`minimum(x, y)`", f: minimum, at: [1, 1], reason: shared },
  { text: "`max(x)`", f: (x) => max(x), at: [[3, 1, 3]], reason: shared },
  { text: "`min(x)`", f: (x) => min(x), at: [[1, 1, 2, 1, 1]], reason: shared },
  {
    text: "`sum(maxPool(x, 2))`",
    f: (x) => sum(maxPool(x, 2)),
    at: [
      [
        [3, 3],
        [1, 2],
      ],
    ],
    reason: shared,
  },
  { text: "`pow(x, y)`", f: pow, at: [0, 2], reason: "limits" },
  { text: "`pow(x, y)`", f: pow, at: [0, 1], reason: "limits" },
  {
    text: "`pow(x, y)`",
    f: pow,
    at: [0, 0],
    reason: "x⁰ = 1 for every x; 0ʸ falls from 1 to 0 at once",
  },
  {
    text: "`pow(x, y)`",
    f: pow,
    at: [-2, 3],
    reason: "a power of a negative number is no function of a real exponent",
  },
  { text: "`sqrt(x)`", f: sqrt, at: [0], reason: steep },
  { text: "`cbrt(x)`", f: cbrt, at: [0], reason: steep },
  { text: "`log(x)`", f: log, at: [0], reason: steep },
  { text: "`hypot(x, y)`", f: hypot, at: [0, 0], reason: "the middle of the slopes in all directions" },
  { text: "`atan2(y, x)`", f: atan2, at: [0, 0], reason: "the angle of the origin is anything" },
  {
    text: "`where(x > 0, log(x), 0)`",
    f: (x) => where(x.greater(0), log(x), 0),
    at: [-1],
    reason: "a branch that is not taken gets a derivative of exactly 0",
  },
  { text: "`x * stopGradient(x)`", f: (x) => x.mul(stopGradient(x)), at: [3], reason: "a constant factor 3" },
];

/** A row for each special point, with the derivative as it comes out. */
export function specialRows(): string[][] {
  return specialPoints.map(({ text, f, at, reason }) => {
    const inputs = at.map((input) => tensor(input));
    const slopes = toArrays(grad((given: Tensor[]) => f(...given))(inputs));
    return [text, write(at as NestedArray), write(slopes), reason];
  });
}

/** One number or list for each input. */
function write(values: NestedArray): string {
  return values.map(writeValue).join(", ");
}

function writeValue(value: number | boolean | NestedArray): string {
  if (typeof value === "object") return `[${value.map(writeValue).join(", ")}]`;
  const text = String(value).replace("Infinity", "∞").replace("-", "−");
  // −0 is a matter of rounding here.
  return value === 0 ? "0" : text;
}
