import { SteepestError, WorkerError } from "../../errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { kernelCost, passCost } from "../cost.ts";
import type { Pass } from "../schedule.ts";
import type { ModuleBuilder } from "../wasm/encoder.ts";
import { control, leave, lost } from "./control.ts";
import { ChunkDispatcher, type Dispatcher } from "./dispatch.ts";
import { hardwareThreads, mayWait, sharesMemory, spawn, type Worker } from "./spawn.ts";
import type { ThreadedProgram, ThreadPool, ThreadSession } from "./threads.ts";
import { poolWords, type Message } from "./worker.ts";

/*
 * How a lost worker is noticed. The main thread blocks in the compiled code while workers have chunks, so no event can
 * tell it that one died; it only sees the count of pending chunks. A work that throws is marked by the worker itself. A
 * thread that is killed marks nothing: when the count has not moved for a minute, far longer than any chunk takes, the
 * call fails, all workers are replaced, and the memory is given up, for a thread that only seemed dead may yet write to
 * it. A worker that dies without a chunk is held up by nobody, and replaced when its `exit` event comes.
 */

/** Two-millisecond waits without progress after which workers are given up. */
const patience = 30_000;
/** Looks of the main thread before it sleeps; where it may not sleep, looks that take as long as a wait. */
const spinsBeforeWait = 20_000;
const spinsInsteadOfWait = 1_000_000;

/**
 * Forgotten programs after which workers are renewed. A worker keeps the memory of a forgotten program until it collects
 * garbage, which nothing prompts it to do, and a browser has addresses for a hundred memories.
 */
const forgottenPrograms = 16;

/** One bit of a 32-bit word for each worker. */
const mostThreads = 32;

/**
 * Worker threads for `compile(f, { threads: pool })`: large operations of compiled functions are split over them, with
 * the same results to the last bit as one thread gives. Needs shared memory: Node, or a page that is cross-origin
 * isolated; elsewhere the calling thread works alone. The workers start with the first function compiled for the pool,
 * sleep when there is nothing to do, and never keep a process from ending.
 *
 * @param threads that work on one call, the calling one included; by default as many as the machine has, at most 32
 * @throws {SteepestError} for anything but a whole number of threads.
 *
 * @example
 * const total = compile((x) => x.exp().sum(), { threads: workerPool(2) });
 * total(tensor([0, 0])); // → 2
 */
export function workerPool(threads: number = hardwareThreads()): ThreadPool {
  if (!Number.isInteger(threads) || threads < 1)
    throw new SteepestError(`workerPool: expected a whole number of threads, 1 or more: ${threads}`);
  return new Pool(sharesMemory() ? Math.min(threads, mostThreads) : 1);
}

class Pool implements ThreadPool {
  readonly threads: number;
  readonly #words: Int32Array;
  readonly #workers: (Worker | undefined)[] = [];
  /** Weak, so that programs nobody uses can go. */
  readonly #sessions = new Map<number, WeakRef<Session>>();
  readonly #garbage = new FinalizationRegistry<number>((id) => this.forget(id));
  #lastId = 0;
  #forgotten = 0;
  /** Closed by the user, or because a worker could not be started or ended before it came to work: a policy forbids it. */
  #closed = false;

