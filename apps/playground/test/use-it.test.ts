import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { FitJob } from "../src/lib/lessons/fit-studio/protocol.ts";
import { codeFor, commandArguments, commandFor } from "../src/lib/lessons/fit-studio/use-it.ts";
import type { View } from "../src/lib/lessons/fit-studio/view.ts";

const view: View = {
  data: { kind: "bundled", name: "global-temperature" },
  x: "year",
  y: "temperature",
  model: "a + b*(year - 1950) + c*(year - 1950)^2",
  parameters: { a: { start: 0 }, b: { start: 0.01, min: 0 }, c: { start: 0, fixed: true } },
  bands: [],
  fitted: true,
};
const job: FitJob = {
  model: view.model,
  columns: { year: new Float64Array(), temperature: new Float64Array() },
  response: "temperature",
  parameters: { a: { value: 0 }, b: { value: 0.01, min: 0 }, c: { value: 0, fixed: true } },
  grid: {},
  level: 0.95,
};
const bindings = ["year", "temperature"].map((name) => ({ symbol: name, column: name }));

describe("the lines of code", () => {
  it("run as they are shown", { timeout: 30_000 }, () => {
    const code = codeFor(view, job, bindings);
    const printed = execFileSync(
      "node",
      ["--conditions=@steepest/source", "--input-type=module", "--eval", code],
      {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        encoding: "utf8",
      },
    );
    expect(printed).toContain("converged");
    expect(printed).toMatch(/b\s+0\.0\d+/);
    expect(printed).toContain("fixed");
  });

  it("quote names that are not plain", () => {
    const odd = codeFor(view, job, [{ symbol: "Body_mass", column: 'Body "mass"' }]);
    expect(odd).toContain(String.raw`Body_mass: columns["Body \"mass\""]`);
  });
});

describe("the command", () => {
  it("gives starts, bounds and fixed parameters", () => {
    expect(commandArguments(view, job).slice(4)).toEqual([
      "--y",
      "temperature",
      "--start",
      "a=0,b=0.01",
      "--bounds",
      "b=0:",
      "--fix",
      "c=0",
    ]);
  });

  it("is one line that a shell takes apart as it was put together", () => {
    const line = commandFor({ ...view, data: { kind: "bundled", name: "it's" } }, job);
    const words = execFileSync("sh", ["-c", `for word in ${line}; do printf '%s\\n' "$word"; done`], {
      encoding: "utf8",
    });
    expect(words.trimEnd().split("\n").slice(2)).toEqual(
      commandArguments({ ...view, data: { kind: "bundled", name: "it's" } }, job),
    );
  });
});
