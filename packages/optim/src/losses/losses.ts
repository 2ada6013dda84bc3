import { atan, log1p, where, type Tensor } from "@steepest/autodiff";
import { prepared } from "../problem/prepared.ts";
import { scaleOf, type Loss } from "./loss.ts";

/**
 * Huber's loss: squares up to δ, straight lines beyond. Convex; the fit stays unique where least squares has one.
 *
 *     ρ(s) = s,        ρ′ = 1,      ρ″ = 0             for s ≤ 1
 *     ρ(s) = 2√s − 1,  ρ′ = 1/√s,   ρ″ = −½ s^(−3/2)   for s > 1
 *
 * (Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35, 1964.)
 *
 * @param scale δ, in units of the residuals; 1.345 σ keeps 95 % of the efficiency of least squares on Gaussian noise
 * @throws {OptimizationError} for a scale that is not positive
 */
export function huber(scale: number): Loss {
  return checked("huber", scale, huberRho);
}

/**
 * A smooth version of {@link huber}, a hyperbola (pseudo-Huber):
 *
 *     ρ(s) = 2 (√(1 + s) − 1),  ρ′ = (1 + s)^(−1/2),  ρ″ = −½ (1 + s)^(−3/2)
 *
 * (Charbonnier, Blanc-Féraud, Aubert & Barlaud, IEEE Transactions on Image Processing 6, 1997.) Convex.
 *
 * @param scale δ, in units of the residuals
 * @throws {OptimizationError} for a scale that is not positive
 */
export function softL1(scale: number): Loss {
  return checked("softL1", scale, softL1Rho);
}

/**
 * Cauchy's loss, the likelihood of residuals with the tails of a Lorentzian:
 *
 *     ρ(s) = ln(1 + s),  ρ′ = 1/(1 + s),  ρ″ = −1/(1 + s)²
 *
 * Outliers pull ever less the farther away they are; not convex, so start near the bulk of the data.
 *
 * @param scale δ, in units of the residuals; 2.385 σ keeps 95 % of the efficiency of least squares on Gaussian noise
 * @throws {OptimizationError} for a scale that is not positive
 */
export function cauchy(scale: number): Loss {
  return checked("cauchy", scale, cauchyRho);
}

/**
 * Tukey's biweight: residuals beyond δ do not count at all.
 *
 *     ρ(s) = (1 − (1 − s)³)/3,  ρ′ = (1 − s)²,  ρ″ = −2 (1 − s)   for s ≤ 1
 *     ρ(s) = 1/3,               ρ′ = 0,         ρ″ = 0            for s > 1
 *
 * (Beaton & Tukey, Technometrics 16, 1974.) Not convex; start near the bulk of the data, for example where
 * {@link huber} ends.
 *
 * @param scale δ, in units of the residuals; 4.685 σ keeps 95 % of the efficiency of least squares on Gaussian noise
 * @throws {OptimizationError} for a scale that is not positive
 */
export function tukey(scale: number): Loss {
  return checked("tukey", scale, tukeyRho);
}

/**
 * A loss that levels off at π/2, without an edge:
 *
 *     ρ(s) = arctan(s),  ρ′ = 1/(1 + s²),  ρ″ = −2s/(1 + s²)²
 *
 * Not convex; start near the bulk of the data.
 *
 * @param scale δ, in units of the residuals
 * @throws {OptimizationError} for a scale that is not positive
 */
export function arctan(scale: number): Loss {
  return checked("arctan", scale, atanRho);
}

// Written so that nothing cancels where s is small, which is where a fit ends.
const huberRho = prepared((s: Tensor): Tensor => where(s.lessEqual(1), s, s.sqrt().mul(2).sub(1)));
const softL1Rho = prepared((s: Tensor): Tensor => s.mul(2).div(s.add(1).sqrt().add(1)));
const cauchyRho = prepared((s: Tensor): Tensor => log1p(s));
const tukeyRho = prepared((s: Tensor): Tensor =>
  where(s.lessEqual(1), s.div(3).sub(1).mul(s).add(1).mul(s), 1 / 3),
);
const atanRho = prepared((s: Tensor): Tensor => atan(s));

function checked(name: string, scale: number, rho: Loss["rho"]): Loss {
  const loss = { name, scale, rho };
  scaleOf(loss);
  return loss;
}
