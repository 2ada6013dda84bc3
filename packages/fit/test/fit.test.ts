import { describe, expect, it } from "vitest";
import { fit, fitSteps, type FitResult, type FitStep, type ModelFunction } from "../src/index.ts";
import { relativeError } from "./support/relative-error.ts";

const t = [0, 1, 2, 3, 4, 5, 6, 8, 10];
const y = [5.1, 3.9, 3.0, 2.6, 1.9, 1.75, 1.4, 1.15, 1.05];
const sigma = [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05];
const model = "a*exp(-b*t) + c";
const parameters = { a: 4, b: 0.3, c: 1 };

describe("nonlinear fits against other programs", () => {
  // SciPy 1.17.1: curve_fit with analytic Jacobian, xtol = ftol = gtol = 1e-15.
  it.each([
    {
      what: "unweighted",
      options: {},
      values: [4.233146152453824, 0.3265780912516613, 0.8587749745537957],
      errors: [0.10405531443876037, 0.021178919374359124, 0.09394592878454562],
      covariance: -0.0008212487797249446,
    },
    {
      what: "absolute_sigma=True",
      options: { sigma },
      values: [4.220768638088978, 0.3374813792390473, 0.8851258445501213],
      errors: [0.09020650427089764, 0.016597992348486756, 0.05855221371956163],
      covariance: -3.564279075424997e-5,
    },
    {
      what: "absolute_sigma=False",
      options: { weights: sigma.map((s) => 1 / s ** 2) },
      values: [4.220768638088978, 0.3374813792390473, 0.8851258445501213],
      errors: [0.11517560258753684, 0.021192305210490613, 0.07475942619096068],
      covariance: -5.810546498860484e-5,
    },
  ])("SciPy, $what", ({ options, values, errors, covariance }) => {
    const result = fit(model, { t, y }, { parameters, ...options });
    expect(result.status).toBe("converged");
    expect(result.freeParameters).toEqual(["a", "b", "c"]);
    result.freeParameters.forEach((name, k) => {
      expect(relativeError(result.parameters[name].value, values[k]!)).toBeLessThan(1e-7);
      expect(relativeError(result.parameters[name].standardError!, errors[k]!)).toBeLessThan(1e-6);
    });
    expect(relativeError(result.covariance![0]![1]!, covariance)).toBeLessThan(1e-5);
    expect(result.correlation![0]![1]).toBeCloseTo(covariance / (errors[0]! * errors[1]!), 5);
    expect(result.correlation![2]![2]).toBe(1);
  });

  // Bates & Watts, Nonlinear Regression Analysis (1988), appendix A1.3; printed by R's example(nls) for Puromycin.
  it("R, Michaelis–Menten fit of Puromycin", () => {
    const conc = [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1];
    const rate = [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200];
    const result = fit("Vm*conc/(K + conc)", { conc, rate }, { parameters: { Vm: 200, K: 0.05 } });
    expect(result.parameters.Vm.value).toBeCloseTo(212.7, 1);
    expect(result.parameters.Vm.standardError).toBeCloseTo(6.947, 3);
    expect(result.parameters.K.value).toBeCloseTo(0.06412, 5);
    expect(result.parameters.K.standardError).toBeCloseTo(0.008281, 6);
    expect(result.residualStandardError).toBeCloseTo(10.93, 2);
    expect(result.degreesOfFreedom).toBe(10);
  });
});

