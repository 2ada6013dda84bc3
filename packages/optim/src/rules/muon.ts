import type { Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { adamw } from "./adam.ts";
import { leafwise, zerosLike } from "./leafwise.ts";
import { checkCount, checkFraction } from "./options.ts";
import { orthogonalize } from "./orthogonalize.ts";
import { partition } from "./partition.ts";
import type { LearningRate, UpdateRule } from "./rule.ts";
import type { WeightDecayOptions } from "./weight-decay.ts";

/** Options of {@link muon}; no weight decay by default. */
export interface MuonOptions extends WeightDecayOptions {
  readonly learningRate: LearningRate;
  /** μ, the part of the velocity kept from step to step. Default 0.95. */
  readonly momentum?: number;
  /** Look ahead along the velocity. Default true. */
  readonly nesterov?: boolean;
  /** Steps of the orthogonalisation. Default 5. */
  readonly iterations?: number;
  /**
   * The parameters that are orthogonalised, matrices all of them: by default every parameter of two axes. The method is meant for
   * hidden layers: leave embeddings and the output layer to the other rule.
   */
  readonly matrices?: (path: string, leaf: Tensor) => boolean;
  /** The rule for all others; by default {@link adamw} with this learning rate and weight decay. */
  readonly others?: UpdateRule;
  /**
   * A factor by the shape of the matrix. Default 0.2 √max(rows, columns), with which elements move as far as with AdamW and
   * its learning rates hold here (Liu et al., "Muon is scalable for LLM training", 2025, equation 4).
   */
  readonly scale?: (rows: number, columns: number) => number;
}

/**
 * Muon: the momentum of each matrix with all its singular values set to about 1, so that rare directions move as much as
 * frequent ones. V ← μ V + G, update −η (scale · orthogonal(G + μ V) + λ X); the other parameters, vectors and scalars first of
 * all, go with another rule (Jordan, 2024).
 *
 * @throws {OptimizationError} for a rate that is not positive, a momentum outside [0, 1), fewer than one iteration, a negative
 *   λ; when it is used, for a chosen parameter that is no matrix
 */
export function muon({
  learningRate,
  momentum = 0.95,
  nesterov = true,
  iterations = 5,
  matrices = (_, leaf) => leaf.shape.length === 2,
  weightDecay = 0,
  mask,
  others = adamw({ learningRate, weightDecay, mask }),
  scale = (rows, columns) => 0.2 * Math.sqrt(Math.max(rows, columns)),
}: MuonOptions): UpdateRule {
  checkFraction("momentum", momentum);
  checkCount("the iterations", iterations);
  const hidden = leafwise({
    name: "muon",
    learningRate,
    decay: { weightDecay, mask },
    memory: { velocity: zerosLike },
    leaf: ({ gradient, memory }) => {
      const [rows, columns, ...more] = gradient.shape;
      if (rows === undefined || columns === undefined || more.length > 0)
        throw new OptimizationError(
          `muon orthogonalises matrices; leave other parameters to its other rule: shape [${gradient.shape.join(", ")}]`,
        );
      const velocity = memory.velocity.mul(momentum).add(gradient);
      const ahead = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
      return {
        direction: orthogonalize(ahead, iterations).mul(scale(rows, columns)),
        memory: { velocity },
      };
    },
  });
  const rule = partition({ matrices: hidden, others }, (path, leaf) =>
    matrices(path, leaf) ? "matrices" : "others",
  );
  return { ...rule, name: "muon" };
}
