import type { DType } from "../../tensor/dtype.ts";
import type { FunctionReference, ModuleBuilder } from "./encoder.ts";

/** Elements in the arena: element (i, j, …) is at byte address + (i·strides[0] + j·strides[1] + …)·bytesPerElement. */
export interface Operand {
  readonly address: number;
  readonly shape: readonly number[];
  /** In elements; 0 repeats the same ones. */
  readonly strides: readonly number[];
  /** What the elements are, and the numbers that they are kept as: those of i32 are f64, those of bool 1 and 0 of either. */
  readonly dtype: DType;
  readonly format: "f64" | "f32";
}

/** What a kernel is written into, and for which elements. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  readonly fma: boolean;
  /** Of the result. */
  readonly format: "f64" | "f32";
  /**
   * Address of an i32. A kernel that meets what it is not made for (an index out of range, a singular matrix) sets it to 1
   * and goes on without a trap; then the interpreter does the operation again, and throws its own error.
   */
  readonly refusal: number;
}

/** Code of its own for one operation, as units of work that have nothing to do with each other. */
export interface Kernel {
  readonly units: number;
  /** Working space that a call needs, in bytes. */
  readonly scratchBytes: number;
  /** (from, to, address of working space) → (): does the units number from … to − 1. */
  readonly work: FunctionReference;
  /** True when it may refuse. */
  readonly mayRefuse?: boolean;
}
