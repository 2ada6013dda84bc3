import type { Tensor } from "../tensor/tensor.ts";
import { binary, ternary, type Binary, type Ternary } from "./define.ts";
import * as kernels from "./kernels/faddeeva.ts";

/*
 * w is analytic, so ∂w⁽ⁿ⁾/∂x = w⁽ⁿ⁺¹⁾ and ∂w⁽ⁿ⁾/∂y = i w⁽ⁿ⁺¹⁾. The derivatives w⁽ⁿ⁾ are operations of their own, because
 * w′ = −2zw + 2i/√π and its like lose all digits where |z| is large.
 */

/**
 * The real part of the Faddeeva function w(z) = e^(−z²) erfc(−iz) at z = x + iy (DLMF 7.2.3).
 *
 * For y ≥ 0 the error is at most 10⁻¹⁵ of the result. For y < 0, w(z) = 2e^(−z²) − w(−z) grows like e^(y² − x²) and ends
 * at ±∞; its error is relative to |w|.
 *
 * @example
 * faddeevaReal(0, 1); // → 0.427584
 */
export const faddeevaReal: Binary = binary({
  name: "faddeevaReal",
  kernel: (x, y) => kernels.faddeeva(0, x, y)[0],
  rules: [
    (d, inputs) => d.mul(faddeevaRealDerivative(1, ...pair(inputs))),
    (d, inputs) => d.mul(faddeevaImaginaryDerivative(1, ...pair(inputs))).neg(),
  ],
  result: "float",
  latex: "\\operatorname{Re} w\\left(#1 + i \\left(#2\\right)\\right)",
  domain: [
    [-3, 3],
    [0.1, 3],
  ],
});

/**
 * The imaginary part of the Faddeeva function w(z) at z = x + iy; on the real axis 2/√π times Dawson's integral.
 * For y ≥ 0 the error is at most 4·10⁻¹⁵ of the result.
 *
 * @example
 * faddeevaImaginary(1, 0); // → 0.607158
 */
export const faddeevaImaginary: Binary = binary({
  name: "faddeevaImaginary",
  kernel: (x, y) => kernels.faddeeva(0, x, y)[1],
  rules: [
    (d, inputs) => d.mul(faddeevaImaginaryDerivative(1, ...pair(inputs))),
    (d, inputs) => d.mul(faddeevaRealDerivative(1, ...pair(inputs))),
  ],
  result: "float",
  latex: "\\operatorname{Im} w\\left(#1 + i \\left(#2\\right)\\right)",
  domain: [
    [-3, 3],
    [0.1, 3],
  ],
});

/**
 * `faddeevaRealDerivative(n, x, y)`: the real part of the n-th derivative of w at z = x + iy, for whole n from 0 to 100
 * (NaN for other n).
 *
 * Largest error, relative to |w⁽ⁿ⁾|, in the upper half-plane: 3·10⁻¹⁵ for n ≤ 4 where |z| > 4.5 or y > 1; elsewhere 7·10⁻¹⁵,
 * 5·10⁻¹⁴, 5·10⁻¹³ and 5·10⁻¹² for n = 1, 2, 3, 4, and more for each order after that.
 */
export const faddeevaRealDerivative: Ternary = ternary({
  name: "faddeevaRealDerivative",
  kernel: (n, x, y) => kernels.faddeeva(n, x, y)[0],
  selectors: 1,
  rules: [
    undefined,
    (d, inputs) => d.mul(faddeevaRealDerivative(...nextOrder(inputs))),
    (d, inputs) => d.mul(faddeevaImaginaryDerivative(...nextOrder(inputs))).neg(),
  ],
  result: "float",
  latex: "\\operatorname{Re} w^{\\left(#1\\right)}\\left(#2 + i \\left(#3\\right)\\right)",
  domain: [
    [1, 1],
    [-3, 3],
    [0.1, 3],
  ],
});

/** `faddeevaImaginaryDerivative(n, x, y)`: the imaginary part of the n-th derivative of w at z = x + iy. */
export const faddeevaImaginaryDerivative: Ternary = ternary({
  name: "faddeevaImaginaryDerivative",
  kernel: (n, x, y) => kernels.faddeeva(n, x, y)[1],
  selectors: 1,
  rules: [
    undefined,
    (d, inputs) => d.mul(faddeevaImaginaryDerivative(...nextOrder(inputs))),
    (d, inputs) => d.mul(faddeevaRealDerivative(...nextOrder(inputs))),
  ],
  result: "float",
  latex: "\\operatorname{Im} w^{\\left(#1\\right)}\\left(#2 + i \\left(#3\\right)\\right)",
  domain: [
    [1, 1],
    [-3, 3],
    [0.1, 3],
  ],
});

function pair(inputs: readonly Tensor[]): [Tensor, Tensor] {
  return [inputs[0] as Tensor, inputs[1] as Tensor];
}

/** The same inputs with an order one higher. */
function nextOrder([n, x, y]: readonly Tensor[]): [Tensor, Tensor, Tensor] {
  return [(n as Tensor).add(1), x as Tensor, y as Tensor];
}
