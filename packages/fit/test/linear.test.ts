import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { studentTQuantile } from "../src/statistics/student-t.ts";
import { relativeError } from "./support/relative-error.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The textbook formulas for a weighted straight line. */
function closedFormLine(x: readonly number[], y: readonly number[], w: readonly number[] = x.map(() => 1)) {
  const total = sum(w);
  const meanX = sum(x.map((value, i) => w[i]! * value)) / total;
  const meanY = sum(y.map((value, i) => w[i]! * value)) / total;
  const sxx = sum(x.map((value, i) => w[i]! * (value - meanX) ** 2));
  const b = sum(x.map((value, i) => w[i]! * (value - meanX) * (y[i]! - meanY))) / sxx;
  const a = meanY - b * meanX;
  const residualSumOfSquares = sum(x.map((value, i) => w[i]! * (y[i]! - a - b * value) ** 2));
  /** (XᵀWX)⁻¹ by its entries. */
  const unscaled = { a: 1 / total + meanX ** 2 / sxx, b: 1 / sxx, ab: -meanX / sxx };
  return { a, b, meanX, sxx, total, residualSumOfSquares, unscaled };
}

/** Anscombe (1973), Graphs in Statistical Analysis, American Statistician 27, 17–21. */
const anscombeX = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const anscombe = [
  { x: anscombeX, y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68] },
  { x: anscombeX, y: [9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74] },
  { x: anscombeX, y: [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73] },
  {
    x: [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
    y: [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.5, 5.56, 7.91, 6.89],
  },
];

/** R's `cars`: speed in mph and stopping distance in ft; Ezekiel (1930), Methods of Correlation Analysis. */
const speed = [
  4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16,
  17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
];
const dist = [
  2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32,
  40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
];

describe("Anscombe's quartet", () => {
  it.each(anscombe)("has intercept 3.00, slope 0.500, R² 0.67 and s.e. 1.125, 0.118", (data) => {
    const result = fit("a + b*x", data, { parameters: { a: 0, b: 0 } });
    expect(result.status).toBe("converged");
    expect(result.parameters.a.value).toBeCloseTo(3, 2);
    expect(result.parameters.b.value).toBeCloseTo(0.5, 3);
    expect(result.rSquared).toBeCloseTo(0.67, 2);
    expect(result.parameters.a.standardError).toBeCloseTo(1.125, 2);
    expect(result.parameters.b.standardError).toBeCloseTo(0.118, 3);
    expect(result.degreesOfFreedom).toBe(9);
  });
});

describe("R's summary of lm(dist ~ speed, cars)", () => {
  const result = fit("a + b*speed", { speed, dist }, { parameters: { a: 0, b: 1 } });

  it("coefficients and their errors", () => {
    expect(result.parameters.a.value).toBeCloseTo(-17.5791, 4);
    expect(result.parameters.a.standardError).toBeCloseTo(6.7584, 4);
    expect(result.parameters.b.value).toBeCloseTo(3.9324, 4);
    expect(result.parameters.b.standardError).toBeCloseTo(0.4155, 4);
  });

  it("goodness of fit", () => {
    expect(result.residualStandardError).toBeCloseTo(15.38, 2);
    expect(result.degreesOfFreedom).toBe(48);
    expect(result.rSquared).toBeCloseTo(0.6511, 4);
    expect(result.adjustedRSquared).toBeCloseTo(0.6438, 4);
    expect(result.logLikelihood).toBeCloseTo(-206.5784, 4);
    expect(result.aic).toBeCloseTo(419.1569, 4);
    expect(result.bic).toBeCloseTo(424.8929, 4);
  });

  it("predict.lm with interval = confidence and prediction at speed 10", () => {
    const { mean, confidence, prediction } = result.predict({ speed: [10] });
    expect(mean[0]).toBeCloseTo(21.74499, 5);
    expect(confidence.lower[0]).toBeCloseTo(15.46192, 5);
    expect(confidence.upper[0]).toBeCloseTo(28.02807, 5);
    expect(prediction.lower[0]).toBeCloseTo(-9.809601, 5);
    expect(prediction.upper[0]).toBeCloseTo(53.29959, 5);
  });
});

