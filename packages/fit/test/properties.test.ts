import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { normalNumbers } from "./support/random.ts";
import { relativeError } from "./support/relative-error.ts";

const model = "a*exp(-b*t) + c";
const names = ["a", "b", "c"] as const;
type Name = (typeof names)[number];

/** A decay with a little noise, and the start of its fit. */
const problem = fc
  .record({
    a: fc.double({ min: 1, max: 10, noNaN: true }),
    b: fc.double({ min: 0.2, max: 1, noNaN: true }),
    c: fc.double({ min: 0.5, max: 3, noNaN: true }),
    rows: fc.integer({ min: 8, max: 30 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ a, b, c, rows, seed }) => {
    const normal = normalNumbers(seed);
    const t = Array.from({ length: rows }, (_, i) => (8 * i) / (rows - 1));
    const y = t.map((time) => a * Math.exp(-b * time) + c + 0.02 * normal());
    return { t, y, start: { a: 0.8 * a, b: 1.2 * b, c } };
  });

const factor = fc.double({ min: -6, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

describe("a fit does not depend on", { timeout: 60_000 }, () => {
  it("the units of predictor and response", () => {
    fc.assert(
      fc.property(problem, factor, factor, ({ t, y, start }, timeUnit, valueUnit) => {
        const unit: Record<Name, number> = { a: valueUnit, b: 1 / timeUnit, c: valueUnit };
        const plain = fit(model, { t, y }, { parameters: start });
        const scaled = fit(
          model,
          { t: t.map((time) => time * timeUnit), y: y.map((value) => value * valueUnit) },
          { parameters: { a: start.a * unit.a, b: start.b * unit.b, c: start.c * unit.c } },
        );
        expect(scaled.status).toBe("converged");
        for (const name of names) {
          const [one, other] = [plain.parameters[name], scaled.parameters[name]];
          expect(relativeError(other.value, one.value * unit[name])).toBeLessThan(1e-6);
          expect(relativeError(other.standardError!, one.standardError! * unit[name])).toBeLessThan(1e-6);
        }
        expect(scaled.rSquared).toBeCloseTo(plain.rSquared, 9);
      }),
      { numRuns: 25 },
    );
  });

  it("rounding, where the best model is the mean: R² is 0, of whatever size the response", () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 60 }), factor, (noise, size) => {
        fc.pre(Math.max(...noise) - Math.min(...noise) > 0.01);
        const result = fit("m", { y: noise.map((one) => size + one) }, { parameters: { m: 0 } });
        expect(result.rSquared).toBe(0);
        expect(result.adjustedRSquared).toBe(0);
        expect(result.notes).toEqual([]);
      }),
    );
  });

  it("the order of the rows", () => {
    fc.assert(
      fc.property(problem, ({ t, y, start }) => {
        const plain = fit(model, { t, y }, { parameters: start });
        const reversed = fit(model, { t: t.toReversed(), y: y.toReversed() }, { parameters: start });
        for (const name of names) {
          const [one, other] = [plain.parameters[name], reversed.parameters[name]];
          expect(relativeError(other.value, one.value)).toBeLessThan(1e-8);
          expect(relativeError(other.standardError!, one.standardError!)).toBeLessThan(1e-7);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("whether a parameter is fixed at c or the model contains the number c", () => {
    fc.assert(
      fc.property(problem, ({ t, y, start }) => {
        const fixed = fit(model, { t, y }, { parameters: { ...start, c: { value: start.c, fixed: true } } });
        const reduced = fit(`a*exp(-b*t) + ${start.c}`, { t, y }, { parameters: { a: start.a, b: start.b } });
        for (const name of ["a", "b"] as const) {
          const [one, other] = [reduced.parameters[name], fixed.parameters[name]];
          expect(relativeError(other.value, one.value)).toBeLessThan(1e-8);
          expect(relativeError(other.standardError!, one.standardError!)).toBeLessThan(1e-7);
        }
        expect(fixed.degreesOfFreedom).toBe(reduced.degreesOfFreedom);
      }),
      { numRuns: 15 },
    );
  });
});

describe("at the solution", { timeout: 60_000 }, () => {
  it("weighted residuals are orthogonal to the derivatives of the model", () => {
    fc.assert(
      fc.property(problem, ({ t, y, start }) => {
        const { parameters, residuals } = fit(model, { t, y }, { parameters: start });
        const [a, b] = [parameters.a.value, parameters.b.value];
        const columns = [
          t.map((time) => Math.exp(-b * time)),
          t.map((time) => -a * time * Math.exp(-b * time)),
          t.map(() => 1),
        ];
        for (const column of columns) {
          const product = column.reduce((total, slope, i) => total + slope * residuals[i]!, 0);
          const cosine = product / (Math.hypot(...column) * Math.hypot(...residuals));
          expect(Math.abs(cosine)).toBeLessThan(1e-7);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("more confidence means wider bands, and prediction bands contain confidence bands", () => {
    fc.assert(
      fc.property(problem, fc.double({ min: 0.1, max: 0.9, noNaN: true }), ({ t, y, start }, level) => {
        const result = fit(model, { t, y }, { parameters: start });
        const [narrow, wide] = [level, level + 0.09].map((value) => result.predict({ t }, { level: value }));
        t.forEach((_, i) => {
          expect(wide!.confidence.upper[i]).toBeGreaterThan(narrow!.confidence.upper[i]!);
          expect(narrow!.prediction.upper[i]).toBeGreaterThan(narrow!.confidence.upper[i]!);
          expect(narrow!.mean[i]).toBe(result.fitted[i]);
        });
      }),
      { numRuns: 15 },
    );
  });
});
