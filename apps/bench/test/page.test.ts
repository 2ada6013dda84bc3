import { describe, expect, it } from "vitest";
import type { Row } from "../src/benchmark.ts";
import { figure } from "../src/format.ts";
import { formatPage } from "../src/page.ts";
import { formatTable } from "../src/table.ts";

const base = { group: "matmul", lowerIsBetter: true, machine: "a machine" };
const rows: readonly Row[] = [
  {
    ...base,
    name: "small",
    title: "a small product",
    unit: "µs",
    ours: 4,
    others: { plain: 8, NumPy: 1 },
    notes: { jax: "is away" },
  },
  {
    ...base,
    name: "large",
    title: "a large product",
    unit: "ms",
    ours: 10,
    others: { plain: 12345.6 },
    notes: { jax: "is away", NumPy: "is tired" },
    goal: 5,
    operations: 2e8,
  },
  {
    ...base,
    group: "other",
    name: "reached",
    title: "other work",
    unit: "µs",
    ours: 2,
    others: {},
    notes: {},
    goal: 2,
  },
];
const about = {
  machine: "a machine",
  load: 0.25,
  date: "2026-11-24",
  commit: "abc1234",
  versions: { library: "1.2.3" },
  missing: { PyTorch: "not on this machine" },
  quick: false,
};

describe("the page", () => {
  it("is Markdown with what was measured where, ours beside every alternative and the goal", () => {
    expect(formatPage(rows, about).split("\n")).toEqual(
      expect.arrayContaining([
        "Commit abc1234, 2026-11-24, one thread, on a machine; load before it 0.3.",
        "- library 1.2.3",
        "- PyTorch: not on this machine",
        "## Matmul",
      ]),
    );
    const lines = formatPage(rows, about)
      .split("\n")
      .map((line) => line.replaceAll(/ +/g, " "));
    expect(lines).toEqual(
      expect.arrayContaining([
        "| work | goal | ours | plain | NumPy |",
        "| a small product (`small`) | | 4 µs | 8 µs · 2× | 1 µs · 0.25× |",
        "| a large product (`large`) | ≥ 40 GFLOP/s: not yet | 10 ms · 20 GFLOP/s | 12,300 ms · 0.0162 GFLOP/s · 1,230× | – |",
        "| other work (`reached`) | ≤ 2 µs: reached | 2 µs |",
        "- jax: is away",
        "- NumPy: is tired (large)",
      ]),
    );
  });

  it("has tables whose lines are equally long", () => {
    const tables = formatPage(rows, about)
      .trim()
      .split("\n\n")
      .filter((block) => block.startsWith("|"));
    expect(tables).toHaveLength(2);
    for (const table of tables) expect(new Set(table.split("\n").map((line) => line.length)).size).toBe(1);
  });

  it("says when it was measured in a hurry", () => {
    expect(formatPage(rows, { ...about, quick: true })).toContain("in a hurry (`--quick`)");
  });
});

describe("the terminal's table", () => {
  it("has rate and goal below ours, and an alternative on each line", () => {
    expect(
      formatTable(rows)
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["benchmark", "ours", "alternative", "takes", "× ours"],
      ["small", "4 µs", "plain", "8 µs", "2×"],
      ["", "NumPy", "1 µs", "0.25×"],
      ["large", "10 ms", "plain", "12,300 ms", "1,230×", "0.0162 GFLOP/s"],
      ["", "20 GFLOP/s"],
      ["", "≥ 40 GFLOP/s"],
      ["reached", "2 µs"],
      ["", "≤ 2 µs"],
    ]);
  });

  it("writes figures of three digits, without exponents", () => {
    expect([0.00123456, 1.23456, 123456].map(figure)).toEqual(["0.00123", "1.23", "123,000"]);
  });
});
