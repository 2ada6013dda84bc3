import fc from "fast-check";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { control } from "../src/compile/threads/control.ts";
import { unitsPerChunk } from "../src/compile/threads/dispatch.ts";
import { workerPool } from "../src/compile/threads/pool.ts";
import { sharesMemory } from "../src/compile/threads/spawn.ts";
import type { ThreadPool } from "../src/compile/threads/threads.ts";
import { WorkerError } from "../src/errors.ts";
import { compile, type Tensor } from "../src/index.ts";
import { allReady, expected, pause, threadedProgram, type ThreadedTestProgram } from "./threaded-program.ts";

const timeout = 60_000;
const pools = [1, 2, 3, 4].map((threads) => workerPool(threads));
const [, two, , four] = pools as [ThreadPool, ThreadPool, ThreadPool, ThreadPool];

afterAll(() => {
  for (const pool of pools) pool.close();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function readyProgram(pool: ThreadPool, units: number, rounds: number): Promise<ThreadedTestProgram> {
  const program = threadedProgram(pool, units, rounds);
  await allReady(program, pool);
  return program;
}

function expectRight(program: ThreadedTestProgram, rounds: number): void {
  program.run();
  expect([...program.z]).toEqual(expected(program.x, rounds));
}

/** A run in which a worker is known to take part: the main thread waits for one. */
function expectRightTogether(program: ThreadedTestProgram, rounds: number): void {
  program.behave("meet");
  expectRight(program, rounds);
  program.behave("work");
}

/** Puts another class in the place of the workers of Node or of the browser. */
function stubWorkers(replace: (original: new (...args: unknown[]) => object) => object): void {
  const { process, Worker } = globalThis as unknown as {
    process?: { getBuiltinModule?: (name: string) => { Worker: new (...args: unknown[]) => object } };
    Worker: new (...args: unknown[]) => object;
  };
  const node = process?.getBuiltinModule?.("node:worker_threads");
  if (node) vi.stubGlobal("process", { getBuiltinModule: () => ({ Worker: replace(node.Worker) }) });
  else vi.stubGlobal("Worker", replace(Worker));
}

describe("a pool of workers", { timeout }, () => {
  it("has the threads asked for, in every environment of these tests", () => {
    expect(sharesMemory()).toBe(true);
    expect(pools.map(({ threads }) => threads)).toEqual([1, 2, 3, 4]);
    for (const count of [0, -1, 2.5, NaN])
      expect(() => workerPool(count)).toThrow(`expected a whole number of threads, 1 or more: ${count}`);
    expect(() => compile((x: Tensor) => x, { threads: 4 as never })).toThrow("threads: expected a pool");
    expect(workerPool().threads).toBeGreaterThanOrEqual(1);
  });

  it("gives the bits of one thread, with any number of threads", async () => {
    for (const pool of pools.slice(1)) expectRightTogether(await readyProgram(pool, 64, 50), 50);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (units, rounds) => {
        for (const pool of pools) {
          const program = threadedProgram(pool, units, rounds);
          expectRight(program, rounds);
          expectRight(program, rounds);
          program.session?.detach();
        }
      }),
      { numRuns: 20 },
    );
  });

  it("does ten thousand jobs in a row, each on the results of the one before", async () => {
    const program = await readyProgram(two, 24, 2);
    const x = [...program.x];
    for (let turn = 0; turn < 5000; turn++) {
      program.run();
      program.x.set(program.z.map((z) => z * z));
    }
    for (let turn = 0; turn < 5000; turn++) expected(x, 2).forEach((z, i) => (x[i] = z * z));
    expect([...program.x]).toEqual(x);
  });

  it("works for two programs in turns, and for one inside the other", async () => {
    const a = await readyProgram(four, 40, 3);
    const b = await readyProgram(four, 60, 5);
    for (let turn = 0; turn < 200; turn++) {
      expectRight(a, 3);
      expectRight(b, 5);
    }
    a.behave("meet");
    a.session?.run(() => {
      a.main();
      expectRightTogether(b, 5);
      a.main();
    });
    expect([...a.z]).toEqual(expected(a.x, 3));
  });

  it("serves many programs one after the other", async () => {
    for (let count = 0; count < 200; count++) {
      const program = threadedProgram(two, 32, 2);
      expectRight(program, 2);
      program.session?.detach();
      expectRight(program, 2);
      await pause();
    }
    expectRightTogether(await readyProgram(two, 32, 2), 2);
  });
});

