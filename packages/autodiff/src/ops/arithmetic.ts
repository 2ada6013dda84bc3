import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, binary, unary, type Binary, type Unary } from "./define.ts";
import { log } from "./elementary.ts";
import { equal, greater, greaterEqual, less, lessEqual, where } from "./compare.ts";

type Pair = readonly [Tensor, Tensor];

/** d(x + y) = dx + dy */
export const add: Binary = binary({
  name: "add",
  kernel: (x, y) => x + y,
  rules: [(d) => d, (d) => d],
  linearity: "linear",
  result: "same",
  text: "#1 + #2",
  latex: "#1 + #2",
  domain: [anywhere, anywhere],
});

/** d(x − y) = dx − dy */
export const sub: Binary = binary({
  name: "sub",
  kernel: (x, y) => x - y,
  rules: [(d) => d, (d) => d.neg()],
  linearity: "linear",
  result: "same",
  text: "#1 - #2",
  latex: "#1 - #2",
  domain: [anywhere, anywhere],
});

/** d(x y) = y dx + x dy */
export const mul: Binary = binary({
  name: "mul",
  kernel: (x, y) => x * y,
  rules: [(d, inputs) => d.mul((inputs as Pair)[1]), (d, inputs) => d.mul((inputs as Pair)[0])],
  linearity: "bilinear",
  result: "same",
  text: "#1 * #2",
  latex: "#1 \\cdot #2",
  domain: [anywhere, anywhere],
});

/** d(x / y) = dx / y − (x / y) dy / y */
export const div: Binary = binary({
  name: "div",
  kernel: (x, y) => x / y,
  rules: [
    (d, inputs) => d.div((inputs as Pair)[1]),
    (d, inputs, output) =>
      d
        .mul(output)
        .div((inputs as Pair)[1])
        .neg(),
  ],
  result: "float",
  text: "#1 / #2",
  latex: "\\frac{#1}{#2}",
  domain: [anywhere, [0.5, 3]],
});

/**
 * d(xʸ) = y xʸ⁻¹ dx + xʸ log x dy
 *
 * The first term is 0 where y = 0, even at x = 0, because x⁰ = 1 everywhere. At x = 0 the second is its limit, 0, for
 * y > 0, where the product itself would be 0 · (−∞). Where a term is left out its base is 1, so that no derivative of it
 * is 0 · ∞.
 */
export const pow: Binary = binary({
  name: "pow",
  kernel: power,
  rules: [
    (d, inputs) => {
      const [x, y] = inputs as Pair;
      const exponent = constantScalar(y);
      if (exponent === 0) return undefined;
      if (exponent !== undefined) return d.mul(y.mul(x.pow(y.sub(1))));
      // A variable y still has the derivative 1/x here, away from x = 0.
      const isZero = equal(y, 0);
      const vanishes = isConstant(y) ? isZero : isZero.logicalAnd(equal(x, 0));
      return d.mul(where(vanishes, 0, y.mul(where(vanishes, 1, x).pow(y.sub(1)))));
    },
    (d, inputs, output) => {
      const [x, y] = inputs as Pair;
      if ((constantScalar(x) ?? 0) > 0) return d.mul(output.mul(log(x)));
      const vanishes = equal(x, 0).logicalAnd(greater(y, 0));
      return d.mul(where(vanishes, 0, output.mul(log(where(vanishes, 1, x)))));
    },
  ],
  result: "float",
  text: "#1 ^ #2",
  latex: "{#1}^{#2}",
  domain: [
    [0.3, 3],
    [-2, 2],
  ],
});

/** IEEE 754 pow: 1^y is 1 even for NaN and infinite y, where JavaScript says NaN. */
function power(x: number, y: number): number {
  if (x === 1) return 1;
  return x === -1 && (y === Infinity || y === -Infinity) ? 1 : Math.pow(x, y);
}

function isConstant(tensor: Tensor): boolean {
  return tensor.op.name === "constant";
}

function constantScalar(tensor: Tensor): number | undefined {
  return isConstant(tensor) && tensor.shape.length === 0 ? tensor.item() : undefined;
}

