import { concatenate, matmul, stack, type Tensor } from "@steepest/autodiff";
import type { Correction } from "../../losses/correction.ts";
import type { Tangents } from "./tangents.ts";

/** What is summed over the residuals, as one vector: first these two, then Jᵀr [p], then JᵀJ [p, p]. */
export interface Totals {
  /** Σ ρ, which is Σ r² without a loss. */
  readonly cost: number;
  /** Σ r² */
  readonly square: number;
}

/** Elements before those of Jᵀr. */
export const headTotals = 2;

/** More columns than this are multiplied as a matrix; with fewer, everything is summed in the pass that computes them. */
const fewColumns = 8;

/** Σ ρ and Σ r². */
export function costs(residuals: Tensor, correction: Correction | undefined): Tensor[] {
  const square = residuals.mul(residuals).sum();
  return [correction === undefined ? square : correction.rho.sum(), square];
}

/**
 * Σ ρ, Σ r², Jᵀr and JᵀJ, or with a loss Jᵀ(ρ′ r) and JᵀwJ.
 *
 * @param stored whether the columns are written to memory anyway
 */
export function allSums(
  { residuals, columns }: Tangents,
  correction: Correction | undefined,
  stored: boolean,
): Tensor {
  const force = correction === undefined ? residuals : residuals.mul(correction.weights);
  const heavy =
    correction === undefined ? columns : columns.map((column) => column.mul(correction.curvatures));
  const gradient = columns.map((column) => column.mul(force).sum());
  const head = [...costs(residuals, correction), ...gradient];
  if (stored && columns.length > fewColumns) {
    const matrix = matmul(stack(heavy), stack(columns).transpose());
    return concatenate([stack(head), matrix.reshape([columns.length ** 2])]);
  }
  const products = columns.map((column, j) =>
    heavy.slice(0, j + 1).map((weighed) => column.mul(weighed).sum()),
  );
  const product = (i: number, j: number): Tensor =>
    (products[Math.max(i, j)] as Tensor[])[Math.min(i, j)] as Tensor;
  return stack([...head, ...columns.flatMap((_, i) => columns.map((__, j) => product(i, j)))]);
}
