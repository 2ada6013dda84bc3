import { triangularSolution } from "../compile/wasm/systems.ts";
import { LinearAlgebraError } from "../errors.ts";
import { allocate, promote } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import { eye } from "../tensor/create.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { substitute } from "./kernels/triangular.ts";
import { asSquare, columnsOf, lowerPart, offDiagonalPart, transposed, upperPart } from "./matrix.ts";
import { memberOf } from "./matrix-errors.ts";
import { apply, type Op } from "./op.ts";
import { solveAligned, solveSystem } from "./systems.ts";

type Triangle = "lower" | "upper";

/** X with T X = B for T [..., n, n], of which one triangle counts; the attribute is the name errors go under. */
function triangularOp(name: string, triangle: Triangle, latex: string): Op<string> {
  const part = triangle === "lower" ? lowerPart : upperPart;
  const op: Op<string> = {
    name,
    infer: ([t, b]) => ({
      shape: (b as Tensor).shape,
      dtype: promote((t as Tensor).dtype, (b as Tensor).dtype),
    }),
    evaluate: ([t, b], operation, { shape, dtype }) => {
      const leading = shape.slice(0, -2);
      const [size, columns] = shape.slice(-2) as [number, number];
      const [matrices, right] = [(t as Tensor).data, (b as Tensor).data];
      const [step, width] = [size * size, size * columns];
      const result = allocate(dtype, sizeOf(shape));
      for (let index = 0, count = sizeOf(leading); index < count; index++) {
        const matrix = matrices.subarray(index * step, (index + 1) * step);
        const side = right.subarray(index * width, (index + 1) * width);
        const x = substitute(triangle, matrix, size, side, columns);
        if (typeof x === "number")
          throw new LinearAlgebraError(
            `${operation}: the triangular matrix is singular, so no unique solution exists: 0 on the diagonal of a ` +
              `${formatShape([size, size])} matrix in row ${x}${memberOf(leading, index)}`,
          );
        result.set(x, index * width);
      }
      return result;
    },
    // T dX = dB − dT X
    forward: ([dt, db], [t], x, operation) => {
      const moved = dt && part(dt).matmul(x).neg();
      const right = moved && db ? db.add(moved) : (moved ?? db);
      return right && apply(op, [t as Tensor, right], operation);
    },
    // B̄ = T⁻ᵀ X̄, T̄ = −B̄ Xᵀ within the triangle
    reverse: (adjoint, [t], x, operation, [wantT]) => {
      const right = triangularBlocks(opposite[triangle], operation, transposed(t as Tensor), adjoint);
      return [wantT ? part(right.matmul(transposed(x)).neg()) : undefined, right];
    },
    memberAxes: 2,
    batch: ([t, b], _, operation) =>
      solveAligned(operation, t as Tensor, b as Tensor, (...blocks) => apply(op, blocks, operation)),
    kernel: (context, inputs, output) => triangularSolution(context, inputs, output, triangle),
    text: `${name}(#1, #2)`,
    latex,
  };
  return op;
}

const opposite = { lower: "upper", upper: "lower" } as const;

// Marked pure so that bundles that solve no triangular systems need not keep them.
const lowerOp: Op<string> = /* @__PURE__ */ triangularOp(
  "solveLower",
  "lower",
  "\\operatorname{tril}\\left(#1\\right)^{-1} #2",
);
const upperOp: Op<string> = /* @__PURE__ */ triangularOp(
  "solveUpper",
  "upper",
  "\\operatorname{triu}\\left(#1\\right)^{-1} #2",
);

/** Solves with blocks of equal leading axes; errors go under the name of the operation that needs it. */
export function triangularBlocks(triangle: Triangle, operation: string, t: Tensor, b: Tensor): Tensor {
  return apply(triangle === "lower" ? lowerOp : upperOp, [t, b], operation);
}

export interface TriangularOptions {
  /** Which triangle of the matrix counts, the lower one by default; what is in the other one is never read. */
  readonly lower?: boolean;
  /** Solves Aᵀ x = b instead. */
  readonly transpose?: boolean;
  /** Takes the diagonal to be all ones without reading it. */
  readonly unitDiagonal?: boolean;
}

/**
 * The solution x of A x = b for a triangular A by substitution: A is [..., n, n], b is one vector [n] or matrices
 * [..., n, k]; leading axes broadcast. Only the named triangle of A is read and has a derivative.
 *
 * @example
 * ```ts
 * triangularSolve([[2, 0], [1, 3]], [4, 8]); // → [2, 2]
 * triangularSolve([[2, 0], [1, 3]], [8, 6], { transpose: true }); // → [3, 2]
 * ```
 *
 * @throws {ShapeError} when A is not square or b has another number of rows.
 * @throws {LinearAlgebraError} when there is a 0 on the diagonal.
 */
export function triangularSolve(
  a: TensorLike,
  b: TensorLike,
  { lower = true, transpose = false, unitDiagonal = false }: TriangularOptions = {},
): Tensor {
  const given = asSquare("triangularSolve", a);
  const matrix = unitDiagonal ? offDiagonalPart(given).add(eye(columnsOf(given), given.dtype)) : given;
  const triangle = lower === transpose ? "upper" : "lower";
  return solveSystem("triangularSolve", transpose ? transposed(matrix) : matrix, b, (...blocks) =>
    triangularBlocks(triangle, "triangularSolve", ...blocks),
  );
}

/** The primitive operations of this file. */
export const triangularSolveOps: readonly Op<never>[] = [lowerOp, upperOp];
