import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, binary, unary, type Binary, type Rule, type Unary } from "./define.ts";
import { sechSquared } from "./sech-squared.ts";

type Interval = readonly [number, number];

/** A function of one variable: its kernel, the rule for its derivative and its name in LaTeX. */
function elementary(
  name: string,
  kernel: (x: number) => number,
  rule: (d: Tensor, x: Tensor, y: Tensor) => Tensor,
  latex: string,
  domain: Interval = anywhere,
): Unary {
  const onlyInput: Rule = (d, [x], y) => rule(d, x as Tensor, y);
  return unary({ name, kernel, rules: [onlyInput], result: "float", latex, domain: [domain] });
}

const call = (name: string): string => `${name}\\left(#1\\right)`;

/** d eˣ = eˣ dx */
export const exp: Unary = elementary("exp", Math.exp, (d, _, y) => d.mul(y), "e^{#1}");
/** d(eˣ − 1) = eˣ dx */
export const expm1: Unary = elementary("expm1", Math.expm1, (d, x) => d.mul(exp(x)), "e^{#1} - 1");

/** d log x = dx / x */
export const log: Unary = elementary("log", Math.log, (d, x) => d.div(x), call("\\ln"), [0.2, 4]);
/** d log(1 + x) = dx / (1 + x) */
export const log1p: Unary = elementary(
  "log1p",
  Math.log1p,
  (d, x) => d.div(x.add(1)),
  "\\ln\\left(1 + #1\\right)",
  [-0.7, 3],
);
/** d log₂ x = dx / (x log 2) */
export const log2: Unary = elementary(
  "log2",
  Math.log2,
  (d, x) => d.div(x.mul(Math.LN2)),
  call("\\log_2"),
  [0.2, 4],
);
/** d log₁₀ x = dx / (x log 10) */
export const log10: Unary = elementary(
  "log10",
  Math.log10,
  (d, x) => d.div(x.mul(Math.LN10)),
  call("\\log_{10}"),
  [0.2, 4],
);

/** d sin x = cos x dx */
export const sin: Unary = elementary("sin", Math.sin, (d, x) => d.mul(cos(x)), call("\\sin"));
/** d cos x = −sin x dx */
export const cos: Unary = elementary("cos", Math.cos, (d, x) => d.mul(sin(x)).neg(), call("\\cos"));
/** d tan x = (1 + tan² x) dx */
export const tan: Unary = elementary(
  "tan",
  Math.tan,
  (d, _, y) => d.mul(y.mul(y).add(1)),
  call("\\tan"),
  [-1.2, 1.2],
);
/** d asin x = dx / √(1 − x²), written (1 − x)(1 + x) so that it keeps its digits near ±1 */
export const asin: Unary = elementary(
  "asin",
  Math.asin,
  (d, x) => d.div(oneMinusSquare(x).sqrt()),
  call("\\arcsin"),
  [-0.9, 0.9],
);
/** d acos x = −dx / √(1 − x²) */
export const acos: Unary = elementary(
  "acos",
  Math.acos,
  (d, x) => d.div(oneMinusSquare(x).sqrt()).neg(),
  call("\\arccos"),
  [-0.9, 0.9],
);
/** d atan x = dx / (1 + x²) */
export const atan: Unary = elementary("atan", Math.atan, (d, x) => d.div(x.mul(x).add(1)), call("\\arctan"));

/** d sinh x = cosh x dx */
export const sinh: Unary = elementary("sinh", Math.sinh, (d, x) => d.mul(cosh(x)), call("\\sinh"));
/** d cosh x = sinh x dx */
export const cosh: Unary = elementary("cosh", Math.cosh, (d, x) => d.mul(sinh(x)), call("\\cosh"));
/** d tanh x = (1 − tanh² x) dx */
export const tanh: Unary = elementary("tanh", Math.tanh, (d, x) => d.mul(sechSquared(x)), call("\\tanh"));

/** The angle of the point (x, y) as atan2(y, x): d = (x dy − y dx) / (x² + y²) */
export const atan2: Binary = binary({
  name: "atan2",
  kernel: (y, x) => Math.atan2(y, x),
  rules: [
    (d, [y, x]) => d.mul((x as Tensor).div(squaredRadius(x as Tensor, y as Tensor))),
    (d, [y, x]) => d.mul((y as Tensor).div(squaredRadius(x as Tensor, y as Tensor))).neg(),
  ],
  result: "float",
  latex: "\\operatorname{atan2}\\left(#1, #2\\right)",
  domain: [
    [0.5, 3],
    [-3, 3],
  ],
});

function oneMinusSquare(x: Tensor): Tensor {
  return x.neg().add(1).mul(x.add(1));
}

function squaredRadius(x: Tensor, y: Tensor): Tensor {
  return x.mul(x).add(y.mul(y));
}
