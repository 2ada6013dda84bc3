import { GradientCheckError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate } from "../tensor/dtype.ts";
import { makeConstant, type Tensor, type TensorLike, type LeafLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { call, floatOutput, type AnyFunction } from "./function.ts";
import { jvp } from "./jvp.ts";
import { vjp } from "./vjp.ts";

export interface CheckOptions {
  /** Highest order of derivative to check; each order differentiates the exact derivative before it. 1 by default. */
  readonly order?: number;
  /** Relative disagreement that is still accepted; 1e-6 by default, which finite differences in f64 can reach. */
  readonly tolerance?: number;
}

/** The largest relative disagreements that {@link checkGrad} saw. */
export interface CheckReport {
  /** Between forward mode and central differences. */
  readonly forward: number;
  /** Between reverse mode and forward mode, which should agree to rounding. */
  readonly reverse: number;
}

/**
 * Checks the derivatives of a function at a point: forward mode against central differences along fixed
 * pseudo-random directions, reverse mode against forward mode by ⟨u, J v⟩ = ⟨Jᵀ u, v⟩. The arguments must be f64.
 * Disagreements are relative to the derivative, or to 1 where it is smaller.
 *
 * @throws {GradientCheckError} with the two numbers that disagree, or when finite differences can estimate nothing at
 * this point because the function has no finite values around it, or drowns the differences in its rounding error.
 */
export function checkGrad(f: (x: Tensor) => TensorLike, options?: CheckOptions): (x: LeafLike) => CheckReport;
export function checkGrad<X>(
  f: (x: X) => TensorLike,
  options?: CheckOptions,
): (x: TreeLike<X>) => CheckReport;
export function checkGrad(f: AnyFunction, options: CheckOptions = {}): AnyFunction {
  const { order = 1, tolerance = 1e-6 } = options;
  return (x: unknown): CheckReport => {
    const { leaves, rebuild } = flatten<TensorLike>(x);
    const at = leaves.map(asTensor);
    const asList = (...given: Tensor[]): Tensor => floatOutput("checkGrad", call(f, rebuild(given), []));
    return check((...given) => asList(...given), at, order, tolerance, "the function");
  };
}

type ListFunction = (...given: Tensor[]) => Tensor;

function check(
  f: ListFunction,
  at: readonly Tensor[],
  order: number,
  tolerance: number,
  what: string,
): CheckReport {
  const random = directions();
  const v = at.map((leaf) => randomLike(leaf, random));
  const onList = (given: Tensor[]): Tensor => f(...given);
  const [value, moved] = jvp<Tensor[], Tensor, []>(onList)([...at], v);
  const { estimate, disagreement: forward } = closestEstimate(f, at, v, moved, tolerance, what);
  if (!(forward <= tolerance))
    throw new GradientCheckError(
      `checkGrad: the exact derivative of ${what} and its finite-difference estimate disagree by ${forward} (accepted: ${tolerance}): ` +
        `${String(moved)} and ${String(estimate)}`,
    );
  const u = randomLike(moved, random);
  const [, pullBack] = vjp<Tensor[], Tensor, []>(onList)([...at]);
  const pulled = pullBack(u);
  const left = u.mul(moved).sum().item();
  const right = pulled.reduce(
    (total, leaf, index) =>
      total +
      leaf
        .mul(v[index] as Tensor)
        .sum()
        .item(),
    0,
  );
  const scale = pulled.reduce(
    (total, leaf, index) =>
      total +
      leaf
        .mul(v[index] as Tensor)
        .abs()
        .sum()
        .item(),
    u.mul(moved).abs().sum().item(),
  );
  // Terms that cancel leave nothing but their rounding error: what that is small beside is the function.
  const floor = 1e-3 * largest(u) * Math.max(0, ...v.map(largest)) * Math.max(1, largest(value));
  const reverse = scale === 0 ? 0 : Math.abs(left - right) / Math.max(scale, floor);
  if (!(reverse <= 1e-9))
    throw new GradientCheckError(
      `checkGrad: forward and reverse mode of ${what} disagree by ${reverse}: ${left} and ${right}`,
    );
  if (order <= 1) return { forward, reverse };
  const next = check(
    (...given) => jvp<Tensor[], Tensor, []>(onList)(given, v)[1],
    at,
    order - 1,
    tolerance,
    `the derivative of ${what}`,
  );
  return { forward: Math.max(forward, next.forward), reverse: Math.max(reverse, next.reverse) };
}

interface Estimate {
  readonly estimate: Tensor;
  readonly disagreement: number;
}

/**
 * The finite difference that comes closest to the exact derivative, of those with steps from as long as the point is
 * far from the origin down to short beside its smallest coordinate, which a function's domain may end next to. None
 * counts whose rounding error could hide a disagreement.
 */
function closestEstimate(
  f: ListFunction,
  at: readonly Tensor[],
  v: readonly Tensor[],
  exact: Tensor,
  tolerance: number,
  what: string,
): Estimate {
  if (exact.size === 0) return { estimate: exact, disagreement: 0 };
  let best: Estimate | undefined;
  let reason = "is not finite around this point";
  for (const h of steps(...extremeSizes(at))) {
    const values = [h, -h, 2 * h, -2 * h].map((amount) =>
      f(...at.map((leaf, index) => leaf.add((v[index] as Tensor).mul(amount)))),
    );
    const height = Math.max(...values.map(largest));
    if (!Number.isFinite(height)) continue;
    // (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h, whose error is of fourth order in h
    const [ahead, behind, farAhead, farBehind] = values as [Tensor, Tensor, Tensor, Tensor];
    const estimate = ahead
      .sub(behind)
      .mul(8)
      .sub(farAhead.sub(farBehind))
      .div(12 * h);
    const scale = Math.max(1, largest(exact), largest(estimate));
    const rounding = (2 * Number.EPSILON * height) / h;
    if (rounding > tolerance * scale) {
      reason = "changes by no more than its rounding error";
      continue;
    }
    const disagreement = largest(exact.sub(estimate)) / scale;
    if (best === undefined || !(disagreement >= best.disagreement)) best = { estimate, disagreement };
    if (disagreement <= tolerance) break;
  }
  if (best === undefined)
    throw new GradientCheckError(
      `checkGrad: the derivative of ${what} cannot be estimated here, because ${what} ${reason}; ` +
        `check it at another point: ${String(exact)}`,
    );
  return best;
}

/** The largest size of a coordinate or 1, and the smallest that is not zero or 1. */
function extremeSizes(at: readonly Tensor[]): [largest: number, smallest: number] {
  let [most, least] = [1, 1];
  for (const leaf of at)
    for (const value of leaf.data) {
      const size = Math.abs(value);
      if (size > most) most = size;
      if (size > 0 && size < least) least = size;
    }
  return [most, least];
}

function* steps(largestSize: number, smallestSize: number): Generator<number> {
  for (let k = 0; k < 6; k++) yield (1e-3 * largestSize) / 8 ** k;
  for (let k = 0; k < 4 && smallestSize < 8 ** -k; k++) yield (1e-3 * smallestSize) / 8 ** k;
}

/** The largest magnitude of a tensor's elements; 0 where it has none. */
function largest(tensor: Tensor): number {
  return tensor.size === 0 ? 0 : tensor.abs().max().item();
}

/** The same directions every time, in [−1, 1]: multiples of the golden ratio, modulo 1. */
function directions(): () => number {
  let position = 0.5;
  return () => {
    position = (position + 0.6180339887498949) % 1;
    return 2 * position - 1;
  };
}

function randomLike(tensor: Tensor, random: () => number): Tensor {
  if (tensor.shape.length === 0) return makeConstant(tensor.shape, tensor.dtype, random());
  const data = allocate(tensor.dtype, tensor.size);
  for (let i = 0; i < data.length; i++) data[i] = random();
  return makeConstant(tensor.shape, tensor.dtype, data);
}
