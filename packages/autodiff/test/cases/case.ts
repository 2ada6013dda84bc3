import type { Tensor, TensorLike } from "../../src/index.ts";

/**
 * A use of an operation with a result that is known from elsewhere. `op-cases.test.ts` puts every case through value,
 * both modes of differentiation, second order, `vmap`, f32 and the compiler.
 */
export interface OpCase {
  readonly name: string;
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Where it is differentiated (floats only): away from kinks, all of it f64. */
  readonly inputs: readonly TensorLike[];
  /** The result by other means: worked out by hand, from a published table, or by plain loops. */
  readonly value: TensorLike;
  /** Largest relative error of the value (and, for f32, of its rounding); 1e-14 by default. */
  readonly tolerance?: number;
  /** False for loops of unknown length, whose derivatives go forward only where they are written out. */
  readonly reversible?: boolean;
  /** False for results that are constant almost everywhere. */
  readonly smooth?: boolean;
  /** Empty axes and axes of extent 1: values again, and derivatives and `vmap` must not fail. */
  readonly edges?: readonly Edge[];
}

export interface Edge {
  readonly inputs: readonly TensorLike[];
  readonly value: TensorLike;
}
