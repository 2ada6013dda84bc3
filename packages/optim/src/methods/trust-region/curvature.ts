import { dot, norm, scaled } from "../../linalg/vector.ts";
import type { ScalarProblem } from "../../problem/scalar-problem.ts";
import type { Place } from "../method.ts";
import { descentOfMatrix, descentOfProducts } from "../negative-curvature.ts";
import { doglegStep } from "./dogleg.ts";
import { exactStep } from "./exact.ts";
import { conjugatePath, steihaugStep, type ConjugatePath } from "./steihaug.ts";
import type { TrustStep } from "./subproblem.ts";

/** How the model is minimised within the region. */
export type TrustRegionSubproblem = "exact" | "dogleg" | "steihaug";

/** What is known of the second derivatives at a place, kept so that rejected steps cost no more of them. */
export type Curvature =
  | { readonly kind: "matrix"; readonly hessian: Float64Array }
  | { readonly kind: "path"; readonly path: ConjugatePath }
  /** A way down from where the gradient vanishes, with dᵀH d, and H where it is known. */
  | {
      readonly kind: "saddle";
      readonly direction: Float64Array;
      readonly curvature: number;
      readonly hessian?: Float64Array;
    };

/** @returns undefined when the second derivatives cannot be evaluated */
export function curvatureAt(
  problem: ScalarProblem,
  place: Place,
  radius: number,
  subproblem: TrustRegionSubproblem,
  innerIterations: number | undefined,
): Curvature | undefined {
  if (subproblem === "steihaug") {
    const path = conjugatePath(problem, place, radius, innerIterations);
    return path && { kind: "path", path };
  }
  const hessian = problem.hessian(place.x);
  return hessian && { kind: "matrix", hessian };
}

/** A way down from where the gradient vanishes, if it is no minimum. */
export function wayDown(
  problem: ScalarProblem,
  place: Place,
  subproblem: TrustRegionSubproblem,
): Curvature | undefined {
  if (subproblem === "steihaug") {
    const descent = descentOfProducts(problem, place);
    return descent && { kind: "saddle", ...descent };
  }
  const hessian = problem.hessian(place.x);
  const descent = hessian && descentOfMatrix(place, hessian);
  return descent && { kind: "saddle", ...descent, hessian };
}

/** The step within the region. */
export function trialStep(
  known: Curvature,
  { gradient }: Place,
  radius: number,
  subproblem: TrustRegionSubproblem,
): TrustStep {
  switch (known.kind) {
    case "matrix":
      return (subproblem === "dogleg" ? doglegStep : exactStep)(known.hessian, gradient, radius);
    case "path":
      return steihaugStep(known.path, radius);
    case "saddle": {
      const factor = radius / norm(known.direction);
      const step = scaled(factor, known.direction);
      const reduction = -dot(gradient, step) - (factor * factor * known.curvature) / 2;
      return { step, reduction, atBoundary: true };
    }
  }
}
