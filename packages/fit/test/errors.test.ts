import { describe, expect, it } from "vitest";
import { FormulaError } from "@steepest/autodiff/formula";
import { fit, FitError, type FitOptions, type ModelFunction } from "../src/index.ts";

const t = [0, 1, 2, 3, 4];
const y = [5, 3.2, 2.1, 1.4, 1.1];
const starts = { a: 4, b: 0.5 };

interface Case {
  readonly what: string;
  readonly model?: unknown;
  readonly data?: unknown;
  readonly options?: unknown;
  readonly says: string;
}

const cases: readonly Case[] = [
  {
    what: "a parameter without a start",
    options: { parameters: { a: 4 } },
    says: 'parameters.b: expected a starting value for "b"; give a rough guess, for example parameters: { b: 1 }, or a data column of that name if it is a predictor: found nothing',
  },
  {
    what: "a start that is no number",
    options: { parameters: { a: NaN, b: 1 } },
    says: "parameters.a: expected a finite starting value; give a rough guess: found NaN",
  },
  {
    what: "settings without a value",
    options: { parameters: { a: { min: 0 }, b: 1 } },
    says: "parameters.a.value: expected a finite starting value; give a rough guess: found undefined",
  },
  {
    what: "a start given as text",
    options: { parameters: { a: "4", b: 1 } },
    says: 'parameters.a: expected a number or { value, min, max, fixed }; give the starting value: found "4"',
  },
  {
    what: "a misspelt setting",
    options: { parameters: { a: { value: 1, mni: 0 }, b: 1 } },
    says: 'parameters.a.mni: expected a known setting: value, min, max or fixed; correct or remove the name: found "mni"',
  },
  {
    what: "a parameter the model does not have",
    options: { parameters: { ...starts, c: 1 } },
    says: 'parameters.c: expected a parameter of the model: a or b; correct or remove the name: found "c"',
  },
  {
    what: "a parameter named like a column",
    options: { parameters: { ...starts, t: 1 } },
    says: 'parameters.t: expected a parameter of the model: a or b; "t" is a column of the data; rename one of the two if both are meant: found "t"',
  },
  {
    what: "min above max",
    options: { parameters: { a: { value: 1, min: 2, max: 0 }, b: 1 } },
    says: "parameters.a: expected min below max; exchange them: found min 2 and max 0",
  },
  {
    what: "min equal to max",
    options: { parameters: { a: { value: 2, min: 2, max: 2 }, b: 1 } },
    says: 'parameters.a: expected min below max; to hold "a" at one value give { value: 2, fixed: true }: found min 2 and max 2',
  },
  {
    what: "a bound that is no number",
    options: { parameters: { a: { value: 2, min: NaN }, b: 1 } },
    says: "parameters.a.min: expected a number; leave it out when there is no bound: found NaN",
  },
  {
    what: "a start outside its bounds",
    options: { parameters: { a: { value: 9, min: 0, max: 8 }, b: 1 } },
    says: "parameters.a: expected a starting value from 0 to 8; move the start inside the bounds or widen them: found 9",
  },
  {
    what: "a missing value",
    data: { t, y: [5, NaN, 2, 1, 0] },
    says: "data.y[1]: expected a finite number; leave incomplete rows out before fitting: found NaN",
  },
  {
    what: "several missing values",
    data: { t: [null, 1, Infinity, 3, undefined], y },
    says: "data.t[0]: expected a finite number; leave incomplete rows out before fitting: found null, and 2 more in rows 2, 4",
  },
  {
    what: "columns of different length",
    data: { t: [0, 1, 2], y },
    says: "data.t: expected 5 numbers, as many as the other columns have; columns must have one entry for each row: found 3",
  },
  {
    what: "empty columns",
    data: { t: [], y: [] },
    says: "data.y: expected at least one number; give the data to fit: found an empty array",
  },
  {
    what: "no table",
    data: null,
    says: "data: expected columns of numbers by name; give for example { t: [0, 1, 2], y: [5, 3, 2] }: found null",
  },
  {
    what: "fewer points than parameters",
    data: { t: [1], y: [2] },
    says: "data.y: expected at least as many observations as free parameters, 2; add data or fix parameters: found 1",
  },
  {
    what: "no column left to fit",
    data: { t },
    says: "options.response: expected the name of the column to fit; every column is already used by the model a*exp(-b*t), so add the response to the data: found nothing",
  },
  {
    what: "several columns left to fit",
    data: { t, y, z: y },
    says: 'options.response: expected the name of the column to fit; y or z could be meant; name one, for example response: "z": found nothing',
  },
  {
    what: "an unknown response",
    options: { parameters: starts, response: "Y" },
    says: 'options.response: expected a numeric column of the data: t or y; correct the name: found "Y"',
  },
  {
    what: "a response that the model reads",
    model: "a*t + b*y",
    options: { parameters: starts, response: "y" },
    says: 'options.response: expected a column that the model does not use as a predictor; take "y" out of the model a*t + b*y: found "y"',
  },
  {
    what: "sigma together with weights",
    options: { parameters: starts, sigma: 1, weights: y },
    says: "options: expected sigma (absolute standard deviations) or weights (relative), not both; a weight is 1/sigma² up to a common factor: found both",
  },
  {
    what: "a sigma of zero",
    options: { parameters: starts, sigma: [1, 1, 0, 1, 1] },
    says: "options.sigma[2]: expected a positive number; give every row a standard deviation: found 0",
  },
  {
    what: "a negative sigma for all",
    options: { parameters: starts, sigma: -1 },
    says: "options.sigma: expected a positive number; give every row a standard deviation: found -1",
  },
  {
    what: "a weight of zero",
    options: { parameters: starts, weights: [1, 0, 1, 1, 1] },
    says: "options.weights[1]: expected a positive number; leave rows without weight out of the data: found 0",
  },
  {
    what: "too few weights",
    options: { parameters: starts, weights: [1, 1] },
    says: "options.weights: expected 5 numbers, as many as the other columns have; columns must have one entry for each row: found 2",
  },
  {
    what: "a sigma column that does not exist",
    options: { parameters: starts, sigma: "error" },
    says: "data.error: expected a column of numbers; the columns are t and y: found nothing",
  },
  {
    what: "a level in per cent",
    options: { parameters: starts, level: 95 },
    says: "options.level: expected a confidence level between 0 and 1; 95 % is 0.95: found 95",
  },
  {
    what: "a negative number of iterations",
    options: { parameters: starts, maxIterations: -1 },
    says: "options.maxIterations: expected a number of iterations, 0 or more; leave it out for the default: found -1",
  },
  {
    what: "a misspelt option",
    options: { parameters: starts, sigmas: y },
    says: 'options.sigmas: expected a known setting: response, parameters, sigma, weights, maxIterations, signal, onStep or level; correct or remove the name: found "sigmas"',
  },
  {
    what: "a model that is neither formula nor function",
    model: 3,
    says: 'model: expected a formula or a function (columns, parameters) => tensor; write for example "a*exp(-b*t) + c": found 3',
  },
  {
    what: "a function that computes with plain numbers",
    model: (({ t: time }, { a }) => (Number(time) * Number(a)) as never) satisfies ModelFunction<
      string,
      string
    >,
    says: "model: expected a tensor as the model's result; write operations as methods, a.mul(t) instead of a * t, so that they can be differentiated: found 0",
  },
  {
    what: "a function that reads an unknown column",
    model: (({ time }, { a }) => a!.mul(time!)) satisfies ModelFunction,
    says: 'data.time: expected a column "time", which the model reads; the numeric columns are t and y: found nothing',
  },
  {
    what: "a function that reads an unknown parameter",
    model: (({ t: time }, { k }) => k!.mul(time!)) satisfies ModelFunction,
    says: 'parameters.k: expected a starting value for "k", which the model reads; give a rough guess, for example parameters: { k: 1 }: found nothing',
  },
];

