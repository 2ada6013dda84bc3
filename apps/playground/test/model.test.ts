import { describe, expect, it } from "vitest";
import { evaluateModel, readModel } from "../src/lib/lessons/fit-studio/model.ts";

describe("a model in the studio", () => {
  it("takes names of columns as predictors and all others as parameters", () => {
    const { model } = readModel("a + b*exp(-t/tau0) + pi*z", ["t", "z", "y"], "y");
    expect(model?.predictors).toEqual(["t", "z"]);
    expect(model?.parameters).toEqual(["a", "b", "tau0"]);
  });

  it("points at the place that cannot be read", () => {
    const { problem } = readModel("a + b*t +* c", ["t"], "y");
    const [line, caret] = problem!.excerpt!.split("\n");
    expect(line).toBe("a + b*t +* c");
    expect(caret!.indexOf("^")).toBe(9);
    expect(problem!.message).toContain("position 9");
  });

  it("does not describe a column by itself", () => {
    expect(readModel("a*y", ["t", "y"], "y").problem?.message).toContain("cannot contain it");
  });

  it("needs something to fit", () => {
    expect(readModel("2*t", ["t"], "y").problem?.message).toContain("nothing is left to fit");
  });

  it("asks for a formula where there is none", () => {
    expect(readModel("  ", ["t"], "y").problem?.message).toContain("write a formula");
  });

  it("has a value for every row, also when it is constant or cannot be evaluated", () => {
    const t = Float64Array.of(1, 2, 3);
    const values = (text: string): number[] => [
      ...evaluateModel(readModel(text, ["t"], "y").model, { t }, { a: 2 }, 3),
    ];
    expect(values("a*t^2")).toEqual([2, 8, 18]);
    expect(values("a")).toEqual([2, 2, 2]);
    expect(values("a*log(t - 2)")).toEqual([NaN, -Infinity, 0]);
    expect(values("a*solve(t, t)")).toEqual([NaN, NaN, NaN]);
    expect([...evaluateModel(undefined, {}, {}, 2)]).toEqual([NaN, NaN]);
  });
});
