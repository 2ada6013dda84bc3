import type { Tensor } from "../tensor/tensor.ts";
import { quaternary, ternary, type Quaternary, type Ternary } from "./define.ts";
import * as kernels from "./kernels/faddeeva.ts";

/*
 * With z = (x + iγ)/(σ√2), K = w(z)/(σ√(2π)) is analytic in x + iγ, so ∂K/∂x = K′ and ∂K/∂γ = i K′; and because widening a
 * Gaussian is diffusion, ∂K/∂σ = σ K″. Rules in this form have their limits for σ → 0 to every order, and nothing in them
 * cancels, while those of the quotients cancel wherever the profile is nearly a Lorentzian.
 */

type Profile = readonly [x: Tensor, sigma: Tensor, gamma: Tensor];
type Derivative = readonly [n: Tensor, x: Tensor, sigma: Tensor, gamma: Tensor];

/**
 * `voigt(x, sigma, gamma)`: the Voigt profile Re w((x + iγ)/(σ√2)) / (σ√(2π)), a Gaussian of standard deviation σ
 * convolved with a Lorentzian of half width γ at half maximum; its integral over x is 1.
 *
 * At σ = 0 it is the Lorentzian γ/(π(x² + γ²)), at γ = 0 the Gaussian, and where both are 0 it is 0 except at x = 0, where it
 * is ∞; all derivatives have these limits, too. Only σ² counts, so σ may change its sign, as in a fit. For γ < 0 it goes
 * on analytically and grows like e^((γ² − x²)/2σ²).
 *
 * Error at most 2·10⁻¹⁵ of the result for γ ≥ σ/100; in the Gaussian's own tail 4·10⁻¹⁶ x²/σ² of the Gaussian is added.
 * The derivatives have those of `faddeevaRealDerivative`.
 *
 * @example
 * voigt(0, 0, 1); // → 0.31831
 * voigt(0, 1, 0); // → 0.398942
 */
export const voigt: Ternary = ternary({
  name: "voigt",
  kernel: (x, sigma, gamma) => kernels.voigt(0, x, sigma, gamma)[0],
  rules: [
    (d, inputs) => d.mul(voigtDerivative(1, ...(inputs as Profile))),
    (d, inputs) => d.mul((inputs as Profile)[1].mul(voigtDerivative(2, ...(inputs as Profile)))),
    (d, inputs) => d.mul(voigtDispersionDerivative(1, ...(inputs as Profile))).neg(),
  ],
  result: "float",
  latex: "V\\left(#1; #2, #3\\right)",
  domain: [
    [-3, 3],
    [0.3, 2],
    [0.3, 2],
  ],
});

/** `voigtDerivative(n, x, sigma, gamma)`: the n-th derivative of the Voigt profile in x. */
export const voigtDerivative: Quaternary = quaternary({
  name: "voigtDerivative",
  kernel: (n, x, sigma, gamma) => kernels.voigt(n, x, sigma, gamma)[0],
  selectors: 1,
  rules: [
    undefined,
    (d, inputs) => d.mul(voigtDerivative(...higher(inputs, 1))),
    (d, inputs) => d.mul((inputs as Derivative)[2].mul(voigtDerivative(...higher(inputs, 2)))),
    (d, inputs) => d.mul(voigtDispersionDerivative(...higher(inputs, 1))).neg(),
  ],
  result: "float",
  latex: "V^{\\left(#1\\right)}\\left(#2; #3, #4\\right)",
  domain: [
    [1, 1],
    [-3, 3],
    [0.5, 2],
    [0.3, 2],
  ],
});

/**
 * `voigtDispersionDerivative(n, x, sigma, gamma)`: the n-th derivative in x of the dispersion that belongs to the Voigt
 * profile, Im w((x + iγ)/(σ√2)) / (σ√(2π)), its Hilbert transform; for n = 0 the dispersion itself.
 */
export const voigtDispersionDerivative: Quaternary = quaternary({
  name: "voigtDispersionDerivative",
  kernel: (n, x, sigma, gamma) => kernels.voigt(n, x, sigma, gamma)[1],
  selectors: 1,
  rules: [
    undefined,
    (d, inputs) => d.mul(voigtDispersionDerivative(...higher(inputs, 1))),
    (d, inputs) => d.mul((inputs as Derivative)[2].mul(voigtDispersionDerivative(...higher(inputs, 2)))),
    (d, inputs) => d.mul(voigtDerivative(...higher(inputs, 1))),
  ],
  result: "float",
  latex: "L^{\\left(#1\\right)}\\left(#2; #3, #4\\right)",
  domain: [
    [1, 1],
    [-3, 3],
    [0.5, 2],
    [0.3, 2],
  ],
});

/** The same inputs with a higher order. */
function higher(inputs: readonly Tensor[], by: number): [Tensor, Tensor, Tensor, Tensor] {
  const [n, x, sigma, gamma] = inputs as Derivative;
  return [n.add(by), x, sigma, gamma];
}
