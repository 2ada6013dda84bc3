import type { FunctionReference, ModuleBuilder } from "./encoder.ts";

/** Elements in the arena: element (i, j, …) is at byte address + (i·strides[0] + j·strides[1] + …)·bytesPerElement. */
export interface Operand {
  readonly address: number;
  readonly shape: readonly number[];
  /** In elements; 0 repeats the same ones. */
  readonly strides: readonly number[];
}

/** What a kernel is written into, and for which elements. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  readonly fma: boolean;
  readonly format: "f64" | "f32";
}

/** Code of its own for one operation, as units of work that have nothing to do with each other. */
export interface Kernel {
  readonly units: number;
  /** Working space that a call needs, in bytes. */
  readonly scratchBytes: number;
  /** (from, to, address of working space) → (): does the units number from … to − 1. */
  readonly work: FunctionReference;
}
