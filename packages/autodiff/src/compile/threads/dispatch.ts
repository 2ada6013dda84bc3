import { atomicOpcodes } from "../wasm/atomics.ts";
import type { FunctionBuilder, FunctionReference, Local, ModuleBuilder } from "../wasm/encoder.ts";
import type { Kernel } from "../wasm/kernel.ts";
import { control, lost } from "./control.ts";

/** Estimated nanoseconds on one thread from which a job is worth handing out, and those of the smallest chunk. */
export const worthSplitting = 20_000;
const smallestChunk = 5_000;
/** Chunks for each thread: enough to even out threads that are slower or come late. */
const chunksPerThread = 4;

/**
 * How many units make a chunk: all of them where splitting does not pay.
 * @param cost estimated nanoseconds of the whole work on one thread
 */
export function unitsPerChunk(units: number, cost: number, threads: number): number {
  if (threads < 2 || cost < worthSplitting) return units;
  return Math.ceil(units / Math.min(units, chunksPerThread * threads, Math.floor(cost / smallestChunk)));
}

/** Nanoseconds of one wait; the main thread then looks whether there was progress. */
const waitTime = 2_000_000n;

/** How the code of one module hands its works to several threads. */
export interface Dispatcher {
  /** Writes code that does all units of a kernel; `cost` is its estimated time on one thread, in nanoseconds. */
  parallel(code: FunctionBuilder, kernel: Kernel, cost: number): void;
  /** Writes and exports what workers run. To be called when all works are known. */
  finish(): void;
}

/**
 * Emits handing out and taking chunks. Which thread does a chunk is left to chance; what is in a chunk is not, and
 * units have nothing to do with each other, so the results are the same whoever does them.
 */
export class ChunkDispatcher implements Dispatcher {
  readonly #module: ModuleBuilder;
  readonly #threads: number;
  readonly #control: number;
  readonly #scratch: number;
  readonly #wake: FunctionReference;
  readonly #jobs: { readonly kernel: Kernel; readonly grain: number }[] = [];

  /**
   * To be made before the module has functions of its own, since it imports one: `steepest.wake`.
   * @param control address of the control block
   * @param scratch address of the main thread's working space
   */
  constructor(module: ModuleBuilder, threads: number, control: number, scratch: number) {
    this.#module = module;
    this.#threads = threads;
    this.#control = control;
    this.#scratch = scratch;
    this.#wake = module.importFunction("steepest", "wake", [], []);
  }

