import { tensor, treeMap, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { like, rateAt, type UpdateRule } from "./rule.ts";

/**
 * Multiplies what it is given by a number, or by a schedule of the step number, in a {@link chain}: behind a rule a factor to
 * its learning rate.
 *
 * @throws {OptimizationError} for a factor that is not finite
 */
export function scaleUpdates(factor: number | ((step: Tensor) => Tensor)): UpdateRule {
  if (typeof factor !== "function" && !Number.isFinite(factor))
    throw new OptimizationError(`the factor must be a finite number: ${factor}`);
  return {
    name: typeof factor === "number" ? `scaleUpdates(${factor})` : "scaleUpdates",
    init: () => ({ step: tensor(0) }),
    update: (gradients, state) => {
      const step = state["step"] as Tensor;
      const scalar = rateAt(factor, step);
      return {
        updates: treeMap((gradient) => gradient.mul(like(scalar, gradient)), gradients),
        state: { step: step.add(1) },
      };
    },
  };
}
