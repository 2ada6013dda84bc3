import { describe, expect, it } from "vitest";
import { suggest } from "../src/index.ts";

describe("suggest", () => {
  it.each([
    ["pengiuns", "penguins"],
    ["CO2", "co2"],
    ["temprature", "temperature"],
    ["co", "co2"],
    ["xyzzy", undefined],
    ["", undefined],
  ])("%j → %j", (name, expected) => {
    expect(suggest(name, ["co2", "penguins", "temperature", "anscombe"])).toBe(expected);
  });

  it("prefers the nearest, letter case last", () => {
    expect(suggest("T", ["t", "T2"])).toBe("t");
    expect(suggest("bill_lenght", ["bill_depth", "bill_length"])).toBe("bill_length");
  });

  it("finds nothing near where no letter agrees", () => {
    expect(suggest("q", ["a", "b"])).toBeUndefined();
    expect(suggest("q", ["q1", "a"])).toBe("q1");
  });
});
