import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FitOutcome, StudioStep } from "../src/lib/lessons/fit-studio/protocol.ts";
import { mapHeights, mapInterval, mapLevels, mostTravelled } from "../src/lib/lessons/fit-studio/valley.ts";

const walk = [
  { a: 0, b: 10, c: 5 },
  { a: 4, b: 2, c: 5 },
  { a: 3, b: 1, c: 5 },
].map((parameters, iteration): StudioStep => ({
  iteration,
  parameters,
  residualSumOfSquares: 1,
  accepted: true,
  damping: 0,
}));

const outcome = {
  freeParameters: ["a", "b", "c"],
  parameters: [
    { name: "a", value: 3, standardError: 1 },
    { name: "b", value: 1, standardError: 0.5 },
    { name: "c", value: 5, standardError: 2 },
  ],
} as unknown as FitOutcome;

describe("the map of the valley", () => {
  it("holds the whole walk and the neighbourhood of its end", () => {
    for (const name of ["a", "b", "c"]) {
      const [low, high] = mapInterval(name, walk, outcome);
      const end = outcome.parameters.find((parameter) => parameter.name === name)!;
      for (const { parameters } of walk) {
        expect(parameters[name]).toBeGreaterThan(low);
        expect(parameters[name]).toBeLessThan(high);
      }
      expect(low).toBeLessThan(end.value - 2 * end.standardError!);
      expect(high).toBeGreaterThan(end.value + 2 * end.standardError!);
    }
    expect(() => mapInterval("z", walk, outcome)).toThrow("z");
  });

  it("shows the two parameters that moved furthest for their error bars", () => {
    expect(mostTravelled(walk, outcome)).toEqual(["a", "b"]);
  });

  it("has levels between its lowest and highest point, rising", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 40 }),
        (sums) => {
          // Between the last subnormal numbers there is no room for levels.
          fc.pre(Math.max(...sums) > 1.01 * Math.min(...sums) + 1e-300);
          const heights = mapHeights(Float64Array.from(sums));
          const levels = mapLevels(heights, 9);
          expect(levels).toHaveLength(9);
          for (const [i, level] of levels.entries()) {
            expect(level).toBeGreaterThan(i === 0 ? Math.min(...heights) : levels[i - 1]!);
            expect(level).toBeLessThan(Math.max(...heights));
          }
        },
      ),
    );
  });

  it("has a finite floor where the fit is perfect", () => {
    expect([...mapHeights(Float64Array.of(0, 1))].every(Number.isFinite)).toBe(true);
  });
});