describe("the likelihood", () => {
  const logDensity = (residual: number, scale: number): number =>
    -0.5 * Math.log(2 * Math.PI) - Math.log(scale) - 0.5 * (residual / scale) ** 2;
  const total = (residuals: Float64Array, scale: (i: number) => number): number =>
    residuals.reduce((sum, residual, i) => sum + logDensity(residual, scale(i)), 0);

  it("with sigma is that of normal observations with these standard deviations", () => {
    const result = fit(model, { t, y }, { parameters, sigma });
    expect(result.logLikelihood).toBeCloseTo(
      total(result.residuals, (i) => sigma[i]!),
      10,
    );
    expect(result.aic).toBeCloseTo(-2 * result.logLikelihood + 2 * 3, 10);
    expect(result.bic).toBeCloseTo(-2 * result.logLikelihood + 3 * Math.log(9), 10);
    expect(result.aicc).toBeCloseTo(result.aic + (2 * 3 * 4) / (9 - 3 - 1), 10);
  });

  it("with weights has the variance that makes it largest, which counts as a parameter", () => {
    const weights = t.map((value) => 1 + value);
    const result = fit(model, { t, y }, { parameters, weights });
    const variance = result.residualSumOfSquares / 9;
    const best = total(result.residuals, (i) => Math.sqrt(variance / weights[i]!));
    expect(result.logLikelihood).toBeCloseTo(best, 10);
    for (const factor of [0.9, 1.1]) {
      expect(total(result.residuals, (i) => Math.sqrt((factor * variance) / weights[i]!))).toBeLessThan(best);
    }
    expect(result.aic).toBeCloseTo(-2 * best + 2 * 4, 10);
  });
});

describe("models", () => {
  it("a function on tensors is fitted like the formula", () => {
    const decay: ModelFunction<"t" | "y", "a" | "b" | "c"> = (columns, { a, b, c }) =>
      a.mul(columns.t.mul(b).neg().exp()).add(c);
    const byFunction = fit(decay, { t, y }, { parameters });
    const byFormula = fit(model, { t, y }, { parameters });
    expect(byFunction.model).toBe("decay(t; a, b, c)");
    expect(byFunction.response).toBe("y");
    expect(byFunction.predictors).toEqual(["t"]);
    for (const name of byFormula.freeParameters) {
      expect(relativeError(byFunction.parameters[name].value, byFormula.parameters[name].value)).toBeLessThan(
        1e-9,
      );
    }
  });

  it("parameters are typed by their names, and a result fits where any result is expected", () => {
    const result = fit("m*t", { t, y }, { parameters: { m: 1 } });
    const anyResult: FitResult = result;
    // @ts-expect-error -- the model has no such parameter
    expect(result.parameters.k).toBeUndefined();
    expect(anyResult.parameters["m"]).toBe(result.parameters.m);
  });

  it("several predictors, and a response chosen by name", () => {
    const u = t.map((_, i) => (i % 3) - 1);
    const z = t.map((value, i) => 1 + 2 * value - 3 * u[i]!);
    const result = fit("a + b*t + d*u", { t, u, y, z }, { parameters: { a: 0, b: 0, d: 0 }, response: "z" });
    expect(result.parameters.a.value).toBeCloseTo(1, 10);
    expect(result.parameters.b.value).toBeCloseTo(2, 10);
    expect(result.parameters.d.value).toBeCloseTo(-3, 10);
  });

  it("a constant is the mean, with the standard error of the mean", () => {
    const result = fit("m", { y }, { parameters: { m: 0 } });
    const mean = y.reduce((total, value) => total + value, 0) / y.length;
    const variance = y.reduce((total, value) => total + (value - mean) ** 2, 0) / (y.length - 1);
    expect(result.parameters.m.value).toBeCloseTo(mean, 12);
    expect(result.parameters.m.standardError).toBeCloseTo(Math.sqrt(variance / y.length), 12);
    expect(result.rSquared).toBeCloseTo(0, 12);
    expect(result.predict({}).mean).toHaveLength(1);
  });

  it("a function that decides on parameter values is fitted without being compiled, whatever the size", () => {
    const rows = 25_000;
    const x = Float64Array.from({ length: rows }, (_, i) => i / rows);
    const z = x.map((value) => 2 * value);
    const careful: ModelFunction<"x" | "z", "m"> = (columns, { m }) =>
      m.item() > 1e6 ? m.mul(NaN) : m.mul(columns.x);
    const result = fit(careful, { x, z }, { parameters: { m: 1 } });
    expect(result.parameters.m.value).toBeCloseTo(2, 12);
    const formula = fit("m*x", { x, z }, { parameters: { m: 1 } });
    expect(formula.parameters.m.value).toBeCloseTo(2, 12);
    expect(formula.predict({ x }).mean[100]).toBeCloseTo(2 * x[100]!, 12);
  });

  it("typed arrays are data too", () => {
    const result = fit(
      "a + b*t",
      { t: Float32Array.of(0, 1, 2, 3), y: Int32Array.of(1, 3, 5, 7) },
      { parameters: { a: 0, b: 0 } },
    );
    expect(result.parameters.b.value).toBeCloseTo(2, 12);
  });

  it("residuals are response minus fitted, and rows other than numbers are left alone", () => {
    const data: Record<string, number[]> = { t, y, name: t.map(String) as unknown as number[] };
    const result = fit(model, data, { parameters });
    expect(result.response).toBe("y");
    result.residuals.forEach((residual, i) => expect(residual).toBe(y[i]! - result.fitted[i]!));
  });
});