describe("when a worker fails", { timeout }, () => {
  it("a work that throws in a worker fails the call, and the next call works", async () => {
    const program = await readyProgram(four, 64, 5);
    program.behave("workerThrows");
    expect(() => program.run()).toThrow(WorkerError);
    expect(program.session?.lost).toBe(false);
    expectRightTogether(program, 5);
  });

  it("a work that throws in the main thread throws that, after the others are done", async () => {
    const program = await readyProgram(four, 64, 5);
    program.behave("mainThrows");
    expect(() => program.run()).toThrow("unreachable");
    expect(program.words[control.pending / 4]).toBe(0);
    expectRightTogether(program, 5);
  });

  it("an error from elsewhere in the program is thrown as it is", async () => {
    const program = await readyProgram(two, 8, 1);
    const error = new Error("of an interpreted operation");
    const run = (): void =>
      program.session?.run(() => {
        throw error;
      });
    expect(run).toThrow(error);
    expectRightTogether(program, 1);
  });

  it("a worker that does not come back fails the call, and others take its place", async () => {
    const pool = workerPool(3);
    const bystander = await readyProgram(pool, 16, 2);
    const program = await readyProgram(pool, 64, 5);
    program.words[control.patience / 4] = 20;
    program.behave("workerHangs");
    expect(() => program.run()).toThrow("did not finish its part");
    expect(program.session?.lost).toBe(true);
    program.behave("work");
    await allReady(bystander, pool);
    expectRightTogether(bystander, 2);
    expectRightTogether(await readyProgram(pool, 64, 5), 5);
    pool.close();
  });

  it("a worker that ended is not waited for", async () => {
    const started: { terminate(): unknown; on?: unknown }[] = [];
    stubWorkers(
      (Original) =>
        class extends Original {
          constructor(...args: unknown[]) {
            super(...args);
            started.push(this as unknown as (typeof started)[number]);
          }
        },
    );
    const pool = workerPool(3);
    const program = await readyProgram(pool, 64, 5);
    expect(started.length).toBe(2);
    for (const worker of [...started]) await worker.terminate();
    expectRight(program, 5);
    // Only Node tells that a worker ended.
    if (started[0]?.on) {
      await vi.waitUntil(() => started.length === 4);
      await allReady(program, pool);
      expectRightTogether(program, 5);
    }
    pool.close();
    expectRight(program, 5);
  });
});

describe("without workers", () => {
  it.each([
    ["SharedArrayBuffer", undefined],
    ["crossOriginIsolated", false],
  ])("a pool has one thread: %s is %s", (name, value) => {
    vi.stubGlobal(name, value);
    const pool = workerPool(4);
    expect(pool.threads).toBe(1);
    expectRight(threadedProgram(pool, 20, 3), 3);
  });

  it("a program for several threads runs in the main thread", () => {
    stubWorkers(() =>
      vi.fn(function () {
        throw new Error("forbidden");
      }),
    );
    const program = threadedProgram(workerPool(4), 20, 3);
    expectRight(program, 3);
    expect(program.words[control.ready / 4]).toBe(0);
  });

  it("so does one whose pool was closed", async () => {
    const pool = workerPool(2);
    const program = await readyProgram(pool, 20, 3);
    pool.close();
    expectRight(program, 3);
    expect(program.words[control.ready / 4]).toBe(0);
  });
});

describe("the size of a chunk", () => {
  it("is all where splitting does not pay", () => {
    expect(unitsPerChunk(1000, 19_000, 4)).toBe(1000);
    expect(unitsPerChunk(1000, 1e9, 1)).toBe(1000);
  });

  it("gives each thread several chunks, none too cheap", () => {
    expect(unitsPerChunk(1000, 1e9, 2)).toBe(125);
    expect(unitsPerChunk(1000, 20_000, 8)).toBe(250);
    expect(unitsPerChunk(3, 1e9, 8)).toBe(1);
  });
});
