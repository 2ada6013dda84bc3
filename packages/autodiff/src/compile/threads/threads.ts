import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "../schedule.ts";
import type { ModuleBuilder } from "../wasm/encoder.ts";
import type { WebAssemblyFunction, WebAssemblyMemory, WebAssemblyModule } from "../wasm/features.ts";
import type { Dispatcher } from "./dispatch.ts";

/** A program that workers are to know: its code and where in its memory they find what they need. */
export interface ThreadedProgram {
  readonly module: WebAssemblyModule;
  /** Shared. */
  readonly memory: WebAssemblyMemory;
  /** Address of the control block. */
  readonly control: number;
  /** Address of the working spaces, one for each thread, the main one first, and the bytes of each. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** A program and the workers that know it. */
export interface ThreadSession {
  /** To be imported by the main thread's instance as `steepest.wake`. */
  readonly wake: WebAssemblyFunction;
  /**
   * Runs the program.
   * @throws {WorkerError} when a worker threw or did not come back; in the latter case `lost` is set from then on
   */
  run(main: () => void): void;
  /** True when a worker may still write to the memory: the program must be built anew, with another one. */
  readonly lost: boolean;
  /** Makes the workers forget the program. Happens by itself when the session is garbage. */
  detach(): void;
}

/**
 * Worker threads for compiled functions, all that the compiler needs to know of them: so that only programs which make
 * a pool bundle its code.
 */
export interface ThreadPool {
  /** Threads that work on one call, the calling one included; 1 where shared memory or workers are not to be had. */
  readonly threads: number;
  /** Roughly how long some work takes on one thread, in nanoseconds. */
  cost(work: Pass | Tensor): number;
  /** What emits code for several threads; see `ChunkDispatcher`. */
  dispatcher(module: ModuleBuilder, control: number, scratch: number): Dispatcher;
  attach(program: ThreadedProgram): ThreadSession;
  /** Ends the workers. Functions compiled for the pool go on with the calling thread alone. */
  close(): void;
}
