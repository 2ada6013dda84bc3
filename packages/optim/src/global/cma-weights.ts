/** What a covariance matrix adaptation does with a generation of λ points in n dimensions. */
export interface CmaWeights {
  /** λ */
  readonly size: number;
  /** wᵢ of the points, best first: the first half positive and of sum one, the others negative. */
  readonly weights: readonly number[];
  /** Number of positive weights, μ. */
  readonly parents: number;
  /** Variance effective selection mass of the positive weights, μ_eff. */
  readonly mass: number;
  /** Learning rates of the path of the step size and its damping, c_σ and d_σ. */
  readonly pathRate: number;
  readonly damping: number;
  /** Learning rate of the path of the covariance, c_c. */
  readonly covariancePathRate: number;
  /** Learning rates of the rank-one and the rank-μ update, c₁ and c_μ. */
  readonly rankOne: number;
  readonly rankMu: number;
  /** Expected length of a standard normal vector, χₙ. */
  readonly expectedLength: number;
}

/** Points of a generation by default, 4 + ⌊3 ln n⌋. */
export function defaultCmaSize(n: number): number {
  return 4 + Math.floor(3 * Math.log(n));
}

/**
 * The default parameters of N. Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772 (2016), table 1,
 * equations 49 to 58, with the negative weights of the active update.
 */
export function cmaWeights(n: number, size: number): CmaWeights {
  const raw = Array.from({ length: size }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
  const parents = Math.floor(size / 2);
  const [positive, negative] = [raw.slice(0, parents), raw.slice(parents)];
  const mass = effectiveMass(positive);
  const pathRate = (mass + 2) / (n + mass + 5);
  const rankOne = 2 / ((n + 1.3) ** 2 + mass);
  const rankMu = Math.min(1 - rankOne, (2 * (0.25 + mass + 1 / mass - 2)) / ((n + 2) ** 2 + mass));
  const negativeMass = effectiveMass(negative);
  const negativeSum = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * negativeMass) / (mass + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  );
  return {
    size,
    weights: [
      ...positive.map((weight) => weight / sum(positive)),
      ...negative.map((weight) => (-negativeSum * weight) / sum(negative)),
    ],
    parents,
    mass,
    pathRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (n + 1)) - 1) + pathRate,
    covariancePathRate: (4 + mass / n) / (n + 4 + (2 * mass) / n),
    rankOne,
    rankMu,
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

function effectiveMass(weights: readonly number[]): number {
  const squares = sum(weights.map((weight) => weight * weight));
  return squares === 0 ? 0 : sum(weights) ** 2 / squares;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