describe("fixed parameters and bounds", () => {
  it("fixing a parameter is the same as writing its value into the model", () => {
    const fixed = fit(model, { t, y }, { parameters: { a: 4, b: 0.3, c: { value: 1, fixed: true } } });
    const reduced = fit("a*exp(-b*t) + 1", { t, y }, { parameters: { a: 4, b: 0.3 } });
    expect(fixed.freeParameters).toEqual(["a", "b"]);
    expect(fixed.degreesOfFreedom).toBe(reduced.degreesOfFreedom);
    expect(relativeError(fixed.residualSumOfSquares, reduced.residualSumOfSquares)).toBeLessThan(1e-12);
    for (const name of ["a", "b"] as const) {
      expect(relativeError(fixed.parameters[name].value, reduced.parameters[name].value)).toBeLessThan(1e-9);
      expect(
        relativeError(fixed.parameters[name].standardError!, reduced.parameters[name].standardError!),
      ).toBeLessThan(1e-9);
    }
    expect(fixed.parameters.c).toMatchObject({ value: 1, fixed: true, reason: "fixed" });
    expect(fixed.parameters.c.standardError).toBeUndefined();
    expect(fixed.parameters.c.interval()).toBeUndefined();
  });

  it("bounds that are not reached change nothing", () => {
    const bounded = fit(
      model,
      { t, y },
      { parameters: { a: { value: 4, min: 0 }, b: { value: 0.3, min: 0, max: 1 }, c: 1 } },
    );
    const free = fit(model, { t, y }, { parameters });
    expect(relativeError(bounded.parameters.b.value, free.parameters.b.value)).toBeLessThan(1e-9);
    expect(bounded.parameters.b).toMatchObject({ min: 0, max: 1, atBound: false });
    expect(bounded.parameters.a.max).toBeUndefined();
  });

  it("a slope held down by its bound leaves the best intercept for that slope", () => {
    const x = [1, 2, 3, 4, 5];
    const z = [1.1, 1.9, 3.2, 3.9, 5.1];
    const result = fit("a + b*x", { x, z }, { parameters: { a: 0, b: { value: 0.2, max: 0.5 } } });
    const mean = 3.04 - 0.5 * 3;
    const residualSumOfSquares = z.reduce((total, value, i) => total + (value - mean - 0.5 * x[i]!) ** 2, 0);
    expect(result.status).toBe("converged");
    expect(result.parameters.b).toMatchObject({
      value: 0.5,
      atBound: true,
      reason: "at its upper bound 0.5, where an error bar to both sides has no meaning",
    });
    expect(result.parameters.b.standardError).toBeUndefined();
    expect(result.parameters.a.value).toBeCloseTo(mean, 12);
    expect(result.parameters.a.standardError).toBeCloseTo(Math.sqrt(residualSumOfSquares / 3 / 5), 10);
    expect(result.covariance![1]!.every(Number.isNaN)).toBe(true);
    expect(result.notes).toContain("the other error bars hold for b exactly on the bound");
  });

  it("a model with nothing free is only evaluated", () => {
    const result = fit(
      "a + b*t",
      { t, y },
      { parameters: { a: { value: 4, fixed: true }, b: { value: -0.4, fixed: true } } },
    );
    expect(result).toMatchObject({
      status: "converged",
      iterations: 0,
      freeParameters: [],
      degreesOfFreedom: 9,
    });
    expect(result.message).toBe("nothing to fit: every parameter is fixed");
    expect(result.covariance).toBeUndefined();
    const { confidence, mean, prediction } = result.predict({ t: [1] });
    expect(confidence.upper[0]).toBe(mean[0]);
    expect(prediction.upper[0]).toBeGreaterThan(mean[0]!);
  });
});

