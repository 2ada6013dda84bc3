import type { FunctionReference, ModuleBuilder } from "./encoder.ts";

/**
 * A tensor in memory: element (i, j, …) is at byte address + (i·strides[0] + j·strides[1] + …)·bytesPerElement. Strides
 * count elements; 0 repeats the same elements along an axis (broadcast).
 */
export interface Operand {
  readonly address: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** What a kernel is written into and for. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  /** Use relaxed_madd, which is one rounding on machines with FMA. */
  readonly fma: boolean;
  readonly format: "f64" | "f32";
}

/**
 * An operation as one function of the module: `work(from, to, scratch)` does the independent units number from … to − 1
 * and may use `scratchBytes` bytes from the 16-byte aligned address `scratch` on. Results are the same bit for bit
 * however the units are split into calls.
 */
export interface Kernel {
  readonly units: number;
  readonly scratchBytes: number;
  readonly work: FunctionReference;
}
