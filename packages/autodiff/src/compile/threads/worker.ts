import { control, threw } from "./control.ts";

/*
 * A worker is woken by the word `signal` of its pool and sleeps on it otherwise; blocked like that, it uses no time and
 * hears no messages. So the pool counts the messages it posts in a word for each worker, and a worker goes back to its
 * event loop while it has not received them all. It reads the signal first: what happens after that ends its sleep.
 */

/**
 * Words of a pool, in a memory of its own: what wakes workers, the number of the program they are to work for, one bit
 * for each worker that ever came to work; behind them come the counts of posted messages, one for each thread.
 */
export const poolWords = { signal: 0, current: 1, worked: 2, posted: 3 } as const;

/** Looks at the job word (about 1 ns each) until a worker goes to sleep: a tenth of a millisecond. */
const spins = 100_000;

/** What a worker is told. */
export interface Message {
  /** The pool's words. */
  readonly pool: Int32Array;
  readonly thread: number;
  /** The program's number; without a module, the program is to be forgotten. */
  readonly id: number;
  readonly module?: object;
  readonly memory?: object;
  /** The control block of the program. */
  readonly words?: Int32Array;
  /** Address of the thread's working space. */
  readonly scratch?: number;
}

/**
 * The worker, as text: a function turned to text would be at the mercy of the tools that bundle it. A work that throws
 * leaves a mark, and counts as finished: the main thread throws on finding it.
 */
export const workerSource: string = `
const port = globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort ?? self;
const programs = new Map();
let received = 0;
port.onmessage = ({ data: { pool, thread, id, module, memory, words, scratch } }) => {
  received++;
  Atomics.or(pool, ${poolWords.worked}, 1 << thread);
  if (module) try {
    const imports = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module))
      (imports[from] ??= {})[name] = kind == "memory" ? memory : () => { throw Error(name); };
    const { worker } = new WebAssembly.Instance(module, imports).exports;
    programs.set(id, () => {
      do {
        Atomics.or(words, ${control.hot / 4}, 1 << thread);
        try {
          worker(scratch, ${spins});
        } catch {
          Atomics.store(words, ${control.failed / 4}, ${threw});
          Atomics.sub(words, ${control.pending / 4}, 1);
          Atomics.notify(words, ${control.pending / 4});
        }
        Atomics.and(words, ${control.hot / 4}, ~(1 << thread));
      } while (Atomics.load(words, ${control.job / 4}) & 65535);
    });
    Atomics.or(words, ${control.ready / 4}, 1 << thread);
  } catch {}
  else programs.delete(id);
  for (;;) {
    const signal = Atomics.load(pool, ${poolWords.signal});
    if (Atomics.load(pool, ${poolWords.posted} + thread) != received) break;
    programs.get(Atomics.load(pool, ${poolWords.current}))?.();
    Atomics.wait(pool, ${poolWords.signal}, signal);
  }
};`;
