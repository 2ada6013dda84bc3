import { determinants, logDeterminants } from "../compile/wasm/determinant.ts";
import { LinearAlgebraError } from "../errors.ts";
import { allocate, promote, type TypedArray } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { inverseNamed } from "./inverse.ts";
import { cofactors } from "./kernels/cofactor.ts";
import { determinantOf, logSize, valueOf, type ScaledNumber } from "./kernels/determinant.ts";
import { asSquare, columnsOf, leadingOf, sumOfGiven, transposed } from "./matrix.ts";
import { memberOf, requireFinite } from "./matrix-errors.ts";
import { allBatched, apply, storageOf, type Op, type Signature } from "./op.ts";
import { pack, unpack } from "./pack.ts";
import { sum } from "./reduce.ts";

/** ⟨A, B⟩ = Σ aᵢⱼ bᵢⱼ for every pair of matrices */
function inner(a: Tensor, b: Tensor): Tensor {
  return sum(a.mul(b), { axis: [-2, -1] });
}

/** Numbers [...] as [..., 1, 1] */
function asFactors(x: Tensor): Tensor {
  return x.reshape([...x.shape, 1, 1]);
}

function eachDeterminant(
  operation: string,
  a: Tensor,
  use: (determinant: ScaledNumber, index: number) => void,
): void {
  const [leading, size] = [leadingOf(a), columnsOf(a)];
  const data = a.data;
  for (let index = 0, count = sizeOf(leading); index < count; index++) {
    const matrix = data.subarray(index * size * size, (index + 1) * size * size);
    requireFinite(operation, matrix, size, leading, index);
    use(determinantOf(matrix, size), index);
  }
}

const determinantOp: Op<undefined> = {
  name: "determinant",
  infer: ([a]) => ({ shape: leadingOf(a as Tensor), dtype: (a as Tensor).dtype }),
  evaluate: ([a], _, { shape, dtype }) => {
    const result = allocate(dtype, sizeOf(shape));
    eachDeterminant(
      "determinant",
      a as Tensor,
      (determinant, index) => (result[index] = valueOf(determinant)),
    );
    return storageOf(shape, result);
  },
  // d det A = ⟨C(A), dA⟩ with the cofactors C, at singular matrices, too (Jacobi's formula)
  forward: ([da], [a]) => inner(cofactorsOf(a as Tensor), da as Tensor),
  reverse: (adjoint, [a]) => [asFactors(adjoint).mul(cofactorsOf(a as Tensor))],
  memberAxes: 2,
  batch: ([a]) => apply(determinantOp, [a as Tensor], undefined),
  kernel: determinants,
  text: "det(#1)",
  latex: "\\det\\left(#1\\right)",
};

function cofactorsOf(a: Tensor, ...directions: Tensor[]): Tensor {
  return apply(cofactorOp, [a, ...directions], undefined);
}

/**
 * DʲC(A)[H₁, …, Hⱼ]: the j-th derivative of the cofactors C of A, along the inputs that follow A. All of them are
 * coefficients of one symmetric form: ⟨DʲC(A)[H₁, …, Hⱼ], G⟩ = Dʲ⁺¹det(A)[H₁, …, Hⱼ, G].
 */
const cofactorOp: Op<undefined> = {
  name: "cofactors",
  infer: (inputs) => ({
    shape: (inputs[0] as Tensor).shape,
    dtype: inputs.reduce((dtype, input) => promote(dtype, input.dtype), (inputs[0] as Tensor).dtype),
  }),
  evaluate: (inputs, _, { shape, dtype }) => {
    const [leading, size] = [shape.slice(0, -2), shape.at(-1) as number];
    const step = size * size;
    const result = allocate(dtype, sizeOf(shape));
    const data = inputs.map((input) => input.data);
    for (let index = 0, count = sizeOf(leading); index < count; index++) {
      const [matrix, ...directions] = data.map((all) => all.subarray(index * step, (index + 1) * step)) as [
        TypedArray,
      ];
      const found = cofactors(matrix, directions, size);
      if (found === undefined)
        throw new LinearAlgebraError(
          `determinant: the rotations for its derivative do not converge; please report this ${formatShape([size, size])} matrix${memberOf(leading, index)}`,
        );
      result.set(found, index * step);
    }
    return result;
  },
  // d DʲC(A)[H…] = Dʲ⁺¹C(A)[H…, dA] + Σ DʲC(A)[H…, dHᵢ instead of Hᵢ]
  forward: (tangents, inputs) =>
    sumOfGiven(
      tangents.map((tangent, position) => {
        if (tangent === undefined) return undefined;
        const [a, ...directions] = inputs as [Tensor, ...Tensor[]];
        return position === 0
          ? cofactorsOf(a, ...directions, tangent)
          : cofactorsOf(a, ...directions.with(position - 1, tangent));
      }),
    ),
  // Ā = Dʲ⁺¹C(A)[H…, Ḡ], H̄ᵢ = DʲC(A)[H…, Ḡ instead of Hᵢ]
  reverse: (adjoint, inputs, _, __, wanted) => {
    const [a, ...directions] = inputs as [Tensor, ...Tensor[]];
    return inputs.map((___, position) => {
      if (!wanted[position]) return undefined;
      return position === 0
        ? cofactorsOf(a, ...directions, adjoint)
        : cofactorsOf(a, ...directions.with(position - 1, adjoint));
    });
  },
  memberAxes: 2,
  batch: (inputs, batched) => apply(cofactorOp, allBatched(inputs, batched), undefined),
  text: "cofactors(#*)",
  latex: "\\operatorname{cof}\\left(#*\\right)",
};