  parallel(code: FunctionBuilder, kernel: Kernel, cost: number): void {
    const { units, work } = kernel;
    const alone = (): void => {
      code.i32(0);
      code.i32(units);
      code.i32(this.#scratch);
      code.call(work);
    };
    const grain = unitsPerChunk(units, cost, this.#threads);
    if (grain >= units) return alone();
    const job = (this.#jobs.push({ kernel, grain }) - 1) * 65536 + Math.ceil(units / grain);
    this.#access(code, "i32.atomic.load", control.ready);
    code.if(() => {
      code.i32(job);
      code.call(this.#handOut());
    }, alone);
  }

  finish(): void {
    this.#module.export("worker", this.#worker());
    const code = this.#chunk();
    const [work, chunk, scratch] = code.parameters as [Local, Local, Local];
    const end = code.local("i32");
    this.#jobs.forEach(({ kernel, grain }, index) => {
      code.get(work);
      code.i32(index);
      code.op("i32.eq");
      code.if(() => {
        code.get(chunk);
        code.i32(grain);
        code.op("i32.mul");
        code.tee(chunk);
        // The end of the chunk, or that of all units where it comes first.
        code.get(chunk);
        code.i32(grain);
        code.op("i32.add");
        code.tee(end);
        code.i32(kernel.units);
        code.get(end);
        code.i32(kernel.units);
        code.op("i32.lt_s");
        code.op("select");
        code.get(scratch);
        code.call(kernel.work);
        code.op("return");
      });
    });
  }

  /** An access to a word of the control block, behind which `operands` writes what it stores. */
  #access(
    code: FunctionBuilder,
    name: keyof typeof atomicOpcodes,
    offset: number,
    operands?: () => void,
  ): void {
    code.i32(this.#control + offset);
    operands?.();
    code.atomic(atomicOpcodes[name]);
  }

  /** (work, chunk, scratch) → (), written at the end. */
  #chunk(): FunctionBuilder {
    return this.#module.helper("chunk", ["i32", "i32", "i32"], [], () => undefined);
  }

  /** (scratch) → job word found: takes one chunk and does it, if there is one. */
  #take(): FunctionBuilder {
    return this.#module.helper("take", ["i32"], ["i32"], (code) => {
      const [scratch] = code.parameters as [Local];
      const job = code.local("i32");
      this.#access(code, "i32.atomic.load", control.job);
      code.tee(job);
      code.i32(0xffff);
      code.op("i32.and");
      code.if(() => {
        this.#access(code, "i32.atomic.rmw.cmpxchg", control.job, () => {
          code.get(job);
          code.get(job);
          code.i32(1);
          code.op("i32.sub");
        });
        code.get(job);
        code.op("i32.eq");
        code.if(() => {
          code.get(job);
          code.i32(16);
          code.op("i32.shr_u");
          code.get(job);
          code.i32(0xffff);
          code.op("i32.and");
          code.i32(1);
          code.op("i32.sub");
          code.get(scratch);
          code.call(this.#chunk());
          this.#access(code, "i32.atomic.rmw.sub", control.pending, () => code.i32(1));
          code.i32(1);
          code.op("i32.eq");
          code.if(() => {
            this.#access(code, "memory.atomic.notify", control.pending, () => code.i32(1));
            code.op("drop");
          });
        });
      });
      code.get(job);
    });
  }

  /** (job word) → (): hands out the chunks, takes part, and waits until all are done. */
  #handOut(): FunctionBuilder {
    return this.#module.helper("handOut", ["i32"], [], (code) => {
      const [job] = code.parameters as [Local];
      const chunks = (): void => {
        code.get(job);
        code.i32(0xffff);
        code.op("i32.and");
      };
      this.#access(code, "i32.atomic.store", control.pending, chunks);
      this.#access(code, "i32.atomic.store", control.job, () => code.get(job));
      // In this order: a worker that stops watching says so and then looks for a job a last time.
      this.#access(code, "i32.atomic.load", control.hot);
      this.#access(code, "i32.atomic.load", control.ready);
      code.op("i32.ne");
      code.if(() => code.call(this.#wake));
      code.loop((again) => {
        code.i32(this.#scratch);
        code.call(this.#take());
        code.i32(0xffff);
        code.op("i32.and");
        code.brIf(again);
      });
      this.#wait(code);
      this.#access(code, "i32.atomic.load", control.failed);
      code.if(() => code.op("unreachable"));
    });
  }

  /** Looks a while, then sleeps in short waits; gives up after many of them without progress. */
  #wait(code: FunctionBuilder): void {
    const [pending, last, spins, patience] = Array.from({ length: 4 }, () => code.local("i32")) as [
      Local,
      Local,
      Local,
      Local,
    ];
    const step = (local: Local, by: number): void => {
      code.get(local);
      code.i32(by);
      code.op("i32.add");
      code.tee(local);
    };
    code.block((done) => {
      code.loop((again) => {
        this.#access(code, "i32.atomic.load", control.pending);
        code.tee(pending);
        code.op("i32.eqz");
        code.brIf(done);
        code.get(pending);
        code.get(last);
        code.op("i32.ne");
        code.if(() => {
          code.get(pending);
          code.set(last);
          this.#access(code, "i32.atomic.load", control.patience);
          code.set(patience);
        });
        step(spins, 1);
        this.#access(code, "i32.atomic.load", control.spins);
        code.op("i32.lt_u");
        code.brIf(again);
        this.#access(code, "i32.atomic.load", control.mayWait);
        code.if(
          () => {
            this.#access(code, "memory.atomic.wait32", control.pending, () => {
              code.get(pending);
              code.i64(waitTime);
            });
            code.op("drop");
          },
          () => {
            code.i32(0);
            code.set(spins);
          },
        );
        step(patience, -1);
        code.brIf(again);
      });
      this.#access(code, "i32.atomic.store", control.failed, () => code.i32(lost));
    });
  }

  /** (scratch, spins) → (): takes chunks as they come; returns when none came for so many looks, or on `leave`. */
  #worker(): FunctionBuilder {
    return this.#module.function(["i32", "i32"], [], (code) => {
      const [scratch, spins] = code.parameters as [Local, Local];
      const job = code.local("i32");
      const left = code.local("i32");
      code.get(spins);
      code.set(left);
      code.loop((again) => {
        code.get(scratch);
        code.call(this.#take());
        code.tee(job);
        code.i32(0xffff);
        code.op("i32.and");
        code.if(() => {
          code.get(spins);
          code.set(left);
          code.br(again);
        });
        code.get(left);
        code.i32(1);
        code.op("i32.sub");
        code.tee(left);
        code.i32(0);
        code.get(job);
        code.i32(0);
        code.op("i32.ge_s");
        code.op("select");
        code.brIf(again);
      });
    });
  }
}
