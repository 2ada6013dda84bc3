import { describe, expect, it } from "vitest";
import type { Benchmark } from "../src/benchmark.ts";
import { normalEquationsBenchmark } from "../src/benchmarks/normal-equations.ts";
import { benchmarks } from "../src/benchmarks/index.ts";
import { formatTable } from "../src/table.ts";
import { checkAgreement, measure, median } from "../src/timing.ts";

describe("benchmarks", () => {
  it("compare equal work: the derivatives on paper are the exact ones", () => {
    checkAgreement(normalEquationsBenchmark(1003));
  });

  it.each(Object.keys(benchmarks).filter((name) => name.startsWith("eager-")))(
    "%s does equal work",
    (name) => {
      const make = benchmarks[name] as () => Benchmark;
      expect(make().name).toBe(name);
      checkAgreement(make());
    },
  );

  it("refuse to time contenders that disagree", () => {
    const benchmark = normalEquationsBenchmark(10);
    const other = { label: "wrong", run: () => [1] };
    expect(() => {
      checkAgreement({ ...benchmark, others: [other] });
    }).toThrow('"wrong" gives 1');
  });

  it("give rows with every alternative, and a table with ratios", () => {
    const work = (): readonly number[] => [Array.from({ length: 1000 }, (_, k) => Math.sin(k)).length];
    const benchmark: Benchmark = {
      name: "work",
      title: "the same work twice",
      unit: "µs",
      ours: { label: "ours", run: work },
      others: [{ label: "theirs", run: work }],
      tolerance: 0,
    };
    const row = measure(benchmark, "a machine", { rounds: 3, warmups: 1 });
    expect(row).toMatchObject({ name: "work", unit: "µs", lowerIsBetter: true, machine: "a machine" });
    expect(row.ours).toBeGreaterThan(0);
    expect(row.others["theirs"]).toBeGreaterThan(0);
    expect(formatTable([row])).toMatch(/^benchmark.*\nwork .*theirs.*×$/);
  });

  it("take medians", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
