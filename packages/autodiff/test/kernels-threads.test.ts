import { afterAll, describe, expect, it } from "vitest";
import {
  argmax,
  argsort,
  cast,
  compile,
  cumsum,
  norm,
  normal,
  randomKey,
  scatterAdd,
  ShapeError,
  solve,
  take,
  uniform,
  workerPool,
  type Tensor,
} from "../src/index.ts";
import { makeConstant } from "../src/tensor/tensor.ts";
import { pause } from "./threaded-program.ts";

const pools = [2, 3].map((threads) => workerPool(threads));
const turns = 10;

afterAll(() => {
  for (const pool of pools) pool.close();
});

/** Indices into an axis, in no order; the last one may be another. */
function indicesInto(extent: number, count: number, last?: number): Tensor {
  const all = Int32Array.from({ length: count }, (_, k) => (k * 7919) % extent);
  if (last !== undefined) all[count - 1] = last;
  return makeConstant([count], "i32", all);
}

const rows = uniform(randomKey(1), [400, 90], { low: -1 });

const programs: Record<string, (x: Tensor, key: Tensor, at: Tensor) => Tensor[]> = {
  "rows taken and added up": (x, _, at) => [take(x, at), scatterAdd(x, at, take(x, at).mul(2))],
  "rows in f32": (x, _, at) => [scatterAdd(cast(x, "f32"), at, take(cast(x, "f32"), at))],
  "lines in order": (x) => [
    argsort(x),
    cumsum(x, { axis: 1 }),
    cumsum(x, { axis: 0 }),
    argmax(x, { axis: 0 }),
  ],
  "random numbers": (_, key) => [uniform(key, [100_003]), normal(key, [50_001], "f32")],
  "systems and lengths": (x) => {
    const a = x.slice([0, 360]).reshape([400, 9, 9]);
    return [solve(a, a.slice([], [], [0, 2])), norm(x, { axis: 1 })];
  },
};

describe("kernels with several threads", () => {
  it.each(Object.entries(programs))("give the bits of one: %s", { timeout: 30_000 }, async (_, f) => {
    const args = [rows, randomKey(3), indicesInto(400, 3000)] as const;
    const expected = compile(f)(...args);
    const compiled = pools.map((threads) => compile(f, { threads }));
    for (let turn = 0; turn < turns; turn++) {
      for (const each of compiled)
        each(...args).forEach(({ data }, index) => {
          const wanted = (expected[index] as Tensor).data;
          expect(data.findIndex((value, at) => !Object.is(value, wanted[at]))).toBe(-1);
        });
      await pause();
    }
  });

  it("leave to the interpreter what any of them refuses", { timeout: 30_000 }, async () => {
    const f = (x: Tensor, at: Tensor): Tensor => take(x, at).sum();
    const [good, bad] = [indicesInto(400, 5000), indicesInto(400, 5000, 400)];
    const expected = compile(f)(rows, good).item();
    const compiled = pools.map((threads) => compile(f, { threads }));
    for (let turn = 0; turn < turns; turn++) {
      for (const each of compiled) {
        expect(() => each(rows, bad)).toThrow(ShapeError);
        expect(each(rows, good).item()).toBe(expected);
      }
      await pause();
    }
  });
});
