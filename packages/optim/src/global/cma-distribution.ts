import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { at, norm, entry } from "../linalg/vector.ts";
import type { CmaWeights } from "./cma-weights.ts";

/** The normal distribution that a covariance matrix adaptation draws from, m + σ N(0, C), and how it came to be. */
export interface CmaDistribution {
  /** m */
  readonly mean: Float64Array;
  /** σ */
  readonly stepSize: number;
  /** C, row-major [n, n]. */
  readonly covariance: Float64Array;
  /** Bᵀ, eigenvectors of C by rows, and D, the roots of its eigenvalues, as they were `age` generations ago. */
  readonly axes: Float64Array;
  readonly lengths: Float64Array;
  readonly age: number;
  /** Paths p_σ and p_c. */
  readonly stepPath: Float64Array;
  readonly covariancePath: Float64Array;
  readonly generation: number;
}

/** A standard normal vector z and the displacement y = B D z that it stands for. */
export interface Draw {
  readonly z: Float64Array;
  readonly y: Float64Array;
}

export function roundDistribution(mean: Float64Array, stepSize: number): CmaDistribution {
  const n = mean.length;
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return {
    mean,
    stepSize,
    covariance: identity,
    axes: identity,
    lengths: new Float64Array(n).fill(1),
    age: 0,
    stepPath: new Float64Array(n),
    covariancePath: new Float64Array(n),
    generation: 0,
  };
}

/** y = B D z */
export function displaced({ axes, lengths }: CmaDistribution, z: Float64Array): Draw {
  return {
    z,
    y: fromAxes(
      axes,
      Float64Array.from(z, (element, k) => element * at(lengths, k)),
    ),
  };
}

/** B v */
function fromAxes(axes: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  const result = new Float64Array(n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) result[i] = at(result, i) + at(v, k) * at(axes, k * n + i);
  return result;
}

/** Σ wᵢ vᵢ over the positive weights. */
function recombined(vectors: readonly Float64Array[], { weights, parents }: CmaWeights): Float64Array {
  const result = new Float64Array((vectors[0] as Float64Array).length);
  for (let k = 0; k < parents; k++)
    for (let i = 0; i < result.length; i++)
      result[i] = at(result, i) + entry(weights, k) * at(vectors[k] as Float64Array, i);
  return result;
}

/**
 * The distribution after a generation (Hansen 2016, equations 38 to 47): the mean moves to the better half, the step size grows
 * where steps follow each other and shrinks where they cancel, the covariance learns from the path and from all points, the
 * worse ones by negative weights.
 *
 * @param draws of the generation, best first
 * @returns undefined when the covariance has degenerated
 */
export function adapted(
  before: CmaDistribution,
  draws: readonly Draw[],
  strategy: CmaWeights,
): CmaDistribution | undefined {
  const { pathRate, damping, covariancePathRate, rankOne, rankMu, mass, expectedLength, weights } = strategy;
  const n = before.mean.length;
  const generation = before.generation + 1;
  const y = recombined(
    draws.map((draw) => draw.y),
    strategy,
  );
  // C^(−½) y = B z, for the B and D that z was drawn with.
  const white = fromAxes(
    before.axes,
    recombined(
      draws.map((draw) => draw.z),
      strategy,
    ),
  );
  const stepPath = decayed(before.stepPath, pathRate, mass, white);
  const length = norm(stepPath);
  const steady =
    length / Math.sqrt(1 - (1 - pathRate) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * expectedLength;
  const covariancePath = decayed(before.covariancePath, covariancePathRate, steady ? mass : 0, y);
  const stepSize =
    before.stepSize * Math.exp(Math.min(1, (pathRate / damping) * (length / expectedLength - 1)));

  const missing = steady ? 0 : covariancePathRate * (2 - covariancePathRate);
  const kept = 1 + rankOne * missing - rankOne - rankMu * weights.reduce((a, b) => a + b, 0);
  const covariance = new Float64Array(n * n);
  const factors = draws.map(({ z }, k) => {
    const weight = entry(weights, k);
    // A bad point that was drawn from far out would take away more than there is.
    return rankMu * (weight >= 0 ? weight : (weight * n) / (norm(z) ** 2 + 1e-300));
  });
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum =
        kept * at(before.covariance, i * n + j) + rankOne * at(covariancePath, i) * at(covariancePath, j);
      for (let k = 0; k < draws.length; k++) {
        const v = (draws[k] as Draw).y;
        sum += entry(factors, k) * at(v, i) * at(v, j);
      }
      covariance[i * n + j] = sum;
      covariance[j * n + i] = sum;
    }

  const mean = Float64Array.from(before.mean, (m, i) => m + before.stepSize * at(y, i));
  const moved = { mean, stepSize, covariance, stepPath, covariancePath, generation };
  // The decomposition costs O(n³): it is renewed when the covariance has had time to change.
  const age = before.age + 1;
  if (age < 1 / ((rankOne + rankMu) * n * 10)) return { ...before, ...moved, age };
  const eigen = symmetricEigen(covariance, n);
  if (eigen?.values.every((value) => value > 0 && value < Infinity) !== true) return undefined;
  return { ...moved, age: 0, axes: eigen.vectors, lengths: eigen.values.map(Math.sqrt) };
}

/** (1 − c) p + √(c (2 − c) μ_eff) v */
function decayed(path: Float64Array, rate: number, mass: number, v: Float64Array): Float64Array {
  const factor = Math.sqrt(rate * (2 - rate) * mass);
  return path.map((element, i) => (1 - rate) * element + factor * at(v, i));
}

/** Standard deviation of the distribution along the axis of the cube where it is widest. */
export function widest({ covariance, stepSize, mean }: CmaDistribution): number {
  const n = mean.length;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, at(covariance, i * n + i));
  return stepSize * Math.sqrt(largest);
}