describe("parameters the data cannot determine", () => {
  const x = [1, 2, 3, 4, 5];
  const z = [2.1, 3.9, 6.2, 7.8, 10.1];

  it("are named with those they cannot be told apart from", () => {
    const result = fit("a*b*x + c", { x, z }, { parameters: { a: 1, b: 1, c: 0 } });
    const line = fit("m*x + c", { x, z }, { parameters: { m: 1, c: 0 } });
    const reason =
      "not determined by the data: a and b can change together without changing the fit; fix one of them or rewrite the model";
    expect(result.status).toBe("converged");
    expect(result.parameters.a.reason).toBe(reason);
    expect(result.parameters.b.reason).toBe(reason);
    expect(result.parameters.a.value * result.parameters.b.value).toBeCloseTo(line.parameters.m.value, 9);
    expect(result.notes).toContain(`no error bar for a and b: ${reason}`);
  });

  it("do not spoil what is determined", () => {
    const result = fit("a*b*x + c", { x, z }, { parameters: { a: 1, b: 1, c: 0 } });
    const line = fit("m*x + c", { x, z }, { parameters: { m: 1, c: 0 } });
    expect(result.degreesOfFreedom).toBe(line.degreesOfFreedom);
    expect(result.parameters.c.reason).toBeUndefined();
    expect(relativeError(result.parameters.c.standardError!, line.parameters.c.standardError!)).toBeLessThan(
      1e-8,
    );
    const [bands, expected] = [result, line].map((fitted) => fitted.predict({ x: [0, 10] }));
    expect(relativeError(bands!.confidence.upper[1]!, expected!.confidence.upper[1]!)).toBeLessThan(1e-8);
    expect(bands!.reason).toBeUndefined();
  });

  it("a parameter without any influence is said to have none", () => {
    const result = fit("a*x + 0*d", { x, z }, { parameters: { a: 1, d: 3 } });
    expect(result.parameters.d).toMatchObject({
      value: 3,
      reason: "not determined by the data: the model does not depend on d here",
    });
    expect(result.parameters.a.standardError).toBeGreaterThan(0);
  });

  it("one value of the predictor cannot give a line, but gives its height there", () => {
    const result = fit("a + b*x", { x: [2, 2, 2, 2], z: [1, 2, 3, 4] }, { parameters: { a: 0, b: 1 } });
    expect(result.parameters.a.reason).toMatch(/^not determined by the data: a and b/);
    const { mean, confidence, reason } = result.predict({ x: [2, 3] });
    expect(mean[0]).toBeCloseTo(2.5, 10);
    expect(confidence.upper[0]).toBeCloseTo(2.5 + 3.1824463 * Math.sqrt(5 / 3 / 4), 6);
    expect(confidence.upper[1]).toBeNaN();
    expect(reason).toBe("the data do not determine the model everywhere here");
  });

  it("as many parameters as observations leave no degrees of freedom", () => {
    const result = fit("a + b*x", { x: [1, 3], z: [2, 8] }, { parameters: { a: 0, b: 0 } });
    expect(result.status).toBe("converged");
    expect(result.parameters.a.value).toBeCloseTo(-1, 10);
    expect(result.parameters.b.value).toBeCloseTo(3, 10);
    expect(result.degreesOfFreedom).toBe(0);
    expect(result.parameters.a.reason).toBe(
      "no degrees of freedom are left: 2 observations for 2 parameters say nothing about the scatter",
    );
    expect(result.residualStandardError).toBeNaN();
    expect(result.predict({ x: [2] }).reason).toBe(result.parameters.a.reason);
    expect(result.predict({ x: [2] }).confidence.lower[0]).toBeNaN();
  });

  it("with sigma the same two points have error bars", () => {
    const result = fit("a + b*x", { x: [1, 3], z: [2, 8] }, { parameters: { a: 0, b: 0 }, sigma: 0.1 });
    expect(result.parameters.b.standardError).toBeCloseTo(0.1 / Math.SQRT2, 12);
    // Normal, not Student's t: 1.96 standard errors.
    expect(result.parameters.b.interval()![1]).toBeCloseTo(3 + (1.959963984540054 * 0.1) / Math.SQRT2, 9);
  });
});