describe("a straight line against the textbook formulas", { timeout: 60_000 }, () => {
  const number = fc.double({ min: -100, max: 100, noNaN: true });
  const points = fc
    .array(fc.tuple(number, number, fc.double({ min: 0.1, max: 10, noNaN: true })), {
      minLength: 5,
      maxLength: 30,
    })
    .filter((rows) => {
      const x = rows.map(([value]) => value);
      return closedFormLine(x, x).sxx > 1;
    });

  it("weighted coefficients, standard errors and covariance", () => {
    fc.assert(
      fc.property(points, (rows) => {
        const [x, y, weights] = [0, 1, 2].map((k) => rows.map((row) => row[k]!)) as [
          number[],
          number[],
          number[],
        ];
        const expected = closedFormLine(x, y, weights);
        const result = fit("a + b*x", { x, y }, { parameters: { a: 1, b: 1 }, weights });
        const variance = expected.residualSumOfSquares / (x.length - 2);
        const scale = Math.abs(expected.a) + Math.abs(expected.b) * 100 + 1;
        expect(Math.abs(result.parameters.a.value - expected.a)).toBeLessThan(1e-9 * scale);
        expect(Math.abs(result.parameters.b.value - expected.b)).toBeLessThan(1e-9 * scale);
        expect(result.residualSumOfSquares).toBeCloseTo(expected.residualSumOfSquares, 5);
        const entries = [
          expected.unscaled.a,
          expected.unscaled.ab,
          expected.unscaled.ab,
          expected.unscaled.b,
        ];
        (result.covariance ?? []).flat().forEach((value, k) => {
          const size = variance * Math.sqrt(expected.unscaled.a * expected.unscaled.b) + Math.abs(value);
          expect(Math.abs(value - variance * entries[k]!)).toBeLessThan(1e-6 * size + 1e-12);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("sigma gives errors that do not depend on the residuals", () => {
    const { x, y } = anscombe[0]!;
    const sigma = x.map((value) => 0.2 + value / 20);
    const expected = closedFormLine(
      x,
      y,
      sigma.map((s) => 1 / s ** 2),
    );
    const result = fit("a + b*x", { x, y, sigma }, { parameters: { a: 0, b: 0 }, sigma: "sigma" });
    expect(relativeError(result.parameters.a.value, expected.a)).toBeLessThan(1e-10);
    expect(relativeError(result.parameters.a.standardError!, Math.sqrt(expected.unscaled.a))).toBeLessThan(
      1e-10,
    );
    expect(relativeError(result.parameters.b.standardError!, Math.sqrt(expected.unscaled.b))).toBeLessThan(
      1e-10,
    );
    expect(relativeError(result.reducedChiSquare!, expected.residualSumOfSquares / 9)).toBeLessThan(1e-12);
  });

  it("the bands are ± t s √(1/n + (x − x̄)²/Sxx) and ± t s √(1 + 1/n + (x − x̄)²/Sxx)", () => {
    const { x, y } = anscombe[1]!;
    const { a, b, meanX, sxx, residualSumOfSquares } = closedFormLine(x, y);
    const s = Math.sqrt(residualSumOfSquares / 9);
    const grid = [-5, 0, meanX, 14, 40];
    const result = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 0 } });
    for (const level of [0.5, 0.95, 0.999]) {
      const t = studentTQuantile((1 + level) / 2, 9);
      const { mean, confidence, prediction } = result.predict({ x: grid }, { level });
      grid.forEach((point, i) => {
        const spread = 1 / 11 + (point - meanX) ** 2 / sxx;
        expect(mean[i]).toBeCloseTo(a + b * point, 10);
        expect(confidence.upper[i]! - mean[i]!).toBeCloseTo(t * s * Math.sqrt(spread), 9);
        expect(mean[i]! - confidence.lower[i]!).toBeCloseTo(t * s * Math.sqrt(spread), 9);
        expect(prediction.upper[i]! - mean[i]!).toBeCloseTo(t * s * Math.sqrt(1 + spread), 9);
      });
    }
  });

  it("t-intervals of the coefficients", () => {
    const { x, y } = anscombe[0]!;
    const { parameters } = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 0 }, level: 0.9 });
    const { value, standardError } = parameters.b;
    const half = studentTQuantile(0.95, 9) * standardError!;
    expect(parameters.b.interval()![0]).toBeCloseTo(value - half, 12);
    expect(parameters.b.interval()![1]).toBeCloseTo(value + half, 12);
    // 2.262 is the printed 97.5 % point of Student's t with 9 degrees of freedom.
    expect(parameters.b.interval(0.95)![1]).toBeCloseTo(value + 2.262 * standardError!, 3);
  });
});

describe("weights and repeated rows", () => {
  it("weight 2 and the same row twice give the same coefficients and sum of squares", () => {
    const { x, y } = anscombe[2]!;
    const weights = x.map((_, i) => (i < 3 ? 2 : 1));
    const weighted = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 0 }, weights });
    const twice = fit(
      "a + b*x",
      { x: [...x, ...x.slice(0, 3)], y: [...y, ...y.slice(0, 3)] },
      { parameters: { a: 0, b: 0 } },
    );
    expect(relativeError(weighted.parameters.a.value, twice.parameters.a.value)).toBeLessThan(1e-10);
    expect(relativeError(weighted.parameters.b.value, twice.parameters.b.value)).toBeLessThan(1e-10);
    expect(relativeError(weighted.residualSumOfSquares, twice.residualSumOfSquares)).toBeLessThan(1e-10);
    expect(relativeError(weighted.rSquared, twice.rSquared)).toBeLessThan(1e-10);
    expect(twice.degreesOfFreedom - weighted.degreesOfFreedom).toBe(3);
  });

  it("a common factor of the weights changes nothing but the units of the sum of squares", () => {
    const { x, y } = anscombe[0]!;
    const options = { parameters: { a: 0, b: 0 } };
    const weights = x.map((value) => 1 / value);
    const one = fit("a + b*x", { x, y }, { ...options, weights });
    const thousand = fit(
      "a + b*x",
      { x, y },
      { ...options, weights: weights.map((weight) => 1000 * weight) },
    );
    expect(relativeError(thousand.parameters.b.standardError!, one.parameters.b.standardError!)).toBeLessThan(
      1e-10,
    );
    expect(relativeError(thousand.residualSumOfSquares, 1000 * one.residualSumOfSquares)).toBeLessThan(1e-10);
    expect(Math.abs(thousand.aic - one.aic)).toBeLessThan(1e-9);
  });

  it("is the line however far from the origin the data are", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => value + 1e7);
    const y = [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8, 16.1];
    const result = fit("a + b*x", { x, y }, { parameters: { a: 0, b: 1 } });
    const line = closedFormLine(x, y);
    expect(result.status).toBe("converged");
    expect(relativeError(result.parameters.b.value, line.b)).toBeLessThan(1e-7);
    expect(relativeError(result.residualSumOfSquares, line.residualSumOfSquares)).toBeLessThan(1e-8);
  });

  it("weights 1/σ² give the values of sigma σ, with errors from the scatter", () => {
    const { x, y } = anscombe[0]!;
    const sigma = x.map((value) => 1 + value / 10);
    const options = { parameters: { a: 0, b: 0 } };
    const absolute = fit("a + b*x", { x, y }, { ...options, sigma });
    const relative = fit("a + b*x", { x, y }, { ...options, weights: sigma.map((s) => 1 / s ** 2) });
    expect(relativeError(relative.parameters.a.value, absolute.parameters.a.value)).toBeLessThan(1e-10);
    expect(
      relativeError(
        relative.parameters.a.standardError!,
        absolute.parameters.a.standardError! * Math.sqrt(absolute.reducedChiSquare!),
      ),
    ).toBeLessThan(1e-10);
  });
});
