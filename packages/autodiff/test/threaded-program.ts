import { control, controlBytes } from "../src/compile/threads/control.ts";
import type { ThreadPool, ThreadSession } from "../src/compile/threads/threads.ts";
import { atomicOpcodes } from "../src/compile/wasm/atomics.ts";
import { ModuleBuilder, type FunctionBuilder, type Local } from "../src/compile/wasm/encoder.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";

/** What the program must give: the same operations in the same order, so the same bits. */
export function expected(x: ArrayLike<number>, rounds: number): number[] {
  const y = Array.from(x, (start) => {
    let value = start;
    for (let round = 0; round < rounds; round++) value = value * 3.9 * (1 - value);
    return value;
  });
  return y.map((value, i) => value - (y[y.length - 1 - i] as number) / 3);
}

/** Lets the event loop go round. */
export async function pause(): Promise<void> {
  const { setTimeout } = globalThis as unknown as { setTimeout(resume: () => void, ms: number): void };
  await new Promise<void>((resume) => setTimeout(resume, 1));
}

/** Waits until all workers of a pool have the program. */
export async function allReady({ words }: ThreadedTestProgram, pool: ThreadPool): Promise<void> {
  while (Atomics.load(words, control.ready / 4) !== 2 ** pool.threads - 2) await pause();
}

/** How the first work of the program behaves: all but `work` let the main thread and workers wait for each other. */
export const behaviours = { work: 0, meet: 1, workerThrows: 2, workerHangs: 3, mainThrows: 4 } as const;

export interface ThreadedTestProgram {
  readonly session: ThreadSession | undefined;
  readonly memory: { readonly buffer: ArrayBuffer };
  /** The control block. */
  readonly words: Int32Array;
  /** What the program reads and writes. */
  readonly x: Float64Array;
  readonly z: Float64Array;
  run(): void;
  /** The exported function by itself. */
  readonly main: () => void;
  behave(how: keyof typeof behaviours): void;
}

const scratchBytes = 64;
const mode = controlBytes;
const mainCame = controlBytes + 4;
const workerCame = controlBytes + 8;

/**
 * A program of two works on `units` numbers, the second of which needs all of the first:
 * y[i] = `rounds` times 3.9·y·(1 − y), from x[i]; z[i] = y[i] − y[units − 1 − i]/3. The cost is what the dispatcher is
 * told: so much by default that it splits the smallest work.
 */
export function threadedProgram(
  pool: ThreadPool,
  units: number,
  rounds: number,
  cost = 1e6,
): ThreadedTestProgram {
  const engine = webAssembly() as WebAssemblyEngine;
  const shared = pool.threads > 1;
  const scratch = 1024;
  const x = scratch + scratchBytes * 32;
  const y = x + 8 * units;
  const z = y + 8 * units;
  const pages = Math.ceil((z + 8 * units) / 65536);
  const limits = { minimum: pages, maximum: pages, shared };
  const module = new ModuleBuilder();
  module.importMemory("steepest", "memory", limits);
  const dispatcher = shared ? pool.dispatcher(module, 0, scratch) : undefined;

  const work = (
    each: (f: FunctionBuilder, offset: Local, own: Local) => void,
    first: boolean,
  ): FunctionBuilder =>
    module.function(["i32", "i32", "i32"], [], (f) => {
      const [from, to, own] = f.parameters as [Local, Local, Local];
      if (first && shared) misbehave(f, own, scratch);
      const offset = f.local("i32");
      f.loop((again) => {
        f.get(from);
        f.i32(8);
        f.op("i32.mul");
        f.set(offset);
        each(f, offset, own);
        f.get(from);
        f.i32(1);
        f.op("i32.add");
        f.tee(from);
        f.get(to);
        f.op("i32.lt_s");
        f.brIf(again);
      });
    });
  // Every round goes through the thread's own space: two threads in the same one would spoil it.
  const iterate = work((f, offset, own) => {
    const left = f.local("i32");
    f.i32(rounds);
    f.set(left);
    f.get(own);
    f.get(offset);
    f.memory("f64.load", x);
    f.memory("f64.store");
    f.loop((again) => {
      f.get(own);
      f.get(own);
      f.memory("f64.load");
      f.f64(3.9);
      f.op("f64.mul");
      f.f64(1);
      f.get(own);
      f.memory("f64.load");
      f.op("f64.sub");
      f.op("f64.mul");
      f.memory("f64.store");
      f.get(left);
      f.i32(1);
      f.op("i32.sub");
      f.tee(left);
      f.brIf(again);
    });
    f.get(offset);
    f.get(own);
    f.memory("f64.load");
    f.memory("f64.store", y);
  }, true);
  const combine = work((f, offset) => {
    f.get(offset);
    f.get(offset);
    f.memory("f64.load", y);
    f.i32(8 * (units - 1));
    f.get(offset);
    f.op("i32.sub");
    f.memory("f64.load", y);
    f.f64(3);
    f.op("f64.div");
    f.op("f64.sub");
    f.memory("f64.store", z);
  }, false);
  const run = module.function([], [], (f) => {
    for (const kernel of [iterate, combine])
      if (dispatcher) dispatcher.parallel(f, { units, scratchBytes, work: kernel }, cost);
      else {
        f.i32(0);
        f.i32(units);
        f.i32(scratch);
        f.call(kernel);
      }
  });
  module.export("run", run);
  dispatcher?.finish();

  const compiled = new engine.Module(module.toBytes());
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared });
  const session = shared
    ? pool.attach({ module: compiled, memory, control: 0, scratch, scratchBytes })
    : undefined;
  const imports = { steepest: { memory, ...(session ? { wake: session.wake } : {}) } };
  const main = new engine.Instance(compiled, imports).exports["run"] as () => void;
  const words = new Int32Array(memory.buffer, 0, 256);
  const program: ThreadedTestProgram = {
    session,
    memory,
    words,
    x: new Float64Array(memory.buffer, x, units),
    z: new Float64Array(memory.buffer, z, units),
    main,
    run: () => (session ? session.run(main) : main()),
    behave(how) {
      for (const came of [mainCame, workerCame]) Atomics.store(words, came / 4, 0);
      Atomics.store(words, mode / 4, behaviours[how]);
    },
  };
  program.x.forEach((_, i) => (program.x[i] = (i + 0.5) / units));
  return program;
}

function misbehave(f: FunctionBuilder, own: Local, mainScratch: number): void {
  const load = (address: number): void => {
    f.i32(address);
    f.atomic(atomicOpcodes["i32.atomic.load"]);
  };
  const inMode = (how: keyof typeof behaviours): void => {
    load(mode);
    f.i32(behaviours[how]);
    f.op("i32.eq");
  };
  const throwIn = (how: keyof typeof behaviours): void => {
    inMode(how);
    f.if(() => f.op("unreachable"));
  };
  const meet = (own: number, other: number): void => {
    f.i32(own);
    f.i32(1);
    f.atomic(atomicOpcodes["i32.atomic.store"]);
    f.loop((again) => {
      load(other);
      f.op("i32.eqz");
      f.brIf(again);
    });
  };
  load(mode);
  f.if(() => {
    f.get(own);
    f.i32(mainScratch);
    f.op("i32.eq");
    f.if(
      () => {
        meet(mainCame, workerCame);
        throwIn("mainThrows");
      },
      () => {
        meet(workerCame, mainCame);
        throwIn("workerThrows");
        f.loop((again) => {
          inMode("workerHangs");
          f.brIf(again);
        });
      },
    );
  });
}
