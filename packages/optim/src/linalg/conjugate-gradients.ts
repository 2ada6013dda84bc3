import { addAndDot, dot, epsilon, norm, scaled } from "./vector.ts";

/** One step of conjugate gradients: the model m(p) = gᵀp + ½ pᵀH p along z + τ d, where it starts at z. */
export interface ConjugateStep {
  /** d */
  readonly direction: Float64Array;
  /** −dm/dτ at τ = 0; positive. */
  readonly descent: number;
  /** dᵀH d */
  readonly curvature: number;
  /** The sign of the curvature: flat where it is within rounding error of zero beside those met before. */
  readonly shape: "convex" | "flat" | "concave";
  /** −dm/dτ over |dᵀH d|: where the model is convex along d, its minimiser τ. */
  readonly length: number;
  /** ‖∇m‖ after a step of that length. */
  readonly residual: number;
}

/**
 * The method of Hestenes & Stiefel (1952) for H z = −g, one step at a time, from z = 0: for truncated Newton methods
 * (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.1 and 7.2), which decide when it is enough. It ends by
 * itself when a product cannot be computed, after a direction without positive curvature, and at a residual of zero.
 *
 * @param product H v, undefined where it cannot be computed
 * @param gradient g
 */
export function* conjugateGradients(
  product: (v: Float64Array) => Float64Array | undefined,
  gradient: Float64Array,
): Generator<ConjugateStep, void, void> {
  const size = norm(gradient);
  if (!(size > 0)) return;
  // Residuals and directions are those of g / ‖g‖, so that their squares neither overflow nor vanish.
  const residual = scaled(1 / size, gradient);
  let square = dot(residual, residual);
  let direction = scaled(-1, residual);
  let largest = 0;
  while (square > 0) {
    const image = product(direction);
    if (image === undefined) return;
    const curvature = dot(direction, image);
    const lengthSquare = dot(direction, direction);
    largest = Math.max(largest, Math.abs(curvature) / lengthSquare);
    const rounding = epsilon * largest * lengthSquare;
    const shape = curvature > rounding ? "convex" : curvature < -rounding ? "concave" : "flat";
    const length = square / Math.abs(curvature);
    const nextSquare = addAndDot(residual, length, image, residual);
    yield {
      direction,
      descent: size * square,
      curvature,
      shape,
      length: size * length,
      residual: size * Math.sqrt(nextSquare),
    };
    if (shape !== "convex") return;
    const beta = nextSquare / square;
    const turned = new Float64Array(direction.length);
    for (let i = 0; i < turned.length; i++)
      turned[i] = beta * (direction[i] as number) - (residual[i] as number);
    [square, direction] = [nextSquare, turned];
  }
}

/** When a truncated Newton method has solved its equations well enough. */
export interface Truncation {
  /** Most conjugate-gradient steps, each a Hessian-vector product. */
  readonly most: number;
  /** Residual that ends them. */
  readonly residual: number;
}

/**
 * Residual min(0.1, √‖g‖) ‖g‖, which makes for superlinear convergence (Nocedal & Wright, §7.1, whose ½ leaves the floors
 * of valleys to many more steps), and by default at most min(10 n, 200) steps.
 */
export function truncation(gradient: Float64Array, most: number | undefined): Truncation {
  const size = norm(gradient);
  return {
    most: most ?? Math.min(10 * gradient.length, 200),
    residual: Math.min(0.1, Math.sqrt(size)) * size,
  };
}
