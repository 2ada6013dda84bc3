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
}

/** What a kernel is written into. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  /** Use relaxed_madd, which is one rounding on machines with FMA. */
  readonly fma: boolean;
  /** The number format of all operands. */
  readonly format: "f64" | "f32";
}

/** One operation as code for operands with static addresses and extents. */
export interface Kernel {
  /** Independent units of work: the result is the same, bit for bit, however they are split among calls. */
  readonly units: number;
  /** Bytes at `scratch` that a call may use, for itself alone. */
  readonly scratchBytes: number;
  /** (from: i32, to: i32, scratch: i32) → (): does the units from `from` to before `to`; `scratch` is a multiple of 16. */
  readonly work: FunctionReference;
}
