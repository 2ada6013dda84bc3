import type { Tensor } from "../tensor/tensor.ts";
import { binary, unary, type Binary, type Unary } from "./define.ts";
import * as kernels from "./kernels/bessel.ts";

type Pair = readonly [Tensor, Tensor];

/**
 * `besselJ(n, x)`: the Bessel function of the first kind Jₙ(x) of whole order n, negative ones included; NaN for other n and
 * for |n| > 10⁶. d Jₙ(x) = ½ (Jₙ₋₁(x) − Jₙ₊₁(x)) dx (DLMF 10.6.1), at 0, too; the order is no variable, its derivative is 0.
 *
 * Error at most 5·10⁻¹⁶ (for n up to 1000); in the tail |x| < |n|, where Jₙ is tiny, its digits hold to about 10⁻¹⁴.
 *
 * @example
 * besselJ(2, 1); // → 0.114903
 */
export const besselJ: Binary = binary({
  name: "besselJ",
  kernel: kernels.besselJ,
  selectors: 1,
  rules: [
    undefined,
    (d, inputs) => {
      const [n, x] = inputs as Pair;
      return d.mul(
        besselJ(n.sub(1), x)
          .sub(besselJ(n.add(1), x))
          .mul(0.5),
      );
    },
  ],
  result: "float",
  latex: "J_{#1}\\left(#2\\right)",
  domain: [
    [2, 2],
    [-3, 3],
  ],
});

/** J₀(x) to an error of 4·10⁻¹⁶; d J₀ = −J₁ dx */
export const besselJ0: Unary = unary({
  name: "besselJ0",
  kernel: kernels.besselJ0,
  rules: [(d, [x]) => d.mul(besselJ1(x as Tensor)).neg()],
  result: "float",
  latex: "J_{0}\\left(#1\\right)",
  domain: [[-3, 3]],
});

/** J₁(x) to an error of 4·10⁻¹⁶; d J₁ = ½ (J₀ − J₂) dx */
export const besselJ1: Unary = unary({
  name: "besselJ1",
  kernel: kernels.besselJ1,
  rules: [
    (d, [x]) =>
      d.mul(
        besselJ0(x as Tensor)
          .sub(besselJ(2, x as Tensor))
          .mul(0.5),
      ),
  ],
  result: "float",
  latex: "J_{1}\\left(#1\\right)",
  domain: [[-3, 3]],
});
