import { less, maximum, minimum, where, type Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import { checkCount, checkPositive } from "../rules/options.ts";
import { alongCosine } from "./cosine.ts";
import { stepOf, type Schedule } from "./schedule.ts";

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** η, the largest rate. */
  readonly peak: number;
  /** T, all the steps of the training. */
  readonly steps: number;
  /** The part of the steps in which the rate rises. Default 0.3. */
  readonly warmupFraction?: number;
  /** The first rate is the peak over it. Default 25. */
  readonly initialDivisor?: number;
  /** The last rate is the first one over it. Default 10 000. */
  readonly finalDivisor?: number;
  /** How rates go up and down: along half a cosine, or straight. Default `cosine`. */
  readonly shape?: "cosine" | "linear";
}

/**
 * One rise and one fall: from η / initialDivisor at step 0 to η at step w T − 1, and down to η / (initialDivisor · finalDivisor)
 * at the last step, T − 1 (Smith & Topin, "Super-convergence", 2018, in the two phases of PyTorch's `OneCycleLR`).
 *
 * @example
 * const rate = oneCycle({ peak: 1, steps: 11, warmupFraction: 6 / 11, shape: "linear", finalDivisor: 1e6 });
 * rate([0, 5, 10]); // → [0.04, 1, 0.00000004]
 *
 * @throws {OptimizationError} for a peak or divisor that is not positive, fewer than two steps, or a fraction outside 0 … 1
 */
export function oneCycle({
  peak,
  steps,
  warmupFraction = 0.3,
  initialDivisor = 25,
  finalDivisor = 1e4,
  shape = "cosine",
}: OneCycleOptions): Schedule {
  checkPositive("the peak", peak);
  checkCount("the steps", steps, 2);
  checkPositive("the initial divisor", initialDivisor);
  checkPositive("the final divisor", finalDivisor);
  if (!(warmupFraction >= 0 && warmupFraction <= 1))
    throw new OptimizationError(`the warm-up fraction must be between 0 and 1: ${warmupFraction}`);
  const first = peak / initialDivisor;
  const last = first / finalDivisor;
  const top = Math.max(warmupFraction * steps - 1, 0);
  const along = shape === "cosine" ? alongCosine : alongLine;
  return (step) => {
    const at = minimum(maximum(stepOf(step), 0), steps - 1);
    // A phase without steps is never asked for; its divisor only must not be 0.
    const rising = along(first, peak, at.div(top || 1));
    const falling = along(peak, last, at.sub(top).div(steps - 1 - top || 1));
    return where(less(at, top), rising, falling);
  };
}

function alongLine(start: number, end: number, part: Tensor): Tensor {
  return part.mul(end - start).add(start);
}
