import { large } from "../compile/wasm/math/elementwise-math.ts";
import * as vectors from "../compile/wasm/math/power.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { equal, where } from "./compare.ts";
import { binary, unary, type Binary, type Unary } from "./define.ts";

/** d∛x = dx / (3 ∛x²) */
export const cbrt: Unary = unary({
  name: "cbrt",
  kernel: Math.cbrt,
  rules: [(d, _, y) => d.div(y.mul(y).mul(3))],
  result: "float",
  latex: "\\sqrt[3]{#1}",
  domain: [[0.2, 4]],
  vector: large(35, vectors.cbrt),
});

/** d√(x² + y²) = (x dx + y dy) / √(x² + y²); at the origin, the tip of a cone, its derivatives of every order are 0. */
export const hypot: Binary = binary({
  name: "hypot",
  kernel: (x, y) => Math.hypot(x, y),
  rules: [
    (d, [x], r) => d.mul(directionCosine(x as Tensor, r)),
    (d, [, y], r) => d.mul(directionCosine(y as Tensor, r)),
  ],
  result: "float",
  latex: "\\sqrt{#1^2 + #2^2}",
  domain: [
    [0.5, 3],
    [0.5, 3],
  ],
  vector: large(33, vectors.hypot),
});

/** x / r, and 0 with all its derivatives where r = 0. */
function directionCosine(x: Tensor, r: Tensor): Tensor {
  const origin = equal(r, 0);
  return where(origin, 0, x.div(where(origin, 1, r)));
}
