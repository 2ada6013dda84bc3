import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Rule, type Unary } from "./define.ts";
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

/** d tanh x = (1 − tanh² x) dx */
export const tanh: Unary = elementary("tanh", Math.tanh, (d, x) => d.mul(sechSquared(x)), call("\\tanh"));
