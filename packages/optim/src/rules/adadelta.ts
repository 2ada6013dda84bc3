import { sqrt } from "@steepest/autodiff";
import { decayingMean, leafwise, zerosLike } from "./leafwise.ts";
import { checkFraction, checkPositive } from "./options.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";

/** Options of {@link adadelta}. */
export interface AdadeltaOptions {
  /** A factor to the step that the rule finds by itself. Default 1, the paper's. */
  readonly learningRate?: LearningRate;
  /** ρ, the decay of both means of squares. Default 0.9. */
  readonly decay?: number;
  /** Added to the mean squares; it sets the size of the first steps, so it must be above 0. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Adadelta, whose updates have the units of the parameters: v ← ρ v + (1 − ρ) g², Δ = √(u + ε) / √(v + ε) · g,
 * u ← ρ u + (1 − ρ) Δ², update −η Δ (Zeiler, arXiv:1212.5701, 2012, algorithm 1).
 *
 * @throws {OptimizationError} for a rate or ε that is not positive, or a decay outside [0, 1)
 */
export function adadelta({
  learningRate = 1,
  decay = 0.9,
  epsilon = 1e-6,
}: AdadeltaOptions = {}): UpdateRule {
  checkFraction("decay", decay);
  checkPositive("epsilon", epsilon);
  return leafwise({
    name: "adadelta",
    learningRate,
    memory: { meanSquare: zerosLike, meanSquareStep: zerosLike },
    leaf: ({ gradient, memory }) => {
      const meanSquare = decayingMean(decay, memory.meanSquare, gradient.square());
      const step = sqrt(memory.meanSquareStep.add(epsilon).div(meanSquare.add(epsilon))).mul(gradient);
      const meanSquareStep = decayingMean(decay, memory.meanSquareStep, step.square());
      return { direction: step, memory: { meanSquare, meanSquareStep } };
    },
  });
}