/** d(−x) = −dx */
export const neg: Unary = unary({
  name: "neg",
  kernel: (x) => -x,
  rules: [(d) => d.neg()],
  linearity: "linear",
  result: "same",
  text: "-#1",
  latex: "-#1",
  domain: [anywhere],
});

/** d|x| = sign(x) dx, which is 0 at x = 0: the middle of the slopes on both sides. */
export const abs: Unary = unary({
  name: "abs",
  kernel: Math.abs,
  rules: [(d, [x]) => d.mul((x as Tensor).sign())],
  result: "same",
  latex: "\\left|#1\\right|",
  domain: [anywhere],
});

/** −1, 0 or 1; its derivative is taken as 0 everywhere. */
export const sign: Unary = unary({
  name: "sign",
  kernel: Math.sign,
  result: "same",
  latex: "\\operatorname{sign}\\left(#1\\right)",
  domain: [anywhere],
});

/** The largest integer that is not above x; its derivative is taken as 0 everywhere. */
export const floor: Unary = unary({
  name: "floor",
  kernel: Math.floor,
  result: "same",
  latex: "\\left\\lfloor #1\\right\\rfloor",
  domain: [anywhere],
});

/** The smallest integer that is not below x; its derivative is taken as 0 everywhere. */
export const ceil: Unary = unary({
  name: "ceil",
  kernel: Math.ceil,
  result: "same",
  latex: "\\left\\lceil #1\\right\\rceil",
  domain: [anywhere],
});

/** The nearest integer, the even one of two equally near (IEEE 754); its derivative is taken as 0 everywhere. */
export const round: Unary = unary({
  name: "round",
  kernel: roundHalfToEven,
  result: "same",
  latex: "\\operatorname{round}\\left(#1\\right)",
  domain: [anywhere],
});

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const fraction = x - below;
  if (!(fraction >= 0.5)) return Object.is(x, -0) ? x : Number.isFinite(x) ? below : x;
  const rounded = fraction > 0.5 || below % 2 !== 0 ? below + 1 : below;
  return rounded === 0 && x < 0 ? -0 : rounded;
}

/** d√x = dx / (2 √x) */
export const sqrt: Unary = unary({
  name: "sqrt",
  kernel: Math.sqrt,
  rules: [(d, _, y) => d.div(y.mul(2))],
  result: "float",
  latex: "\\sqrt{#1}",
  domain: [[0.2, 4]],
});

/** d(x²) = 2 x dx */
export const square: Unary = unary({
  name: "square",
  kernel: (x) => x * x,
  rules: [(d, [x]) => d.mul((x as Tensor).mul(2))],
  result: "same",
  text: "#1 ^ 2",
  latex: "{#1}^{2}",
  domain: [anywhere],
});

/** The larger of both, NaN if either is; where they are equal the derivative is shared half and half. */
export const maximum: Binary = binary({
  name: "maximum",
  kernel: (x, y) => Math.max(x, y),
  rules: [
    (d, inputs) => where(equal(...(inputs as Pair)), d.mul(0.5), where(greater(...(inputs as Pair)), d, 0)),
    (d, inputs) => where(equal(...(inputs as Pair)), d.mul(0.5), where(less(...(inputs as Pair)), d, 0)),
  ],
  chooses: ([x, y], position) =>
    position === 0 ? greaterEqual(x as Tensor, y as Tensor) : lessEqual(x as Tensor, y as Tensor),
  result: "same",
  latex: "\\max\\left(#1, #2\\right)",
  domain: [anywhere, anywhere],
});

/** The smaller of both, NaN if either is; where they are equal the derivative is shared half and half. */
export const minimum: Binary = binary({
  name: "minimum",
  kernel: (x, y) => Math.min(x, y),
  rules: [
    (d, inputs) => where(equal(...(inputs as Pair)), d.mul(0.5), where(less(...(inputs as Pair)), d, 0)),
    (d, inputs) => where(equal(...(inputs as Pair)), d.mul(0.5), where(greater(...(inputs as Pair)), d, 0)),
  ],
  chooses: ([x, y], position) =>
    position === 0 ? lessEqual(x as Tensor, y as Tensor) : greaterEqual(x as Tensor, y as Tensor),
  result: "same",
  latex: "\\min\\left(#1, #2\\right)",
  domain: [anywhere, anywhere],
});
