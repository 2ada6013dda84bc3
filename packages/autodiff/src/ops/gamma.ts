import { digamma as digammaVector } from "../compile/wasm/math/digamma.ts";
import { lgamma as lgammaVector } from "../compile/wasm/math/log-gamma.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { binary, unary, type Binary, type Unary } from "./define.ts";
import { beta as betaKernel, logBeta as logBetaKernel } from "./kernels/beta.ts";
import { digamma as digammaKernel } from "./kernels/digamma.ts";
import { gamma as gammaKernel, lgamma as lgammaKernel } from "./kernels/gamma.ts";
import { polygamma as polygammaKernel } from "./kernels/polygamma.ts";

type Pair = readonly [Tensor, Tensor];

/**
 * The gamma function Γ(x), with Γ(n) = (n − 1)! exact as far as a number can hold it; ±∞ at ±0 and NaN at −1, −2, …
 * d Γ(x) = Γ(x) ψ(x) dx (DLMF 5.2.2). Error at most 5 units in the last place, 7 for negative x.
 *
 * @example
 * gamma(5); // → 24
 */
export const gamma: Unary = unary({
  name: "gamma",
  kernel: gammaKernel,
  rules: [(d, [x], y) => d.mul(y.mul(digamma(x as Tensor)))],
  result: "float",
  latex: "\\Gamma\\left(#1\\right)",
  domain: [[0.3, 4]],
});

/**
 * The logarithm of |Γ(x)|, +∞ at the poles 0, −1, −2, …; d lgamma x = ψ(x) dx.
 *
 * Error at most 2 units in the last place for positive x, near the zeros 1 and 2, too; for negative x at most 10⁻¹⁵ of
 * the larger of 1 and the result.
 *
 * @example
 * lgamma(3); // → 0.693147
 */
export const lgamma: Unary = unary({
  name: "lgamma",
  kernel: lgammaKernel,
  vector: lgammaVector,
  rules: [(d, [x]) => d.mul(digamma(x as Tensor))],
  result: "float",
  latex: "\\ln\\Gamma\\left(#1\\right)",
  domain: [[0.3, 4]],
});

/**
 * The digamma function ψ(x) = Γ′(x)/Γ(x), ∓∞ at ±0 and NaN at −1, −2, …; d ψ(x) = ψ⁽¹⁾(x) dx.
 *
 * Error at most 3 units in the last place for positive x, near the zero 1.4616…, too; for negative x at most 3·10⁻¹⁵ of the
 * larger of 1 and the result.
 *
 * @example
 * digamma(1); // → -0.577216
 */
export const digamma: Unary = unary({
  name: "digamma",
  kernel: digammaKernel,
  vector: digammaVector,
  rules: [(d, [x]) => d.mul(polygamma(1, x as Tensor))],
  result: "float",
  latex: "\\psi\\left(#1\\right)",
  domain: [[0.3, 4]],
});

/**
 * `polygamma(n, x)`: the n-th derivative of ψ at x, for whole n from 0 to 1000 (NaN for other n); d ψ⁽ⁿ⁾(x) = ψ⁽ⁿ⁺¹⁾(x) dx.
 * The order n is no variable: its derivative is 0.
 *
 * Error at most 6 units in the last place for positive x and n ≤ 40; for negative x that of the largest term, which counts
 * where ψ⁽ⁿ⁾ of even order n vanishes between two poles.
 *
 * @example
 * polygamma(1, 1); // → 1.644934
 */
export const polygamma: Binary = binary({
  name: "polygamma",
  kernel: polygammaKernel,
  selectors: 1,
  rules: [undefined, (d, inputs) => d.mul(polygamma((inputs as Pair)[0].add(1), (inputs as Pair)[1]))],
  result: "float",
  latex: "\\psi^{\\left(#1\\right)}\\left(#2\\right)",
  domain: [
    [2, 2],
    [0.5, 4],
  ],
});

/**
 * The beta function B(x, y) = Γ(x) Γ(y) / Γ(x + y); dB = B (ψ(x) − ψ(x + y)) dx + B (ψ(y) − ψ(x + y)) dy
 * (DLMF 5.12.1). The difference of the two ψ loses digits where the other argument is much the smaller one.
 *
 * Where x or y is 0, −1, −2, … it is NaN (±∞ at ±0), unless the other one is a positive whole number m that leaves a
 * finite quotient, (−1)ᵐ B(1 − x − m, m). Error at most 8 units in the last place, for large and negative arguments, too; at
 * most 16 where one argument is more than 10⁵ times the other.
 *
 * @example
 * beta(2, 3); // → 0.083333
 */
export const beta: Binary = binary({
  name: "beta",
  kernel: betaKernel,
  rules: [
    (d, inputs, b) => d.mul(b.mul(digammaFall(inputs as Pair, 0))),
    (d, inputs, b) => d.mul(b.mul(digammaFall(inputs as Pair, 1))),
  ],
  result: "float",
  latex: "\\mathrm{B}\\left(#1, #2\\right)",
  domain: [
    [0.4, 3],
    [0.4, 3],
  ],
});

/**
 * The logarithm of |B(x, y)|, where B itself would underflow, too: error at most 2·10⁻¹⁵ of the larger of 1 and the result;
 * d log B = (ψ(x) − ψ(x + y)) dx + (ψ(y) − ψ(x + y)) dy.
 *
 * @example
 * logBeta(1e6, 1e6); // → -1386300.003363
 */
export const logBeta: Binary = binary({
  name: "logBeta",
  kernel: logBetaKernel,
  rules: [
    (d, inputs) => d.mul(digammaFall(inputs as Pair, 0)),
    (d, inputs) => d.mul(digammaFall(inputs as Pair, 1)),
  ],
  result: "float",
  latex: "\\ln\\mathrm{B}\\left(#1, #2\\right)",
  domain: [
    [0.4, 3],
    [0.4, 3],
  ],
});

/** ψ of one input minus ψ of their sum. */
function digammaFall(inputs: Pair, which: 0 | 1): Tensor {
  return digamma(inputs[which]).sub(digamma(inputs[0].add(inputs[1])));
}