describe("prediction bands of weighted fits", () => {
  it("sigma of the new observation widens the band, from the data when they agree", () => {
    const alike = fit(model, { t, y }, { parameters, sigma: 0.1 });
    const { confidence, prediction, mean } = alike.predict({ t: [2.5] });
    const half = (band: { upper: Float64Array }): number => (band.upper[0]! - mean[0]!) / 1.959963984540054;
    expect(half(prediction) ** 2 - half(confidence) ** 2).toBeCloseTo(0.01, 10);

    const unlike = fit(model, { t, y }, { parameters, sigma });
    const unknown = unlike.predict({ t: [2.5] });
    expect(unknown.confidence.upper[0]).toBeGreaterThan(unknown.mean[0]!);
    expect(unknown.prediction.upper[0]).toBeNaN();
    expect(unknown.reason).toBe(
      "the scatter of a new observation is unknown: give its sigma for the prediction band",
    );
    expect(unlike.predict({ t: [2.5], s: [0.2] }, { sigma: "s" }).prediction.upper[0]).toBeGreaterThan(0);
    expect(() => unlike.predict({ t: [2.5] }, { weights: [1] })).toThrow(
      "predict.weights: expected a fit made with weights",
    );
  });

  it("an observation of weight 4 scatters half as much", () => {
    const result = fit(model, { t, y }, { parameters, weights: t.map((value) => 1 + value) });
    const { confidence, prediction, mean } = result.predict({ t: [2, 2] }, { weights: [1, 4] });
    const square = (band: { upper: Float64Array }, i: number): number => (band.upper[i]! - mean[i]!) ** 2;
    const [one, four] = [0, 1].map((i) => square(prediction, i) - square(confidence, i));
    expect(relativeError(four!, one! / 4)).toBeLessThan(1e-9);
  });
});

describe("steps", () => {
  it("fitSteps walks from the start to the result of fit", () => {
    const walk = fitSteps(model, { t, y }, { parameters });
    const steps: FitStep<"a" | "b" | "c">[] = [];
    let next = walk.next();
    for (; next.done !== true; next = walk.next()) steps.push(next.value);
    const result = fit(model, { t, y }, { parameters });
    expect(steps[0]).toMatchObject({ iteration: 0, parameters, accepted: true });
    expect(steps.map(({ iteration }) => iteration)).toEqual(steps.map((_, k) => k));
    const last = steps.filter(({ accepted }) => accepted).at(-1)!;
    expect(last.parameters.b).toBe(next.value.parameters.b.value);
    expect(next.value.parameters.b.value).toBe(result.parameters.b.value);
    expect(next.value.iterations).toBe(steps.length - 1);
    expect(steps[0]!.residualSumOfSquares).toBeCloseTo(
      t.reduce((total, value, i) => total + (4 * Math.exp(-0.3 * value) + 1 - y[i]!) ** 2, 0),
      12,
    );
  });

  it("the sum of squares of accepted steps does not rise, beyond rounding", () => {
    const accepted: number[] = [];
    fit(
      model,
      { t, y },
      {
        parameters: { a: 1, b: 2, c: 0 },
        onStep: (step) => {
          if (step.accepted) accepted.push(step.residualSumOfSquares);
        },
      },
    );
    accepted.slice(1).forEach((value, k) => expect(value).toBeLessThanOrEqual(accepted[k]! * (1 + 1e-10)));
  });

  it("fixed parameters are part of every step", () => {
    const step = fitSteps(
      model,
      { t, y },
      { parameters: { a: 4, b: 1, c: { value: 1, fixed: true } } },
    ).next().value;
    expect(step).toMatchObject({ parameters: { a: 4, b: 1, c: 1 } });
  });

  it("stops when asked to, with the best parameters so far", () => {
    const stop = new AbortController();
    const result = fit(
      model,
      { t, y },
      {
        parameters: { a: 1, b: 2, c: 0 },
        signal: stop.signal,
        onStep: ({ iteration }) => {
          if (iteration === 2) stop.abort();
        },
      },
    );
    expect(result.status).toBe("aborted");
    expect(result.iterations).toBe(2);
    expect(result.notes[0]).toMatch(/did not converge/);
  });

  it("an iteration limit is a status with advice", () => {
    const result = fit(model, { t, y }, { parameters: { a: 1, b: 2, c: 0 }, maxIterations: 1 });
    expect(result.status).toBe("maxIterations");
    expect(result.message).toBe(
      "stopped by maxIterations = 1 before the fit converged; raise it or start closer",
    );
  });

  it("a start where the model cannot be computed is a failed fit, not an exception", () => {
    const result = fit("log(a*t + b)", { t, y }, { parameters: { a: -1, b: 1 } });
    expect(result.status).toBe("failed");
    expect(result.message).toMatch(/start/);
    expect(result.parameters.a).toMatchObject({
      value: -1,
      reason: "the model or its derivative is not finite at these parameters",
    });
    expect(result.covariance).toBeUndefined();
    expect(result.report()).toContain("failed");
  });
});

