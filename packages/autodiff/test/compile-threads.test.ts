import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  compile,
  compileStep,
  conv2d,
  grad,
  linspace,
  matmul,
  maxPool,
  mean,
  scan,
  softmax,
  sum,
  tensor,
  treeLeaves,
  workerPool,
  zeros,
  type DType,
  type Tensor,
  type ThreadPool,
} from "../src/index.ts";
import type { ThreadedProgram } from "../src/compile/threads/threads.ts";
import { tensorPrograms, type Mode } from "./tensor-programs.ts";
import { pause } from "./threaded-program.ts";

/** A pool that tells what it is given to know, and that may take all work for long enough to be shared. */
class WatchedPool implements ThreadPool {
  readonly threads: number;
  readonly attached: ThreadedProgram[] = [];
  readonly cost: ThreadPool["cost"];
  readonly dispatcher: ThreadPool["dispatcher"];
  readonly #pool: ThreadPool;

  constructor(threads: number, sharesAll = false) {
    this.#pool = workerPool(threads);
    this.threads = this.#pool.threads;
    this.cost = (work) => (sharesAll ? 1e9 : this.#pool.cost(work));
    this.dispatcher = (...given) => this.#pool.dispatcher(...given);
  }

  attach(program: ThreadedProgram): ReturnType<ThreadPool["attach"]> {
    this.attached.push(program);
    return this.#pool.attach(program);
  }

  close(): void {
    this.#pool.close();
  }
}

const pools = [1, 2, 3, 4].map((threads) => new WatchedPool(threads));

afterAll(() => {
  for (const pool of pools) pool.close();
});

const waves = (shape: readonly number[], dtype: DType, seed = 1): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return linspace(seed, 40 * seed, size, dtype)
    .sin()
    .reshape(shape);
};

/** Every element of one is the same number as in the other, NaN included. */
function expectSame(actual: unknown, expected: unknown): void {
  const [results, others] = [treeLeaves(actual), treeLeaves(expected)];
  expect(results.length).toBe(others.length);
  results.forEach(({ data }, index) => {
    const other = (others[index] as Tensor).data;
    expect(data.length).toBe(other.length);
    expect(data.findIndex((value, i) => !Object.is(value, other[i]))).toBe(-1);
  });
}

type F = (...args: Tensor[]) => unknown;

const programs: Record<string, [F, (dtype: DType) => Tensor[]]> = {
  "elementwise work and totals": [
    (x) => [x.exp().mul(x.sin()).sum(), x.square().max(), x.cos()],
    (dtype) => [waves([300_001], dtype)],
  ],
  "sums along rows and columns": [
    (x) => [sum(x.exp(), { axis: 1 }), mean(x.exp(), { axis: 0 }), softmax(x)],
    (dtype) => [waves([700, 301], dtype)],
  ],
  "products of matrices": [
    (a, b) => [matmul(a, b), matmul(b.transpose(), a.transpose())],
    (dtype) => [waves([150, 130], dtype), waves([130, 170], dtype, 2)],
  ],
  convolutions: [
    (x, w) =>
      grad(([i, k]: Tensor[]) =>
        maxPool(conv2d(i as Tensor, k as Tensor), 2)
          .square()
          .sum(),
      )([x, w]),
    (dtype) => [waves([16, 2, 20, 20], dtype), waves([6, 2, 3, 3], dtype, 3)],
  ],
  "a loop of large steps": [
    (x) => scan<Tensor, Tensor, Tensor>((c, e) => [c.mul(0.5).add(e).sin(), c.sum()], x.slice(0), x),
    (dtype) => [waves([5, 60_000], dtype)],
  ],
};

const turns = 12;

describe.each(["f64", "f32"] satisfies DType[])("compiled for several threads, in %s,", (dtype) => {
  it.each(Object.entries(programs))("%s: the same bits", { timeout: 30_000 }, async (_, [f, make]) => {
    const args = make(dtype);
    const expected = compile(f)(...args);
    const compiled = pools.map((pool) => compile(f, { threads: pool }));
    // Workers join in as soon as they are ready, which takes turns of the event loop.
    for (let turn = 0; turn < turns; turn++) {
      for (const each of compiled) expectSame(each(...args), expected);
      await pause();
    }
  });
});

describe("random programs compiled for several threads", () => {
  it.each(["f64", "f32", "mixed"] satisfies Mode[])(
    "give the same bits in %s, however little each thread does",
    async (mode) => {
      const pool = new WatchedPool(3, true);
      const shape = fc.constantFrom([5, 17, 130], [12_345], [4099, 3], [33, 40]);
      await fc.assert(
        fc.asyncProperty(
          shape.chain((first) => tensorPrograms({ mode, reverse: true, shape: first })),
          async (program) => {
            const inputs = program.inputs();
            const run = (given: Tensor[]): Tensor[] => program.run(given);
            const slope = grad((given: Tensor[]) => program.summary(given));
            for (const f of [run, slope]) {
              const expected = compile(f)(inputs);
              const shared = compile(f, { threads: pool });
              for (let turn = 0; turn < 4; turn++) {
                expectSame(shared(inputs), expected);
                await pause();
              }
            }
          },
        ),
        { numRuns: 15 },
      );
      expect(pool.attached.length).toBeGreaterThan(15);
      pool.close();
    },
    60_000,
  );
});

describe("compiled for several threads", () => {
  it("are programs that workers know, unless they are small or there is one thread", () => {
    const before = pools.map(({ attached }) => attached.length);
    expect(before[0]).toBe(0);
    for (const count of before.slice(1))
      expect(count).toBeGreaterThanOrEqual(2 * Object.keys(programs).length - 1);
    for (const pool of pools) compile((x: Tensor) => x.exp().sum(), { threads: pool })(waves([50], "f64"));
    expect(pools.map(({ attached }) => attached.length)).toEqual(before);
  });

  it("a state is the same after many steps", { timeout: 30_000 }, async () => {
    const make = (threads?: ThreadPool): ((x: Tensor) => Tensor) & { readonly state: unknown } =>
      compileStep<Tensor, [Tensor], Tensor>(
        (state, x) => {
          const next = state.mul(0.9).add(x.mul(0.1)).sin();
          return [next, next.sum()];
        },
        zeros([100_000]),
        threads && { threads },
      );
    const [alone, together] = [make(), make(pools[2])];
    for (let turn = 0; turn < turns; turn++) {
      const x = waves([100_000], "f64", turn + 1);
      expect(together(x).item()).toBe(alone(x).item());
      await pause();
    }
    expectSame(together.state, alone.state);
  });

  it("errors of the interpreter come through, and the next call works", () => {
    const f = compile((x: Tensor, i: Tensor) => [x.exp().sum(), tensor([1, 2]).mul(x.slice(0)).sum(), i], {
      threads: pools[1] as ThreadPool,
    });
    const x = waves([100_000], "f64");
    const [first] = f(x, tensor(1));
    const [again] = f(x, tensor(2));
    expect(again?.item()).toBe(first?.item());
  });
});
