import { cast, stack, Tensor } from "@steepest/autodiff";
import { OptimizationError } from "../../errors.ts";
import { correction, type Correction } from "../../losses/correction.ts";
import type { Loss } from "../../losses/loss.ts";
import type { Packing } from "../packing.ts";
import { programsFor } from "../prepared.ts";
import { program, wholeVector, type Program } from "../program.ts";
import type { LinearSolver } from "./problem.ts";
import { allSums, costs } from "./sums.ts";
import { secondTangent, tangents } from "./tangents.ts";

/*
 * What least squares asks of a residual function, compiled. The first argument of all is [1, δ, l]: the unit
 * of the tangents (see `tangents`), the scale of the loss and its least curvature (see `correction`).
 */
export interface ResidualPrograms {
  /**
   * (settings, x) → the totals (see `sums`), only the first two of them where the Jacobian is to be factored; then, unless
   * they are too many, the residuals, ρ′ and w if there is a loss, and the columns of J.
   */
  readonly pass: Program;
  /** (settings, x, velocity) → r″(v, v) where J is kept, else [p] sums Jᵀ(ρ′ r″). */
  readonly bend: Program;
  /** (settings, x) → residuals, ρ′ if there is a loss. */
  readonly residuals: Program;
  /** (settings, x) → columns of J; none where there would be more than `storedEntries`. */
  readonly jacobian: Program;
}

/**
 * Entries of J (residuals × parameters) up to which it is factored by QR at once, which costs little and keeps all
 * digits.
 */
export const factoredEntries: number = 1024;

/**
 * Entries of J up to which it is at hand beside the sums, to be factored where those see too little. Above, one fused
 * pass over the data sums the cost, Jᵀr and JᵀJ, so that memory stays O(p²).
 */
export const storedEntries: number = 2e6;

/** Whether J is kept, rather than computed again when somebody asks for it. */
export function isKept(entries: number, solver: LinearSolver | undefined): boolean {
  return solver !== "normal" && entries <= factoredEntries;
}

interface Options {
  readonly compile: boolean;
  readonly loss: Loss | undefined;
  readonly linearSolver: LinearSolver | undefined;
}

export function residualPrograms(
  residualFunction: (x: never) => Tensor,
  packing: Packing,
  { compile, loss, linearSolver }: Options,
): ResidualPrograms {
  const p = packing.dimension;
  const residualsOf = (leaves: readonly Tensor[]): Tensor =>
    flatResiduals(residualFunction(packing.rebuild(leaves) as never));
  const corrected = (residuals: Tensor, settings: Tensor): Correction | undefined =>
    loss && correction(loss, residuals, settings.slice(1), settings.slice(2));

  const find = programsFor(residualFunction, packing, compile, [loss?.rho]);
  const make = (
    kind: string,
    f: (settings: Tensor, x: readonly Tensor[], velocity: readonly Tensor[]) => readonly Tensor[],
  ): Program => {
    let run: Program | undefined;
    const made = (): Program =>
      program(
        ([settings], x, velocity) => f(settings as Tensor, x, velocity ?? []),
        [wholeVector, packing, packing],
        compile,
      );
    return (...points) => (run ??= find(`${kind} ${linearSolver}`, made))(...points);
  };

  return {
    pass: make("residuals and Jacobian", (settings, x) => {
      const found = tangents(residualsOf, x, settings.slice(0), packing);
      const { residuals, columns } = found;
      const weighed = corrected(residuals, settings);
      const entries = residuals.size * p;
      const factored = linearSolver === "qr" || isKept(entries, linearSolver);
      const stored = factored || (linearSolver === undefined && entries <= storedEntries);
      const totals = factored ? stack(costs(residuals, weighed)) : allSums(found, weighed, stored);
      if (!stored) return [totals];
      return [totals, residuals, ...(weighed ? [weighed.weights, weighed.curvatures] : []), ...columns];
    }),
    bend: make("second derivative", (settings, x, velocity) => {
      const curvature = secondTangent(residualsOf, x, velocity);
      const { size } = curvature;
      const found = tangents(residualsOf, x, settings.slice(0), packing);
      const weights = corrected(found.residuals, settings)?.weights;
      const force = weights === undefined ? curvature : curvature.mul(weights);
      if (isKept(size * p, linearSolver)) return [force];
      return found.columns.map((column) => column.mul(force).sum());
    }),
    residuals: make("residuals", (settings, x) => {
      const residuals = residualsOf(x);
      const weighed = corrected(residuals, settings);
      return weighed === undefined ? [residuals] : [residuals, weighed.weights];
    }),
    jacobian: make("Jacobian", (settings, x) => {
      const { residuals, columns } = tangents(residualsOf, x, settings.slice(0), packing);
      return residuals.size * p <= storedEntries ? columns : [];
    }),
  };
}

/**
 * What a residual function returned, as a vector of doubles.
 *
 * @throws {OptimizationError} when it is no tensor of residuals
 */
export function flatResiduals(r: unknown): Tensor {
  if (!(r instanceof Tensor) || (r.dtype !== "f64" && r.dtype !== "f32"))
    throw new OptimizationError(
      `the residual function must return a tensor of floating-point residuals: ${r instanceof Tensor ? r.dtype : String(r)}`,
    );
  if (r.size === 0)
    throw new OptimizationError("there are no residuals: the residual function returned an empty tensor");
  const double = r.dtype === "f64" ? r : cast(r, "f64");
  return double.shape.length === 1 ? double : double.reshape([double.size]);
}