describe("numbers at the end of their range", () => {
  it("an overflowing sum of squares is a failed fit without error bars", () => {
    const result = fit("m", { y: [1e200, -1e200, 3e200] }, { parameters: { m: 0 } });
    expect(result.status).toBe("failed");
    expect(result.parameters.m.reason).toBe("its variance is beyond the range of double precision");
    expect(result.parameters.m.interval()).toBeUndefined();
  });

  it("a parameter whose influence underflows counts as undetermined", () => {
    const result = fit(
      "a*b*t + c",
      { t, y },
      { parameters: { a: { value: 5e-324, fixed: true }, b: 1, c: 2 } },
    );
    expect(result.parameters.b.reason).toBe(
      "not determined by the data: the model does not depend on b here",
    );
    expect(result.parameters.c.standardError).toBeGreaterThan(0);
  });

  it("tiny and huge units are no trouble", () => {
    const plain = fit(model, { t, y }, { parameters });
    const tiny = fit(
      model,
      { t: t.map((x) => x * 1e-100), y: y.map((x) => x * 1e100) },
      { parameters: { a: 4e100, b: 0.3e100, c: 1e100 } },
    );
    expect(tiny.status).toBe("converged");
    expect(
      relativeError(tiny.parameters.b.standardError!, plain.parameters.b.standardError! * 1e100),
    ).toBeLessThan(1e-6);
  });
});

describe("as JSON", () => {
  it("keeps the data with full precision, and what is not defined as null", () => {
    const result = fit(
      model,
      { t, y },
      { parameters: { a: 4, b: { value: 0.3, min: 0 }, c: { value: 1, fixed: true } } },
    );
    const json = JSON.parse(JSON.stringify(result)) as Record<string, unknown>;
    expect(json).toMatchObject({
      status: "converged",
      model,
      response: "y",
      freeParameters: ["a", "b"],
      residualSumOfSquares: result.residualSumOfSquares,
      degreesOfFreedom: 7,
      parameters: {
        a: {
          value: result.parameters.a.value,
          standardError: result.parameters.a.standardError,
          fixed: false,
        },
        b: { min: 0, interval: result.parameters.b.interval() },
        c: { value: 1, fixed: true, reason: "fixed" },
      },
      fitted: Array.from(result.fitted),
    });
    const exact = fit("a + b*t", { t: [0, 1], y: [1, 2] }, { parameters: { a: 0, b: 0 } });
    expect(JSON.parse(JSON.stringify(exact))).toMatchObject({
      residualStandardError: null,
      degreesOfFreedom: 0,
    });
  });
});

it("says which observation keeps a fit from starting, and leaves R² out of it", () => {
  const result = fit("a*log(x) + b", { x: [1, 0, 2], y: [1, 2, 3] }, { parameters: { a: 1, b: 1 } });
  expect(result.status).toBe("failed");
  expect(result.message).toBe(
    "at the start the model is -Infinity for observation 2 (x = 0); start elsewhere, or leave out observations where the model is not defined",
  );
  expect(result.notes.filter((note) => note.includes("R²"))).toEqual([]);
});
