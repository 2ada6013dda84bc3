import { broadcastTo, cast, jvp, stack, Tensor, tensor } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";
import type { Packing } from "../problem/packing.ts";
import { programsFor } from "../problem/prepared.ts";
import { program, wholeVector, type Program } from "../problem/program.ts";

/** The functions that a separable model is a linear combination of: k columns [n], or one tensor [n, k]. */
export type Basis = Tensor | readonly Tensor[];

/** What is asked of a basis, compiled. */
export interface BasisPrograms {
  /** x → the columns of Φ, each [n]. */
  readonly values: Program;
  /** (x, c, r) → for every nonlinear parameter ∂Φ/∂xⱼ c [n], then for every one (∂Φ/∂xⱼ)ᵀ r [k]. */
  readonly slopes: Program;
}

/** @param n number of observations */
export function basisPrograms(
  basis: (x: never) => Basis,
  packing: Packing,
  n: number,
  compile: boolean,
): BasisPrograms {
  const find = programsFor(basis, packing, compile);
  const columnsOf = (leaves: readonly Tensor[]): Tensor[] =>
    flatColumns(basis(packing.rebuild(leaves) as never), n);
  const make = (kind: string, made: () => Program): Program => {
    let run: Program | undefined;
    return (...points) => (run ??= find(`${kind} ${n}`, made))(...points);
  };
  return {
    values: make("basis", () => program((leaves) => columnsOf(leaves), packing, compile)),
    slopes: make("basis slopes", () =>
      program(
        (leaves, [coefficients], [residuals]) => {
          const [c, r] = [coefficients as Tensor, residuals as Tensor];
          const changes: Tensor[] = [];
          const pulls: Tensor[] = [];
          packing.places.forEach(({ size, shape }, place) => {
            const ofLeaf = (leaf: Tensor): Tensor[] =>
              columnsOf(leaves.map((other, i) => (i === place ? leaf : other)));
            for (let element = 0; element < size; element++) {
              const direction = new Float64Array(size);
              direction[element] = 1;
              const [, tangents] = jvp(ofLeaf)(leaves[place] as Tensor, tensor(direction, { shape }));
              changes.push(
                tangents.map((tangent, k) => tangent.mul(c.slice(k))).reduce((sum, term) => sum.add(term)),
              );
              pulls.push(stack(tangents.map((tangent) => tangent.mul(r).sum())));
            }
          });
          return [...changes, ...pulls];
        },
        [packing, wholeVector, wholeVector],
        compile,
      ),
    ),
  };
}

/**
 * The columns of a basis as vectors of doubles.
 *
 * @throws {OptimizationError} for what is no basis of n observations
 */
function flatColumns(basis: unknown, n: number): Tensor[] {
  const columns: readonly unknown[] = basis instanceof Tensor ? columnsOfMatrix(basis, n) : list(basis);
  if (columns.length === 0)
    throw new OptimizationError("the basis must have at least one function: it is empty");
  return columns.map((column, k) => {
    if (!(column instanceof Tensor) || (column.dtype !== "f64" && column.dtype !== "f32"))
      throw new OptimizationError(
        `function ${k} of the basis must be a tensor of floating-point numbers: ${column instanceof Tensor ? column.dtype : String(column)}`,
      );
    if (column.size !== n && column.size !== 1)
      throw new OptimizationError(
        `function ${k} of the basis must have shape [${n}], as the data has, or be one number: found [${column.shape.join(", ")}]`,
      );
    const double = column.dtype === "f64" ? column : cast(column, "f64");
    return column.size === n ? double.reshape([n]) : broadcastTo(double.reshape([]), [n]);
  });
}

function list(basis: unknown): readonly unknown[] {
  if (Array.isArray(basis)) return basis;
  throw new OptimizationError(
    `the basis must be a tensor [n, k] or an array of tensors [n]: ${String(basis)}`,
  );
}

function columnsOfMatrix(matrix: Tensor, n: number): Tensor[] {
  const [rows, k] = matrix.shape;
  if (matrix.shape.length !== 2 || rows !== n || k === undefined)
    throw new OptimizationError(
      `the basis must have shape [${n}, k], one row for each observation: found [${matrix.shape.join(", ")}]`,
    );
  return Array.from({ length: k }, (_, j) => matrix.slice([0, n], j));
}
