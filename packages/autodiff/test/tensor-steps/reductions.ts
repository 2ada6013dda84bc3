import {
  logsumexp,
  max,
  mean,
  min,
  sum,
  tensor,
  variance,
  where,
  type ReduceOptions,
  type Tensor,
} from "../../src/index.ts";
import { asFloat, bounded, chooseReduction, countAlong, type Step, type StepContext } from "./context.ts";

/** How far the largest number along the axes is from the second. */
export function lead(x: Tensor, axis: readonly number[]): Tensor {
  if (countAlong(x, axis) < 2 || x.size === 0) return tensor(Infinity);
  const largest = max(x, { axis, keepDims: true });
  const isLargest = x.equal(largest);
  const second = max(where(isLargest, -Infinity, x), { axis, keepDims: true });
  const alone = sum(isLargest.cast("f64"), { axis, keepDims: true }).equal(1);
  return where(alone, largest.sub(second), 0);
}

/** Reductions that need at least one number are sums where there is none. */
const reduction =
  (f: (x: Tensor, options: ReduceOptions & { axis: number[] }, c: StepContext) => Tensor): Step =>
  (x, _, c) => {
    const input = asFloat(x, c);
    const options = chooseReduction(input, c);
    return countAlong(input, options.axis) === 0 ? sum(input, options) : f(input, options, c);
  };

export const reductions: Readonly<Record<string, Step>> = {
  sum: reduction((x, options) =>
    bounded(sum(x, options).mul(1 / Math.sqrt(Math.max(1, countAlong(x, options.axis))))),
  ),
  mean: reduction((x, options) => mean(x, options)),
  max: reduction((x, options, c) => {
    c.kink(() => lead(x, options.axis));
    return max(x, options);
  }),
  min: reduction((x, options, c) => {
    c.kink(() => lead(x.neg(), options.axis));
    return min(x, options);
  }),
  logsumexp: reduction((x, options) => bounded(logsumexp(x, options))),
  variance: reduction((x, options) => variance(x, options)),
};
