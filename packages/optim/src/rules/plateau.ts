import {
  cast,
  greater,
  greaterEqual,
  less,
  maximum,
  tensor,
  treeMap,
  where,
  type Tensor,
} from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { checkCount, checkNonNegative } from "./options.ts";
import { like, type UpdateRule } from "./rule.ts";

/** Options of {@link reduceOnPlateau}. */
export interface PlateauOptions {
  /** What the updates are multiplied with at every plateau. Default 0.1. */
  readonly factor?: number;
  /** How many observations in a row may bring no improvement; one more is a plateau. Default 10. */
  readonly patience?: number;
  /** An improvement is a loss below best − threshold · |best| − absoluteThreshold. Default 1e-4. */
  readonly threshold?: number;
  /** Default 0. */
  readonly absoluteThreshold?: number;
  /** Observations after a plateau that are not counted against the patience. Default 0. */
  readonly cooldown?: number;
  /** Below it the factor to the updates does not fall. Default 0. */
  readonly minimumScale?: number;
  /** Steps whose mean loss is one observation: those of an epoch, say. Default 1. */
  readonly window?: number;
}

/** A loss that any other improves on; JSON has no word for infinity. */
const unobserved = Number.MAX_VALUE;

/**
 * Makes updates smaller whenever the loss no longer falls, behind a rule in a {@link chain}; the loss at the parameters is
 * given with every step: `update(gradients, state, params, { value: loss })`. The update of the step that completes a plateau
 * is a smaller one already. It decides as PyTorch's `ReduceLROnPlateau`, and also where losses are negative. A loss that is NaN
 * brings no improvement.
 *
 * @example
 * import { tensor } from "@steepest/autodiff";
 * const rule = chain(sgd({ learningRate: 1 }), reduceOnPlateau({ patience: 0, factor: 0.5 }));
 * const params = tensor(0);
 * const first = rule.update(tensor(1), rule.init(params), params, { value: 3 });
 * first.updates; // → -1
 * rule.update(tensor(1), first.state, params, { value: 3 }).updates; // → -0.5
 *
 * @throws {OptimizationError} for a factor outside (0, 1), a negative threshold, a patience, cooldown or window that is not a
 *   whole number, a least scale outside 0 … 1; for an update without the loss
 */
export function reduceOnPlateau({
  factor = 0.1,
  patience = 10,
  threshold = 1e-4,
  absoluteThreshold = 0,
  cooldown = 0,
  minimumScale = 0,
  window = 1,
}: PlateauOptions = {}): UpdateRule {
  if (!(factor > 0 && factor < 1))
    throw new OptimizationError(`the factor must be above 0 and below 1: ${factor}`);
  checkCount("the patience", patience, 0);
  checkCount("the cooldown", cooldown, 0);
  checkCount("the window", window);
  checkNonNegative("the threshold", threshold);
  checkNonNegative("the absolute threshold", absoluteThreshold);
  if (!(minimumScale >= 0 && minimumScale <= 1))
    throw new OptimizationError(`the least scale must be between 0 and 1: ${minimumScale}`);
  return {
    name: "reduceOnPlateau",
    init: () => ({
      scale: tensor(1),
      best: tensor(unobserved),
      waiting: tensor(0),
      resting: tensor(0),
      seen: tensor(0),
      sum: tensor(0),
    }),
    update: (gradients, state, _, extras) => {
      if (extras?.value === undefined)
        throw new OptimizationError(
          "reduceOnPlateau watches the loss; pass it with every step, as update(gradients, state, params, { value: loss })",
        );
      const loss = cast(tensor(extras.value), "f64").reshape([]);
      const [scale, best, waiting, resting, seen, sum] = [
        "scale",
        "best",
        "waiting",
        "resting",
        "seen",
        "sum",
      ].map((name) => state[name]) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      const count = seen.add(1);
      const total = sum.add(loss);
      /** What an observation changes, once the window is full. */
      const observed = greaterEqual(count, window);
      const whenObserved = (next: Tensor, otherwise: Tensor): Tensor => where(observed, next, otherwise);
      const value = total.div(window);
      const improved = less(value, best.sub(best.abs().mul(threshold)).sub(absoluteThreshold));
      const rests = greater(resting, 0);
      const waited = where(improved.logicalOr(rests), 0, waiting.add(1));
      const isPlateau = greater(waited, patience);
      const nextScale = whenObserved(
        where(isPlateau, maximum(scale.mul(factor), minimumScale), scale),
        scale,
      );
      return {
        updates: treeMap((update) => update.mul(like(nextScale, update)), gradients),
        state: {
          scale: nextScale,
          best: whenObserved(where(improved, value, best), best),
          waiting: whenObserved(where(isPlateau, 0, waited), waiting),
          resting: whenObserved(where(isPlateau, cooldown, where(rests, resting.sub(1), resting)), resting),
          seen: where(observed, 0, count),
          sum: where(observed, 0, total),
        },
      };
    },
  };
}