/**
 * The determinant of square matrices [..., n, n] by LU factorisation; 1 for 0 × 0. Exact for matrices of small whole
 * numbers. Its derivatives of every order are those of the polynomial that it is, at singular matrices as well.
 *
 * @example
 * ```ts
 * determinant([[1, 2], [3, 4]]); // → -2
 * grad((a) => determinant(a))(tensor([[1, 2], [2, 4]])); // → [[4, -2], [-2, 1]]
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when it holds NaN or ∞.
 */
export function determinant(a: TensorLike): Tensor {
  return apply(determinantOp, [asSquare("determinant", a)], undefined);
}

/** The sign of a determinant and the logarithm of its size. */
export interface LogDeterminant {
  /** 1, −1, or 0 for a singular matrix. */
  readonly sign: Tensor;
  /** log |det A|, −∞ for a singular matrix. */
  readonly logAbs: Tensor;
}

function partsOf(a: Tensor): readonly [Signature, Signature] {
  const part = { shape: leadingOf(a), dtype: a.dtype };
  return [part, part];
}

const logDeterminantOp: Op<undefined> = {
  name: "logDeterminant",
  infer: ([a]) => ({ shape: [...leadingOf(a as Tensor), 2], dtype: (a as Tensor).dtype }),
  evaluate: ([a], _, { shape, dtype }) => {
    const result = allocate(dtype, sizeOf(shape));
    eachDeterminant("logDeterminant", a as Tensor, (determinant, index) => {
      result[2 * index] = determinant.sign;
      result[2 * index + 1] = logSize(determinant);
    });
    return result;
  },
  // d log |det A| = tr(A⁻¹ dA); the sign is constant
  forward: ([da], [a]) => {
    const moved = inner(transposed(inverseNamed("logDeterminant", a as Tensor)), da as Tensor);
    return pack([undefined, moved], partsOf(a as Tensor), leadingOf(a as Tensor), moved.dtype);
  },
  // Ā = A⁻ᵀ times the adjoint of the logarithm
  reverse: (adjoint, [a]) => {
    const [, ofLog] = unpack(adjoint, partsOf(a as Tensor), leadingOf(a as Tensor)) as [Tensor, Tensor];
    return [asFactors(ofLog).mul(transposed(inverseNamed("logDeterminant", a as Tensor)))];
  },
  memberAxes: 2,
  batch: ([a]) => apply(logDeterminantOp, [a as Tensor], undefined),
  kernel: logDeterminants,
  text: "logDeterminant(#1)",
  latex: "\\ln\\left|\\det\\left(#1\\right)\\right|",
};

/**
 * The sign and the logarithm of the size of the determinant of square matrices [..., n, n], which do not overflow
 * where the determinant does.
 *
 * @example
 * ```ts
 * logDeterminant([[0, 2], [3, 0]]).sign; // → -1
 * logDeterminant([[1e200, 0], [0, 1e200]]).logAbs; // → 921.034037
 * ```
 *
 * @throws {ShapeError} when the matrix is not square.
 * @throws {LinearAlgebraError} when it holds NaN or ∞; its derivatives when it is singular.
 */
export function logDeterminant(a: TensorLike): LogDeterminant {
  const matrix = asSquare("logDeterminant", a);
  const packed = apply(logDeterminantOp, [matrix], undefined);
  const [sign, logAbs] = unpack(packed, partsOf(matrix), leadingOf(matrix)) as [Tensor, Tensor];
  return { sign, logAbs };
}

/** The primitive operations of this file. */
export const determinantOps: readonly Op<never>[] = [determinantOp, cofactorOp, logDeterminantOp];
