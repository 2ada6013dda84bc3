import type { DType } from "../../tensor/dtype.ts";
import type { FunctionReference, ModuleBuilder } from "./encoder.ts";

/**
 * Where a tensor's elements are while a program runs: element (i, j, …) is at byte
 * `address` + (i · strides[0] + j · strides[1] + …) · bytes per element.
 */
export interface Operand {
  readonly address: number;
  readonly shape: readonly number[];
  /** In elements; 0 along a broadcast axis. */
  readonly strides: readonly number[];
  /** What the elements are, and the numbers that they are kept as: those of i32 are f64, those of bool 1 and 0 of either. */
  readonly dtype: DType;
  readonly format: "f64" | "f32";
}

/** What a kernel is written into. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  /** Use relaxed_madd, which is one rounding on machines with FMA. */
  readonly fma: boolean;
  /** Of the result. */
  readonly format: "f64" | "f32";
  /**
   * Address of an i32. A kernel that meets what it is not made for (an index out of range, a singular matrix) sets it to 1
   * and goes on without a trap; then the interpreter does the operation again, and throws its own error.
   */
  readonly refusal: number;
}

/** One operation as code for operands with static addresses and extents. */
export interface Kernel {
  /** Independent units of work: the result is the same, bit for bit, however they are split among calls. */
  readonly units: number;
  /** Bytes at `scratch` that a call may use, for itself alone. */
  readonly scratchBytes: number;
  /** (from: i32, to: i32, scratch: i32) → (): does the units from `from` to before `to`; `scratch` is a multiple of 16. */
  readonly work: FunctionReference;
  /** True when it may refuse. */
  readonly mayRefuse?: boolean;
}
