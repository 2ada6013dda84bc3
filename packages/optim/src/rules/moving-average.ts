import { pow, tensor, treeMap, type Tensor, type Tree } from "@steepest/autodiff";
import { zerosLike } from "./leafwise.ts";
import { checkFraction } from "./options.ts";
import { like, type RuleState } from "./rule.ts";

/** Options of {@link exponentialMovingAverage}. */
export interface MovingAverageOptions {
  /** β, the part of the average kept from step to step: about 1 / (1 − β) steps are averaged. Default 0.999. */
  readonly decay?: number;
  /**
   * Begin at 0 and divide by 1 − βᵗ, so that the average is one of the parameters seen so far alone; without it the average
   * begins at the parameters that `init` is given. Default true.
   */
  readonly debias?: boolean;
}

/** A running average of the parameters: pure functions on trees of tensors, like those of a rule. */
export interface ParameterAverage {
  init(params: Tree): RuleState;
  /** The average with these parameters in it, and the next state. */
  update<P>(params: P, state: RuleState): { average: P; state: RuleState };
}

/**
 * An average of the parameters along a training, a ← β a + (1 − β) x, which is often better than the last of them (Polyak &
 * Juditsky, SIAM Journal on Control and Optimization 30, 1992). Update it behind every step, inside the compiled one, too.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const averaging = exponentialMovingAverage({ decay: 0.5 });
 * const first = averaging.update(tensor([3, 0]), averaging.init(tensor([0, 0])));
 * first.average; // → [3, 0]
 * averaging.update(tensor([6, 3]), first.state).average; // → [5, 2]
 *
 * @throws {OptimizationError} for a decay outside [0, 1)
 */
export function exponentialMovingAverage({
  decay = 0.999,
  debias = true,
}: MovingAverageOptions = {}): ParameterAverage {
  checkFraction("decay", decay);
  return {
    init: (params) => ({
      step: tensor(0),
      average: treeMap(debias ? zerosLike : (leaf) => leaf, params),
    }),
    update: <P>(params: P, state: RuleState) => {
      const step = (state["step"] as Tensor).add(1);
      const average = treeMap((a, x) => a.mul(decay).add(x.mul(1 - decay)), state["average"] as P, params);
      const correction = debias ? pow(decay, step).neg().add(1).pow(-1) : tensor(1);
      return {
        average: debias ? treeMap((a) => a.mul(like(correction, a)), average) : average,
        state: { step, average: average as Tree },
      };
    },
  };
}