function errorOf(given: Case): unknown {
  const { model = "a*exp(-b*t)", data = { t, y }, options = { parameters: starts } } = given;
  try {
    fit(model as string, data as Record<string, number[]>, options as FitOptions);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a wrong argument is a FitError that says where, what was expected and what to do", () => {
  it.each(cases)("$what", (given) => {
    const error = errorOf(given);
    expect(error).toBeInstanceOf(FitError);
    expect((error as FitError).message).toBe(given.says);
  });
});

describe("other mistakes", () => {
  it("a formula that cannot be read is a FormulaError", () => {
    expect(() => fit("a*exp(-b*t", { t, y }, { parameters: starts })).toThrow(FormulaError);
  });

  it("a model of the wrong shape is a FitError", () => {
    const model: ModelFunction<"t" | "y", "a"> = ({ t: time }, { a }) => a.mul(time).reshape([time.size, 1]);
    expect(() => fit(model, { t, y }, { parameters: { a: 1 } })).toThrow(
      "model: expected one element per row, shape [1]; combine columns and parameters elementwise: found shape [1, 1]",
    );
  });

  it("the parts of the message can be had one by one", () => {
    const error = errorOf({ what: "", options: { parameters: starts, level: 2 }, says: "" });
    expect(error).toMatchObject({
      name: "FitError",
      where: "options.level",
      expected: "a confidence level between 0 and 1",
      advice: "95 % is 0.95",
      found: "2",
    });
  });
});

describe("predictions check their arguments too", () => {
  const result = fit("a*exp(-b*t)", { t, y }, { parameters: starts });

  it.each([
    [{}, {}, "predict.t: expected a column of numbers; the columns are none: found nothing"],
    [
      { t: [1, NaN] },
      {},
      "predict.t[1]: expected a finite number; leave incomplete rows out before fitting: found NaN",
    ],
    [
      { t: [1] },
      { level: 1 },
      "predict.level: expected a confidence level between 0 and 1; 95 % is 0.95: found 1",
    ],
    [
      { t: [1] },
      { sigma: 1 },
      "predict.sigma: expected a fit made with sigma; leave it out: found a fit without standard deviations",
    ],
    [
      { t: [1] },
      { weights: 1 },
      "predict.weights: expected a fit made with weights; leave it out: found a fit without weights",
    ],
  ])("predict(%j, %j)", (columns, options, message) => {
    expect(() => result.predict(columns, options)).toThrow(new FitError(parts(message)));
  });

  it("interval and report check their level", () => {
    expect(() => result.parameters.a.interval(2)).toThrow("interval.level: expected a confidence level");
    expect(() => result.report({ level: 0 })).toThrow("report.level: expected a confidence level");
  });
});

/** The parts of a message `where: expected X; advice: found Y`. */
function parts(message: string): ConstructorParameters<typeof FitError>[0] {
  const [, where = "", expected = "", advice = "", found = ""] =
    /^(\S+): expected (.*?); (.*): found (.*)$/.exec(message) ?? [];
  return { where, expected, advice, found };
}
