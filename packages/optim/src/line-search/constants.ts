import { OptimizationError } from "../errors.ts";

/** c₁, the part of the promised decrease that is asked for. */
export function checkDecrease(sufficientDecrease: number): void {
  if (!(sufficientDecrease > 0 && sufficientDecrease < 1))
    throw new OptimizationError(`sufficientDecrease must lie between 0 and 1: ${sufficientDecrease}`);
}

/** 0 < c₁ < c₂ < 1, without which there may be no such point. */
export function checkWolfe(sufficientDecrease: number, curvature: number): void {
  checkDecrease(sufficientDecrease);
  if (!(curvature > sufficientDecrease && curvature < 1))
    throw new OptimizationError(
      `curvature must lie between sufficientDecrease (${sufficientDecrease}) and 1: ${curvature}`,
    );
}
