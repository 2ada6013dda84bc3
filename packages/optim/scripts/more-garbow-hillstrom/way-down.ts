import { compile, eigh, hessian, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";
import type { TestProblem } from "@steepest/optim/problems";
import { functionsOf } from "./run.ts";

/** What there is to gain from a point on a way that leads down all the time. */
export interface WayDown {
  /** What the gradient promises, before the model curves upwards again. */
  readonly promised: number;
  /** What walking that way brought in the end. */
  readonly gained: number;
}

/** No step goes further than this part of a parameter (of 1, if that is more): the way may not jump into another valley. */
const reach = 0.1;
const longestWay = 400;

/** The quadratic model at a point in its principal axes, parameters measured by their sizes. */
interface Model {
  readonly value: number;
  readonly slopes: readonly number[];
  readonly curvatures: readonly number[];
  /** The displacement that has these components along the axes. */
  readonly displacement: (components: readonly number[]) => number[];
}

/**
 * Goes down from a point by steps that minimise the quadratic model within {@link reach}: a judge of its own, which shares
 * no code with the methods that are judged.
 */
export function wayDown(problem: TestProblem, from: readonly number[]): WayDown {
  const f = valueOf(problem);
  let x = [...from];
  let model = modelAt(problem, x);
  if (model === undefined) return { promised: 0, gained: 0 };
  const start = model.value;
  const promised = promiseOf(model);
  for (let step = 0; step < longestWay && model !== undefined; step++) {
    let moved = false;
    for (let radius = reach; radius > 1e-7 && !moved; radius /= 4) {
      const displacement = model.displacement(withinRadius(model, radius));
      const point = x.map((xi, i) => xi + displacement[i]!);
      if (f(point) < model.value) {
        x = point;
        moved = true;
      }
    }
    if (!moved) break;
    model = modelAt(problem, x);
  }
  return { promised, gained: start - f(x) };
}

function modelAt(problem: TestProblem, x: readonly number[]): Model | undefined {
  const sizes = x.map((xi) => Math.max(Math.abs(xi), 1));
  const [value, gradient, second] = derivativesOf(problem)(tensor(x));
  const scaled = (second.toArray() as number[][]).map((row, i) =>
    row.map((h, j) => h * sizes[i]! * sizes[j]!),
  );
  const slopesBySize = (gradient.toArray() as number[]).map((g, i) => g * sizes[i]!);
  if (![value.item(), ...slopesBySize, ...scaled.flat()].every(Number.isFinite)) return undefined;
  const { values, vectors } = eigh(scaled);
  const axes = vectors.toArray() as number[][];
  return {
    value: value.item(),
    slopes: axes.map((_, k) => axes.reduce((sum, row, i) => sum + row[k]! * slopesBySize[i]!, 0)),
    curvatures: values.toArray() as number[],
    displacement: (components) =>
      axes.map((row, i) => sizes[i]! * row.reduce((sum, v, k) => sum + v * components[k]!, 0)),
  };
}

/** −m(p) for the best step along each axis alone, where curvature downwards counts as none. */
function promiseOf({ slopes, curvatures }: Model): number {
  return curvatures.reduce((sum, curvature, k) => {
    const [slope, upwards] = [Math.abs(slopes[k]!), Math.max(curvature, 0)];
    const far = slope === 0 ? 0 : Math.min(reach, slope / upwards);
    return sum + slope * far - 0.5 * upwards * far ** 2;
  }, 0);
}

/** The components of the minimiser of the model within a radius: −g / (λ + μ), with as much μ ≥ 0 as that takes. */
function withinRadius({ slopes, curvatures }: Model, radius: number): number[] {
  const lowest = Math.min(...curvatures);
  const at = (shift: number): number[] =>
    slopes.map((slope, k) => (slope === 0 ? 0 : -slope / (curvatures[k]! + shift)));
  const length = (p: readonly number[]): number => Math.hypot(...p);
  if (lowest > 0 && length(at(0)) <= radius) return at(0);
  let low = Math.max(0, -lowest);
  let high = low + length(slopes) / radius;
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2;
    if (length(at(middle)) > radius) low = middle;
    else high = middle;
  }
  const p = at(high);
  // Where the gradient has nothing to say of the lowest axis, go along it as far as there is room.
  const room = radius ** 2 - length(p) ** 2;
  const axis = curvatures.indexOf(lowest);
  if (lowest < 0 && room > 0) p[axis] = Math.sign(p[axis]! || 1) * Math.sqrt(p[axis]! ** 2 + room);
  return p;
}

type Derivatives = (x: Tensor) => readonly [Tensor, Tensor, Tensor];
const derivatives = new Map<TestProblem, Derivatives>();

function derivativesOf(problem: TestProblem): Derivatives {
  let found = derivatives.get(problem);
  if (found === undefined) {
    const { f } = functionsOf(problem);
    found = compile((x: Tensor) => [...valueAndGrad(f)(x), hessian(f)(x)]) as unknown as Derivatives;
    derivatives.set(problem, found);
  }
  return found;
}

/** The value alone; Infinity where it cannot be computed. */
function valueOf(problem: TestProblem): (x: readonly number[]) => number {
  return (x) => {
    const value = derivativesOf(problem)(tensor(x))[0].item();
    return Number.isNaN(value) ? Infinity : value;
  };
}
