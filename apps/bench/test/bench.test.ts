import { describe, expect, it } from "vitest";
import { contender, type Benchmark } from "../src/benchmark.ts";
import { benchmarks } from "../src/benchmarks/index.ts";
import { formatTable } from "../src/table.ts";
import { checkAgreement, measure, median } from "../src/timing.ts";

const row = { group: "test", machine: "a machine" };
const once = { rounds: [1, 3], budget: 1, turn: 0.1, warmUp: 0 } as const;

function benchmark(others: Benchmark["others"]): Benchmark {
  return {
    name: "work",
    title: "the same work twice",
    unit: "µs",
    ours: contender({ label: "ours", run: () => [2, 3] }),
    others,
    tolerance: 1e-3,
  };
}

describe("measuring", () => {
  it.each(Object.keys(benchmarks).filter((name) => name.startsWith("eager-")))(
    "%s does equal work",
    async (name) => {
      const made = await benchmarks[name]?.make();
      expect(made).toBeDefined();
      await checkAgreement(made as Benchmark);
    },
  );

  it.each([
    [[1, 3], 'work: "wrong" gives 1 where ours gives 2 (result 0), so it does other work'],
    [[2, NaN], '"wrong" gives NaN where ours gives 3 (result 1)'],
    [[2], '"wrong" gives 1 results where ours gives 2'],
  ])("refuses contenders that disagree: %j", async (result, message) => {
    const wrong = contender({ label: "wrong", run: () => result });
    await expect(measure(benchmark([wrong]), row, once)).rejects.toThrow(message);
  });

  it("lets a contender differ by as much as it says", async () => {
    const run = (): number[] => [2.02, 3];
    await expect(checkAgreement(benchmark([contender({ label: "loose", run })]))).rejects.toThrow("loose");
    await checkAgreement(benchmark([contender({ label: "loose", run, tolerance: 0.01 })]));
  });

  it("gives rows with every alternative, and a table with ratios", async () => {
    const slow = {
      label: "elsewhere",
      result: async () => [2, 3],
      turn: async (repeats: number) => repeats * 0.5,
    };
    const doings: string[] = [];
    const theirs = contender({ label: "theirs", run: () => [2, 3] });
    const measured = await measure(benchmark([theirs, slow]), row, once, (doing) => doings.push(doing));
    expect(measured).toMatchObject({ name: "work", unit: "µs", lowerIsBetter: true, ...row, notes: {} });
    expect(measured.ours).toBeGreaterThan(0);
    expect(measured.others["theirs"]).toBeGreaterThan(0);
    // What it says is what counts: half a millisecond each.
    expect(measured.others["elsewhere"]).toBe(500);
    expect(formatTable([measured])).toMatch(/^benchmark.*\nwork .*theirs.*×\n +elsewhere +500 µs/);
    expect(doings).toContain("comparing results");
    expect(doings.at(-1)).toMatch(/^round (\d) of \1$/);
  });

  it("starts every turn, and every result, at the beginning", async () => {
    let state = 0;
    const counting = contender({
      label: "counting",
      start: () => (state = 0),
      run: () => ++state,
      numbers: (value) => [value],
      compared: 3,
    });
    await counting.turn(5);
    expect(state).toBe(5);
    expect(await counting.result()).toEqual([1, 2, 3]);
    await counting.turn(2);
    expect(state).toBe(2);
  });

  it("takes medians", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