  constructor(threads: number) {
    this.threads = threads;
    const bytes = 4 * (poolWords.posted + threads);
    this.#words = new Int32Array(threads > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }

  cost(work: Pass | Tensor): number {
    return "op" in work ? kernelCost(work) : passCost(work);
  }

  dispatcher(module: ModuleBuilder, address: number, scratch: number): Dispatcher {
    return new ChunkDispatcher(module, this.threads, address, scratch);
  }

  attach(program: ThreadedProgram): ThreadSession {
    const session = new Session(this, ++this.#lastId, program);
    this.#sessions.set(session.id, new WeakRef(session));
    this.#garbage.register(session, session.id, session);
    for (let thread = 1; thread < this.threads; thread++)
      if (this.#workers[thread]) this.#post(thread, session.message(thread));
      else this.#start(thread);
    return session;
  }

  close(): void {
    this.#closed = true;
    for (let thread = 1; thread < this.threads; thread++) this.#end(thread);
  }

  /** Fresh workers in place of all. */
  restart(): void {
    for (let thread = 1; thread < this.threads; thread++) {
      this.#end(thread);
      this.#start(thread);
    }
  }

  /** Sends the workers to a program. */
  summon(session: Session): void {
    const words = this.#words;
    if (words[poolWords.current] !== session.id) {
      const current = this.#sessions.get(words[poolWords.current] as number)?.deref();
      if (current) Atomics.store(current.words, control.job / 4, leave);
      Atomics.compareExchange(session.words, control.job / 4, leave, 0);
      Atomics.store(words, poolWords.current, session.id);
    }
    this.#signal();
  }

  forget(id: number): void {
    const session = this.#sessions.get(id)?.deref();
    if (session) {
      this.#garbage.unregister(session);
      Atomics.store(session.words, control.ready / 4, 0);
    }
    if (!this.#sessions.delete(id)) return;
    this.#forgotten++;
    if (this.#forgotten % forgottenPrograms === 0) this.restart();
    else this.#workers.forEach((worker, thread) => worker && this.#post(thread, { id }));
  }

  #signal(): void {
    Atomics.add(this.#words, poolWords.signal, 1);
    Atomics.notify(this.#words, poolWords.signal);
  }

  #post(thread: number, message: Omit<Message, "pool" | "thread">): void {
    this.#workers[thread]?.postMessage({ ...message, pool: this.#words, thread });
    Atomics.add(this.#words, poolWords.posted + thread, 1);
    this.#signal();
  }

  #start(thread: number): void {
    if (this.#closed) return;
    const worker = spawn(() => {
      if (this.#workers[thread] !== worker) return;
      const bit = 1 << thread;
      this.#closed ||= (Atomics.and(this.#words, poolWords.worked, ~bit) & bit) === 0;
      this.#end(thread);
      this.#start(thread);
    });
    this.#closed ||= worker === undefined;
    this.#workers[thread] = worker;
    Atomics.store(this.#words, poolWords.posted + thread, 0);
    for (const session of this.#sessions.values()) {
      const message = session.deref()?.message(thread);
      if (message) this.#post(thread, message);
    }
  }

  #end(thread: number): void {
    this.#workers[thread]?.terminate();
    this.#workers[thread] = undefined;
    for (const session of this.#sessions.values()) session.deref()?.miss(thread);
  }
}

class Session implements ThreadSession {
  readonly id: number;
  /** The control block. */
  readonly words: Int32Array;
  readonly wake: () => undefined;
  lost = false;
  readonly #pool: Pool;
  readonly #program: ThreadedProgram;

  constructor(pool: Pool, id: number, program: ThreadedProgram) {
    this.id = id;
    this.#pool = pool;
    this.#program = program;
    this.words = new Int32Array(program.memory.buffer, program.control);
    const waits = mayWait(this.words);
    this.words[control.patience / 4] = patience;
    this.words[control.spins / 4] = waits ? spinsBeforeWait : spinsInsteadOfWait;
    this.words[control.mayWait / 4] = Number(waits);
    this.wake = () => void pool.summon(this);
  }

  message(thread: number): Omit<Message, "pool" | "thread"> {
    const { module, memory, scratch, scratchBytes } = this.#program;
    return {
      id: this.id,
      module,
      memory,
      words: this.words,
      scratch: scratch + thread * scratchBytes,
    };
  }

  isReady(thread: number): boolean {
    return ((this.words[control.ready / 4] as number) & (1 << thread)) !== 0;
  }

  miss(thread: number): void {
    for (const word of [control.ready, control.hot]) Atomics.and(this.words, word / 4, ~(1 << thread));
  }

  run(main: () => void): void {
    const { words } = this;
    if (words[control.hot / 4] !== words[control.ready / 4]) this.wake();
    try {
      main();
    } catch (error) {
      this.#quiesce();
      const failed = Atomics.exchange(words, control.failed / 4, 0);
      if (failed === 0) throw error;
      if (failed === lost) {
        this.lost = true;
        this.detach();
        this.#pool.restart();
      }
      throw new WorkerError(
        `a worker thread ${failed === lost ? "did not finish its part" : "failed"}: the call has no result`,
        { cause: error },
      );
    }
  }

  /** Where the main thread itself threw in a chunk, nobody takes the rest, but others may still be at theirs. */
  #quiesce(): void {
    const { words } = this;
    if (words[control.pending / 4] === 0 || words[control.failed / 4] === lost) return;
    const untaken = Atomics.exchange(words, control.job / 4, 0) & 0xffff;
    Atomics.sub(words, control.pending / 4, untaken + 1);
    const end = Date.now() + 2 * (words[control.patience / 4] as number);
    while (Atomics.load(words, control.pending / 4) > 0)
      if (Date.now() > end) return void Atomics.store(words, control.failed / 4, lost);
  }

  detach(): void {
    this.#pool.forget(this.id);
  }
}
