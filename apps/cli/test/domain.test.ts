import { describe, expect, it } from "vitest";
import { finiteExtent, verticalDomain } from "../src/plot/domain.ts";

describe("what an axis shows", () => {
  it("all finite values", () => {
    expect(finiteExtent([3, NaN, -1], [Infinity, 2])).toEqual([-1, 3]);
    expect(finiteExtent([5, 5])).toEqual([0, 10]);
    expect(finiteExtent([0])).toEqual([-1, 1]);
    expect(finiteExtent([NaN])).toEqual([0, 1]);
  });

  it("all data, and a curve that runs away only as far as half their range", () => {
    expect(verticalDomain([0, 10], [2, 8])).toEqual([0, 10]);
    expect(verticalDomain([0, 10], [-3, 12])).toEqual([-3, 12]);
    expect(verticalDomain([0, 10], [-1e9, 1e9])).toEqual([-5, 15]);
    expect(verticalDomain([5, 5], [5 - 1e-14, 5 + 1e-14])).toEqual([0, 10]);
  });
});
