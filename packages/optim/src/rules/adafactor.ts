import { maximum, mean, minimum, pow, sqrt, zeros, type Tensor } from "@steepest/autodiff";
import { leafwise, zerosLike } from "./leafwise.ts";
import { checkNonNegative, checkPositive } from "./options.ts";
import { partition } from "./partition.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link adafactor}; no weight decay by default. */
export interface AdafactorOptions extends WeightDecayOptions {
  /** ρ, relative to the size of the parameters. Default min(0.01, 1/√t), the paper's. */
  readonly learningRate?: LearningRate;
  /** c in the decay 1 − t⁻ᶜ of the mean squares. Default 0.8. */
  readonly decayExponent?: number;
  /** d, how large the root mean square of a direction may be. Default 1. */
  readonly clippingThreshold?: number;
  /** ε₁, added to the squares of the gradients. Default 1e-30. */
  readonly epsilon?: number;
  /** ε₂, the least size that a parameter counts as. Default 0.001. */
  readonly leastScale?: number;
}

/** min(0.01, 1/√t), t = step + 1 (algorithm 5). */
const relativeStepSize = (step: Tensor): Tensor => minimum(0.01, step.add(1).pow(-0.5));

/**
 * Adafactor, which remembers a matrix of mean squares by the means of its rows and columns: the memory of an n × m matrix is n +
 * m numbers. With g² + ε₁ averaged with the decay β = 1 − t⁻ᶜ, along rows to R, along columns to C,
 *
 * V = R C / mean(R), U = g / √V, update −ρ (max(ε₂, RMS(x)) · U / max(1, RMS(U) / d) + λ x),
 *
 * where RMS is the root of the mean of squares. Parameters of one axis or none keep all of V; of more than two axes, the last two
 * are the matrix's (Shazeer & Stern, ICML 2018, algorithms 4–6).
 *
 * @throws {OptimizationError} for a rate, exponent, threshold or ε₁ that is not positive, a negative ε₂ or λ
 */
export function adafactor({
  learningRate = relativeStepSize,
  decayExponent = 0.8,
  clippingThreshold = 1,
  epsilon = 1e-30,
  leastScale = 1e-3,
  ...decay
}: AdafactorOptions = {}): UpdateRule {
  checkPositive("the decay exponent", decayExponent);
  checkPositive("the clipping threshold", clippingThreshold);
  checkPositive("epsilon", epsilon);
  checkNonNegative("the least scale", leastScale);
  const common = {
    learningRate,
    decay,
    shared: (t: Tensor) => ({ renewal: pow(t, -decayExponent) }),
  };
  /** U to the length that it is taken with. */
  const sized = (direction: Tensor, parameter: Tensor): Tensor =>
    direction
      .div(maximum(rootMeanSquare(direction).div(clippingThreshold), 1))
      .mul(maximum(rootMeanSquare(parameter), leastScale));
  const whole = leafwise({
    ...common,
    name: "whole",
    memory: { meanSquare: zerosLike },
    leaf: ({ gradient, parameter, memory, shared }) => {
      const meanSquare = renewed(memory.meanSquare, gradient.square().add(epsilon), shared.renewal);
      return { direction: sized(gradient.div(sqrt(meanSquare)), parameter), memory: { meanSquare } };
    },
  });
  const factored = leafwise({
    ...common,
    name: "factored",
    memory: {
      rows: ({ shape, dtype }) => zeros([...shape.slice(0, -1), 1], dtype),
      columns: ({ shape, dtype }) => zeros([...shape.slice(0, -2), 1, ...shape.slice(-1)], dtype),
    },
    leaf: ({ gradient, parameter, memory, shared }) => {
      const square = gradient.square().add(epsilon);
      const rows = renewed(memory.rows, mean(square, { axis: -1, keepDims: true }), shared.renewal);
      const columns = renewed(memory.columns, mean(square, { axis: -2, keepDims: true }), shared.renewal);
      // One after the other: the product of two numbers as small as ε₁, of a row and a column without gradients, would be 0.
      const byRows = rows.div(mean(rows, { axis: -2, keepDims: true })).pow(-0.5);
      const direction = gradient.mul(byRows).mul(columns.pow(-0.5));
      return { direction: sized(direction, parameter), memory: { rows, columns } };
    },
  });
  const rule = partition({ factored, whole }, (_, { shape }) => (shape.length < 2 ? "whole" : "factored"));
  return { ...rule, name: "adafactor" };
}

/** A mean that takes in so much of a value: old + renewal · (value − old), which is the value at first. */
function renewed(old: Tensor, value: Tensor, renewal: Tensor): Tensor {
  return old.mul(renewal.neg().add(1)).add(value.mul(renewal));
}

function rootMeanSquare(x: Tensor): Tensor {
  return sqrt(mean(x.square()));
}
