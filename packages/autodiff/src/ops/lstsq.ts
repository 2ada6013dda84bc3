import { LinearAlgebraError, ShapeError } from "../errors.ts";
import { allocate, promote } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { leastSquares } from "./kernels/least-squares.ts";
import { asMatrix, columnsOf, leadingOf, machineEpsilon, rowsOf, transposed } from "./matrix.ts";
import { memberOf, requireFinite } from "./matrix-errors.ts";
import { apply, type Op } from "./op.ts";
import { qr } from "./qr.ts";
import { solveAligned, solveSystem } from "./systems.ts";
import { triangularBlocks } from "./triangular.ts";

/** (AᵀA)⁻¹ X = R⁻¹ R⁻ᵀ X */
function gramSolve(a: Tensor, x: Tensor): Tensor {
  const { r } = qr(a);
  return triangularBlocks("upper", "lstsq", r, triangularBlocks("lower", "lstsq", transposed(r), x));
}

/** X that minimises ‖A X − B‖ for A [..., m, n] of full column rank and B [..., m, k]. */
const lstsqOp: Op<undefined> = {
  name: "lstsq",
  infer: ([a, b]) => ({
    shape: [...leadingOf(a as Tensor), columnsOf(a as Tensor), columnsOf(b as Tensor)],
    dtype: promote((a as Tensor).dtype, (b as Tensor).dtype),
  }),
  evaluate: ([a, b], _, { shape, dtype }) => {
    const leading = shape.slice(0, -2);
    const [rows, columns] = [rowsOf(a as Tensor), columnsOf(a as Tensor)];
    const sides = columnsOf(b as Tensor);
    const [matrices, right] = [(a as Tensor).data, (b as Tensor).data];
    const result = allocate(dtype, sizeOf(shape));
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const matrix = matrices.subarray(index * rows * columns, (index + 1) * rows * columns);
      requireFinite("lstsq", matrix, columns, leading, index);
      const side = right.subarray(index * rows * sides, (index + 1) * rows * sides);
      const x = leastSquares(matrix, rows, columns, side, sides, rows * machineEpsilon(dtype));
      if (typeof x === "number")
        throw new LinearAlgebraError(
          `lstsq: the columns are dependent, so that no unique solution exists (remove columns, or add a ridge: rows √λ 1 ` +
            `with right-hand sides 0): to working precision those before it make up column ${x} of a ` +
            `${formatShape([rows, columns])} matrix${memberOf(leading, index)}`,
        );
      result.set(x, index * columns * sides);
    }
    return result;
  },
  // dX = A⁺ (dB − dA X) + (AᵀA)⁻¹ dAᵀ (B − A X)
  forward: ([da, db], [a, b], x) => {
    const [matrix, right] = [a as Tensor, b as Tensor];
    const moved = da?.matmul(x).neg();
    const side = moved && db ? db.add(moved) : ((moved ?? db) as Tensor);
    const followed = apply(lstsqOp, [matrix, side], undefined);
    if (da === undefined) return followed;
    const residual = right.sub(matrix.matmul(x));
    return followed.add(gramSolve(matrix, transposed(da).matmul(residual)));
  },
  // With Z = (AᵀA)⁻¹ X̄: B̄ = A Z, Ā = (B − A X) Zᵀ − B̄ Xᵀ
  reverse: (adjoint, [a, b], x, _, [wantA]) => {
    const [matrix, right] = [a as Tensor, b as Tensor];
    const z = gramSolve(matrix, adjoint);
    const bBar = matrix.matmul(z);
    if (!wantA) return [undefined, bBar];
    const residual = right.sub(matrix.matmul(x));
    return [residual.matmul(transposed(z)).sub(bBar.matmul(transposed(x))), bBar];
  },
  memberAxes: 2,
  batch: ([a, b]) => lstsqBlocks(a as Tensor, b as Tensor),
  text: "lstsq(#1, #2)",
  latex: "{#1}^{+} #2",
};

function lstsqBlocks(a: Tensor, b: Tensor): Tensor {
  return solveAligned("lstsq", a, b, (...blocks) => apply(lstsqOp, blocks, undefined));
}

/**
 * The least-squares solution x of A x ≈ b by QR factorisation: A is [..., m, n] with independent columns (so m ≥ n),
 * b is one vector [m] or matrices [..., m, k]; leading axes broadcast. A column counts as dependent when the sine of
 * its angle with the ones before it is below m ε, however large or small its numbers are.
 *
 * @example
 * ```ts
 * lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]); // → [1, 2]
 * ```
 *
 * @throws {ShapeError} when A has fewer rows than columns or b has another number of rows.
 * @throws {LinearAlgebraError} when the columns of A are dependent, naming the first, or A holds NaN or ∞.
 */
export function lstsq(a: TensorLike, b: TensorLike): Tensor {
  const matrix = asMatrix("lstsq", a);
  if (rowsOf(matrix) < columnsOf(matrix))
    throw new ShapeError(
      `lstsq: expected at least as many rows as columns, for fewer have no unique solution: shape ${formatShape(matrix.shape)}`,
    );
  return solveSystem("lstsq", matrix, b, (...blocks) => apply(lstsqOp, blocks, undefined));
}

/** The primitive operations of this file. */
export const lstsqOps: readonly Op<never>[] = [lstsqOp];
