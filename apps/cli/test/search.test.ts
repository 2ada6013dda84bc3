import { fit } from "@steepest/fit";
import { describe, expect, it } from "vitest";
import { searchStarts } from "../src/fit/search.ts";
import type { ParameterSetting } from "../src/fit/settings.ts";

const t = Float64Array.from({ length: 30 }, (_, i) => i * 100);
const y = t.map((time, i) => 50 * Math.exp(-time / 600) + 3 + 0.01 * Math.sin(9 * i));
const data = { predictors: { t }, response: y, rows: 30, dropped: 0 };
const model = "log(-a) * exp(-k*t) + c";
const attempt = (
  parameters: Record<string, ParameterSetting>,
  maxIterations?: number,
): ReturnType<typeof fit> =>
  fit(model, { t, y }, { parameters, ...(maxIterations !== undefined && { maxIterations }) });

describe("searchStarts", () => {
  const parameters = { a: { value: 1 }, k: { value: 0.25, min: 0, max: 0.5 }, c: { value: 1 } };
  const search = (names: string[], timeAllowed: number): Record<string, number> | undefined =>
    searchStarts(
      names,
      parameters,
      data,
      (trial, maxIterations) => {
        const result = attempt(trial, maxIterations);
        return {
          converged: result.status === "converged",
          residualSumOfSquares: result.residualSumOfSquares,
        };
      },
      timeAllowed,
    );

  it("finds starts from which a fit converges that does not from the defaults, within the bounds", () => {
    // log(−1) is not a number.
    expect(attempt(parameters).status).toBe("failed");
    const starts = search(["a", "k", "c"], 60);
    expect(Object.keys(starts ?? {})).toEqual(["a", "k", "c"]);
    const { a = NaN, k = NaN, c = NaN } = starts ?? {};
    expect(k).toBeGreaterThanOrEqual(0);
    expect(k).toBeLessThanOrEqual(0.5);
    const result = attempt({ a: { value: a }, k: { value: k, min: 0, max: 0.5 }, c: { value: c } });
    expect(result.status).toBe("converged");
    expect(search(["a", "k", "c"], 60)).toEqual(starts);
  });

  it("finds nothing where there is nothing to choose, no time, or no way", () => {
    expect(search([], 60)).toBeUndefined();
    expect(search(["a"], 0)).toBeUndefined();
    const never = searchStarts(
      ["a"],
      parameters,
      data,
      () => ({ converged: false, residualSumOfSquares: 0 }),
      60,
    );
    expect(never).toBeUndefined();
  });
});
