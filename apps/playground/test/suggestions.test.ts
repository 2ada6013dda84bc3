import { datasets, loadDataset } from "@steepest/datasets";
import { describe, expect, it } from "vitest";
import { generalSuggestions } from "../src/lib/lessons/fit-studio/general-suggestions.ts";
import { readModel } from "../src/lib/lessons/fit-studio/model.ts";
import type { FitOutcome, Reply } from "../src/lib/lessons/fit-studio/protocol.ts";
import { bundledSuggestions, type Suggestion } from "../src/lib/lessons/fit-studio/suggestions.ts";
import { completeRows, studioTable, type StudioTable } from "../src/lib/lessons/fit-studio/table.ts";
import { work } from "../src/lib/lessons/fit-studio/work.ts";

/** Fits a suggestion exactly as the studio's worker does. */
function fitSuggestion(table: StudioTable, suggestion: Suggestion): { outcome: FitOutcome; steps: number } {
  const y = table.columns.find(({ name }) => name === suggestion.y)!;
  const { model } = readModel(
    suggestion.model,
    table.columns.map(({ symbol }) => symbol),
    y.symbol,
  );
  const needed = table.columns.filter((column) => column === y || model!.predictors.includes(column.symbol));
  const replies: Reply[] = [];
  work(
    {
      kind: "fit",
      job: {
        model: suggestion.model,
        columns: completeRows(needed).columns,
        response: y.symbol,
        parameters: Object.fromEntries(
          Object.entries(suggestion.parameters).map(([name, { start }]) => [name, { value: start }]),
        ),
        grid: completeRows(needed).columns,
        level: 0.95,
      },
    },
    (reply) => replies.push(structuredClone(reply)),
  );
  const last = replies.at(-1)!;
  if (last.kind !== "fitted") throw new Error(JSON.stringify(last));
  return { outcome: last.outcome, steps: replies.length - 1 };
}

describe.each(datasets)("$name", (meta) => {
  it.each(bundledSuggestions(meta))("$title: $model arrives from its starts", async (suggestion) => {
    const set = await loadDataset(meta.name);
    const { outcome, steps } = fitSuggestion(studioTable(set, meta.title), suggestion);
    expect(outcome.status, outcome.message).toBe("converged");
    // The start is told too.
    expect(steps).toBe(outcome.iterations + 1);
    for (const { standardError } of outcome.parameters) expect(standardError).toBeGreaterThan(0);
    expect(outcome.rSquared).toBeGreaterThan(0.05);
    expect(outcome.report).toContain(
      suggestion.parameters === undefined ? "" : Object.keys(suggestion.parameters)[0]!,
    );
  });
});

type Shape = (x: number) => number;

/** Two columns with a ripple far below the shape, which keeps the residuals from being exactly zero. */
function tableOf(f: Shape, names: readonly [string, string] = ["t", "v"], from = 3, count = 60): StudioTable {
  const t = Float64Array.from({ length: count }, (_, i) => from + (12 * i) / (count - 1));
  const v = t.map((x, i) => f(x) + 1e-3 * Math.sin(37 * i));
  const [x, y] = names.map((name, i) => ({
    name,
    symbol: name,
    unit: "",
    description: "",
    values: i === 0 ? t : v,
  }));
  return { title: "made", rows: count, columns: [x!, y!] };
}

function suggestionsFor(table: StudioTable): readonly Suggestion[] {
  const symbols = table.columns.map(({ symbol }) => symbol);
  return generalSuggestions(table.columns[0]!, table.columns[1]!, symbols);
}

