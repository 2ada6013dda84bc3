import { allocate } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { orthogonalColumns, reflect, triangleOf } from "./kernels/householder.ts";
import {
  asMatrix,
  columnsOf,
  leadingOf,
  machineEpsilon,
  rowsOf,
  strictlyLowerPart,
  strictlyUpperPart,
  transposed,
  upperPart,
} from "./matrix.ts";
import { requireFinite } from "./matrix-errors.ts";
import { apply, type Op, type Signature } from "./op.ts";
import { pack, packedExtent, unpack } from "./pack.ts";
import { concatenate, type Range } from "./shape.ts";
import { triangularBlocks } from "./triangular.ts";

/** A = Q R */
export interface QR {
  /** [..., m, k] with orthonormal columns, k = min(m, n). */
  readonly q: Tensor;
  /** [..., k, n], zeros below the diagonal, which is not negative. */
  readonly r: Tensor;
}

/** Q [..., m, n] and R [..., n, n] of a matrix [..., m, n] with m ≥ n. */
function partsOf(a: Tensor): readonly [Signature, Signature] {
  const { shape, dtype } = a;
  const columns = columnsOf(a);
  return [
    { shape, dtype },
    { shape: [...leadingOf(a), columns, columns], dtype },
  ];
}

function factorsOf(a: Tensor, packed: Tensor): [Tensor, Tensor] {
  return unpack(packed, partsOf(a), leadingOf(a)) as [Tensor, Tensor];
}

const derivative = "qr: derivatives need independent columns";

/** X R⁻¹ */
function divideBy(r: Tensor, x: Tensor): Tensor {
  return transposed(triangularBlocks("lower", derivative, transposed(r), transposed(x)));
}

/** X R⁻ᵀ */
function divideByTransposed(r: Tensor, x: Tensor): Tensor {
  return transposed(triangularBlocks("upper", derivative, r, transposed(x)));
}

const qrOp: Op<undefined> = {
  name: "qr",
  infer: ([a]) => {
    const matrix = a as Tensor;
    const leading = leadingOf(matrix);
    return { shape: [...leading, packedExtent(partsOf(matrix), leading)], dtype: matrix.dtype };
  },
  evaluate: ([a], _, { shape, dtype }) => {
    const matrices = a as Tensor;
    const [rows, columns] = [rowsOf(matrices), columnsOf(matrices)];
    const leading = leadingOf(matrices);
    const data = matrices.data;
    const result = allocate(dtype, sizeOf(shape));
    const step = rows * columns;
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const matrix = data.subarray(index * step, (index + 1) * step);
      requireFinite("qr", matrix, columns, leading, index);
      const reflections = reflect(matrix, rows, columns);
      const q = orthogonalColumns(reflections);
      const r = triangleOf(reflections, rows * machineEpsilon(dtype));
      const start = index * (shape.at(-1) as number);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) result[start + i * columns + j] = q[j * rows + i] as number;
      result.set(r, start + step);
    }
    return result;
  },
  // With C = dA R⁻¹, M = Qᵀ C and U(M) = triu(M) + strict tril(M)ᵀ: dR = U(M) R, dQ = C − Q U(M)
  // (Walter & Lehmann 2010, arXiv:1009.6112)
  forward: ([da], [a], packed) => {
    const [q, r] = factorsOf(a as Tensor, packed);
    const c = divideBy(r, da as Tensor);
    const m = transposed(q).matmul(c);
    const u = upperPart(m).add(transposed(strictlyLowerPart(m)));
    return pack(
      [c.sub(q.matmul(u)), u.matmul(r)],
      partsOf(a as Tensor),
      leadingOf(a as Tensor),
      packed.dtype,
    );
  },
  // With G = R̄ Rᵀ − Qᵀ Q̄: Ā = (Q̄ + Q (triu(G) + strict triu(G)ᵀ)) R⁻ᵀ
  reverse: (adjoint, [a], packed) => {
    const [q, r] = factorsOf(a as Tensor, packed);
    const [qBar, rBar] = factorsOf(a as Tensor, adjoint);
    const g = rBar.matmul(transposed(r)).sub(transposed(q).matmul(qBar));
    const symmetric = upperPart(g).add(transposed(strictlyUpperPart(g)));
    return [divideByTransposed(r, qBar.add(q.matmul(symmetric)))];
  },
  memberAxes: 2,
  batch: ([a]) => apply(qrOp, [a as Tensor], undefined),
  text: "qr(#1)",
  latex: "\\operatorname{qr}\\left(#1\\right)",
};

/**
 * The reduced QR factorisation of matrices [..., m, n] by Householder reflections. The diagonal of R is not negative,
 * which leaves one factorisation only if the (first min(m, n)) columns are independent. ‖A − QR‖ ≤ 0.7 N ε ‖A‖ and
 * ‖QᵀQ − 1‖ ≤ 1.2 N ε (Frobenius, N = max(m, n)) for random, graded and Hilbert matrices up to 120 × 120; columns of
 * very different size do not disturb each other.
 *
 * Values exist for every matrix, derivatives where the first min(m, n) columns are independent. A column that makes
 * an angle with a sine of at most m ε with the ones before it counts as dependent: the diagonal of R is exactly 0
 * there.
 *
 * @example
 * ```ts
 * qr([[3, 1], [4, 2]]).r; // → [[5, 2.2], [0, 0.4]]
 * ```
 *
 * @throws {ShapeError} for fewer than two axes.
 * @throws {LinearAlgebraError} when a matrix holds NaN or ∞; its derivatives when the columns are dependent.
 */
export function qr(a: TensorLike): QR {
  const matrix = asMatrix("qr", a);
  const [rows, columns] = [rowsOf(matrix), columnsOf(matrix)];
  if (rows >= columns) {
    const [q, r] = factorsOf(matrix, apply(qrOp, [matrix], undefined));
    return { q, r };
  }
  // A = [A₁ A₂] with A₁ square: A₁ = Q R₁ and R = [R₁ QᵀA₂].
  const whole = matrix.shape.slice(0, -1).map((): Range => []);
  const { q, r } = qr(matrix.slice(...whole, [0, rows]));
  const rest = transposed(q).matmul(matrix.slice(...whole, [rows]));
  return { q, r: concatenate([r, rest], -1) };
}

/** The primitive operations of this file. */
export const qrOps: readonly Op<never>[] = [qrOp];
