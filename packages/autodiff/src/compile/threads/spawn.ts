import { workerSource } from "./worker.ts";

/** What the pool needs of a worker. */
export interface Worker {
  postMessage(message: object): void;
  terminate(): unknown;
}

type WorkerClass = new (
  source: string,
  options?: object,
) => Worker & {
  /** Node's. */
  on?(event: string, listener: () => void): void;
  unref?(): void;
  /** A browser's. */
  onerror?: (event: { preventDefault(): void }) => void;
};

/** The parts of Node and of browsers that are used here: the numeric packages are typed without either. */
interface Surroundings {
  readonly process?: { getBuiltinModule?(name: string): { readonly Worker: WorkerClass } | undefined };
  readonly Worker?: WorkerClass;
  readonly Blob: new (parts: readonly string[], options: object) => object;
  readonly URL: { createObjectURL(blob: object): string };
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const surroundings = (): Surroundings => globalThis as unknown as Surroundings;

/** True where threads may share memory: in Node, and in pages that are cross-origin isolated. */
export function sharesMemory(): boolean {
  const { SharedArrayBuffer, crossOriginIsolated } = surroundings();
  return SharedArrayBuffer !== undefined && crossOriginIsolated !== false;
}

/** True where a thread may sleep: everywhere but in the main thread of a page. */
export function mayWait(words: Int32Array): boolean {
  try {
    // Another value than the expected one is there, so this does not wait.
    return Atomics.wait(words, 0, ~Atomics.load(words, 0)) === "not-equal";
  } catch {
    return false;
  }
}

/** Threads that the machine runs at once. */
export function hardwareThreads(): number {
  return surroundings().navigator?.hardwareConcurrency ?? 1;
}

let sourceAddress: string | undefined;

/**
 * Starts a worker that does not keep the process alive.
 * @param whenLost called when it ends by itself, or could not be started after all
 * @returns undefined where workers are forbidden
 */
export function spawn(whenLost: () => void): Worker | undefined {
  const { process, Worker, Blob, URL } = surroundings();
  try {
    const node = process?.getBuiltinModule?.("node:worker_threads");
    // Without the options of the parent: loaders and hooks have no business here.
    const worker = node
      ? new node.Worker(workerSource, { eval: true, execArgv: [], env: {} })
      : Worker &&
        new Worker(
          (sourceAddress ??= URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }))),
        );
    if (worker === undefined) return undefined;
    worker.on?.("error", whenLost);
    worker.on?.("exit", whenLost);
    worker.onerror = (event) => {
      event.preventDefault();
      whenLost();
    };
    worker.unref?.();
    return worker;
  } catch {
    return undefined;
  }
}
