import { GradientCheckError } from "../errors.ts";
import { asTensor } from "../tensor/convert.ts";
import { allocate } from "../tensor/dtype.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
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
 *
 * @throws {GradientCheckError} with the two numbers that disagree.
 */
export function checkGrad(
  f: (x: Tensor) => TensorLike,
  options?: CheckOptions,
): (x: TensorLike) => CheckReport;
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
  const [, moved] = jvp<Tensor[], Tensor, []>(onList)([...at], v);
  const estimate = centralDifference(f, at, v);
  const forward = disagreement(moved, estimate);
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
  const reverse = scale === 0 ? 0 : Math.abs(left - right) / scale;
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

/** (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h, whose error is of fourth order in h. */
function centralDifference(f: ListFunction, at: readonly Tensor[], v: readonly Tensor[]): Tensor {
  const h = 1e-3;
  const shifted = (amount: number): Tensor =>
    f(...at.map((leaf, index) => leaf.add((v[index] as Tensor).mul(amount))));
  const near = shifted(h).sub(shifted(-h));
  const far = shifted(2 * h).sub(shifted(-2 * h));
  return near
    .mul(8)
    .sub(far)
    .div(12 * h);
}

function disagreement(a: Tensor, b: Tensor): number {
  if (a.size === 0) return 0;
  const difference = a.sub(b).abs().max().item();
  return difference / Math.max(1, a.abs().max().item(), b.abs().max().item());
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