describe("shapes for any two columns", () => {
  const shapes: [title: string, f: Shape][] = [
    ["a straight line", (x) => 2 - 3 * x],
    ["a parabola", (x) => 1 + x - 0.3 * x * x],
    ["an exponential", (x) => 2 + 5 * Math.exp(-(x - 3) / 4)],
    ["an exponential", (x) => 2 - 5 * Math.exp(-(x - 3) / 4)],
    ["an exponential", (x) => 2 + 5 * Math.exp((x - 3) / 4)],
    ["an exponential", (x) => 2 - 0.01 * Math.exp(x / 2)],
    ["a wave", (x) => 1 + 2 * Math.sin((2 * Math.PI * (x - 3)) / 6)],
    ["a bell", (x) => 1 + 4 * Math.exp(-(((x - 9) / 1.5) ** 2) / 2)],
    ["a dip", (x) => 1 - 4 * Math.exp(-(((x - 8) / 2) ** 2) / 2)],
    ["a rise that levels off", (x) => 1 + 6 / (1 + Math.exp(-(x - 9) / 1.2))],
    ["a fall that levels off", (x) => 1 - 6 / (1 + Math.exp(-(x - 9) / 1.2))],
  ];

  it.each(shapes)("%s is recovered from data of that shape: %s", (title, f) => {
    for (const [from, count] of [
      [3, 60],
      [3, 11],
    ] as const) {
      const table = tableOf(f, ["t", "v"], from, count);
      const suggestion = suggestionsFor(table).find((one) => one.title === title)!;
      const { outcome } = fitSuggestion(table, suggestion);
      expect(outcome.status, outcome.message).toBe("converged");
      expect(outcome.residualStandardError).toBeLessThan(2e-3);
    }
  });

  it.each(shapes)("what is suggested arrives, and not at absurd values: %s, %s", (_, f) => {
    for (const from of [3, -10, 1990]) {
      const table = tableOf((x) => f(x - from + 3), ["t", "v"], from);
      for (const suggestion of suggestionsFor(table)) {
        const { outcome } = fitSuggestion(table, suggestion);
        expect(outcome.status, `${suggestion.model}: ${outcome.message}`).toBe("converged");
        expect(outcome.iterations, suggestion.model).toBeLessThan(200);
        for (const { value } of outcome.parameters) expect(Math.abs(value)).toBeLessThan(1e7);
      }
    }
  });

  it("offer a bell only where there is one", () => {
    const titles = (f: Shape): string[] => suggestionsFor(tableOf(f)).map(({ title }) => title);
    expect(titles((x) => Math.exp(x / 3))).not.toContain("a bell");
    expect(titles((x) => 2 * x)).toEqual(["a straight line", "a parabola", "a wave"]);
    expect(titles(() => 5)).not.toContain("a dip");
  });

  it("write the origin of x as a person does", () => {
    const decay = (from: number): string =>
      suggestionsFor(tableOf((x) => Math.exp((from - x) / 4), ["x", "y"], from))[2]!.model;
    expect([decay(0), decay(-5), decay(20)]).toEqual([
      "a + b*exp(-x/s)",
      "a + b*exp(-(x + 5)/s)",
      "a + b*exp(-(x - 20)/s)",
    ]);
  });

  it("take no column's name for a parameter", () => {
    for (const [, f] of shapes) {
      const made = tableOf(f, ["a", "b"]);
      const others = ["s", "c", "m", "p", "T", "d"].map((name) => ({
        ...made.columns[0]!,
        name,
        symbol: name,
      }));
      const table = { ...made, columns: [...made.columns, ...others] };
      const symbols = table.columns.map(({ symbol }) => symbol);
      for (const suggestion of suggestionsFor(table)) {
        const { model, problem } = readModel(suggestion.model, symbols, "b");
        expect(problem).toBeUndefined();
        expect(model!.predictors).toEqual(["a"]);
        expect([...model!.parameters].sort()).toEqual(Object.keys(suggestion.parameters).sort());
      }
    }
    expect(suggestionsFor(tableOf((x) => x, ["a", "b"]))[0]!.model).toBe("c + d*a");
  });

  it("are still there when every letter is a column", () => {
    const made = tableOf((x) => x * x, ["a", "b"]);
    const letters = [..."cdfghijklmnopqrstuvwxyzT"].map((name) => ({
      ...made.columns[0]!,
      name,
      symbol: name,
    }));
    const table = { ...made, columns: [...made.columns, ...letters] };
    expect(suggestionsFor(table)[0]!.model).toBe("a1 + b1*a");
  });

  it("of nothing are none, and of one point those that need no shape", () => {
    const empty = { name: "t", symbol: "t", values: [NaN, NaN] };
    expect(generalSuggestions(empty, empty, ["t"])).toEqual([]);
    const single = { name: "t", symbol: "t", values: [1] };
    expect(generalSuggestions(single, single, ["t"]).map(({ title }) => title)).toContain("a straight line");
  });
});
