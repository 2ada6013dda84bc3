import { datasets, loadDataset } from "@steepest/datasets";
import { describe, expect, it } from "vitest";
import { readModel } from "../src/lib/lessons/fit-studio/model.ts";
import type { FitOutcome, Reply } from "../src/lib/lessons/fit-studio/protocol.ts";
import {
  bundledSuggestions,
  generalSuggestions,
  type Suggestion,
} from "../src/lib/lessons/fit-studio/suggestions.ts";
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

describe("shapes for any two columns", () => {
  const count = 60;
  const t = Float64Array.from({ length: count }, (_, i) => 3 + i / 5);
  const shapes: Record<string, (x: number) => number> = {
    "a straight line": (x) => 2 - 3 * x,
    "a parabola": (x) => 1 + x - 0.3 * x * x,
    "an exponential": (x) => 2 + 5 * Math.exp(-(x - 3) / 4),
    "a wave": (x) => 1 + 2 * Math.sin((2 * Math.PI * (x - 3)) / 6),
    "a bell": (x) => 1 + 4 * Math.exp(-(((x - 9) / 1.5) ** 2) / 2),
    "a rise that levels off": (x) => 1 + 6 / (1 + Math.exp(-(x - 9) / 1.2)),
  };

  it.each(Object.entries(shapes))(
    "%s is recovered from data of that shape, from the starts read off it",
    (title, f) => {
      const table: StudioTable = {
        title: "made",
        rows: count,
        columns: [
          { name: "t", symbol: "t", unit: "", description: "", values: t },
          // A ripple far below the shape keeps the residuals from being exactly zero.
          {
            name: "v",
            symbol: "v",
            unit: "",
            description: "",
            values: t.map((x, i) => f(x) + 1e-3 * Math.sin(37 * i)),
          },
        ],
      };
      const suggestion = generalSuggestions(table.columns[0]!, table.columns[1]!).find(
        (one) => one.title === title,
      )!;
      const { outcome } = fitSuggestion(table, suggestion);
      expect(outcome.status, outcome.message).toBe("converged");
      expect(outcome.residualStandardError).toBeLessThan(2e-3);
    },
  );

  it("of nothing are none", () => {
    const empty = { name: "t", symbol: "t", values: [NaN, NaN] };
    expect(generalSuggestions(empty, empty)).toEqual([]);
  });
});
