import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as vectors from "../compile/wasm/math/hyperbolic.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, unary, type Unary } from "./define.ts";

/** d sinh x = cosh x dx */
export const sinh: Unary = unary({
  name: "sinh",
  kernel: Math.sinh,
  rules: [(d, [x]) => d.mul(cosh(x as Tensor))],
  result: "float",
  latex: "\\sinh\\left(#1\\right)",
  domain: [anywhere],
  vector: large(40, vectors.sinh),
});

/** d cosh x = sinh x dx */
export const cosh: Unary = unary({
  name: "cosh",
  kernel: Math.cosh,
  rules: [(d, [x]) => d.mul(sinh(x as Tensor))],
  result: "float",
  latex: "\\cosh\\left(#1\\right)",
  domain: [anywhere],
  vector: large(36, vectors.cosh),
});
