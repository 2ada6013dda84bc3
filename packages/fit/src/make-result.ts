import type { Columns } from "./columns.ts";
import { listNames } from "./error.ts";
import { covarianceOf, isAtBound, reasonWithoutError, resolutionOf, type Estimate } from "./estimate.ts";
import { criticalValue, readLevel } from "./level.ts";
import type { Parameter } from "./parameter.ts";
import { predict, type PredictOptions } from "./predict.ts";
import { report, type ReportOptions } from "./report.ts";
import type { FitJson, FitResult, FitStatus, FittedParameter } from "./result.ts";

/** How the walk to an estimate went. */
export interface Course {
  readonly status: FitStatus;
  readonly message: string;
  readonly iterations: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly level: number;
}

/** Puts an estimate and the course of its fit into the form that users get. */
export function makeResult<Name extends string>(estimate: Estimate, course: Course): FitResult<Name> {
  const { model, observations, goodness, fitted } = estimate;
  const free = estimate.parameters.filter(({ fixed }) => !fixed).map(({ name }) => name);
  const covariance = covarianceOf(estimate, free);
  const standardErrors = new Map(free.map((name, index) => [name, Math.sqrt(covariance[index]![index]!)]));
  const parameters = Object.fromEntries(
    estimate.parameters.map((parameter) => [
      parameter.name,
      fittedParameter(estimate, parameter, standardErrors.get(parameter.name), course.level),
    ]),
  );
  const result: FitResult = {
    ...course,
    model: model.text,
    ...(model.formula && { formula: model.formula }),
    response: observations.responseName,
    predictors: model.predictors,
    rows: observations.rows,
    weighting: observations.weighting,
    parameters,
    freeParameters: free,
    ...(covariance.some((row, index) => !Number.isNaN(row[index])) && {
      covariance,
      correlation: correlationOf(covariance),
    }),
    ...goodness,
    fitted,
    residuals: observations.response.map((y, row) => y - fitted[row]!),
    notes: notesOn(estimate, course),
    predict: (columns: Columns, options: PredictOptions = {}) =>
      predict(estimate, columns, options, course.level),
    report: (options: ReportOptions = {}) => report(result, options),
    toJSON: () => toJson(result),
  };
  return result as FitResult<Name>;
}

function fittedParameter(
  estimate: Estimate,
  parameter: Parameter,
  standardError: number | undefined,
  defaultLevel: number,
): FittedParameter {
  const { name, start, fixed, min, max } = parameter;
  const value = estimate.values[name]!;
  const reason = reasonWithoutError(estimate, parameter);
  const error = reason === undefined ? standardError : undefined;
  return {
    value,
    start,
    ...(error !== undefined && { standardError: error, resolution: resolutionOf(estimate, name) }),
    ...(reason !== undefined && { reason }),
    fixed,
    ...(min > -Infinity && { min }),
    ...(max < Infinity && { max }),
    atBound: isAtBound(parameter, value),
    interval: (level = defaultLevel) => {
      const half = criticalValue(readLevel(level, "interval.level"), estimate.tDegreesOfFreedom);
      return error === undefined ? undefined : [value - half * error, value + half * error];
    },
  };
}

function correlationOf(covariance: readonly (readonly number[])[]): number[][] {
  return covariance.map((row, i) =>
    row.map((value, j) => (i === j ? value / value : value / Math.sqrt(row[i]! * covariance[j]![j]!))),
  );
}

function notesOn(estimate: Estimate, { status }: Course): string[] {
  const { parameters, values, goodness } = estimate;
  const notes: string[] = [];
  if (status !== "converged") {
    notes.push(
      "the fit did not converge: values and error bars are those of the best point met, not of a minimum",
    );
  }
  const namesByReason = new Map<string, string[]>();
  for (const parameter of parameters) {
    const reason = parameter.fixed ? undefined : reasonWithoutError(estimate, parameter);
    if (reason === undefined) continue;
    namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), parameter.name]);
  }
  for (const [reason, names] of namesByReason) notes.push(`no error bar for ${listNames(names)}: ${reason}`);
  const bounded = parameters.filter((p) => isAtBound(p, values[p.name]!)).map(({ name }) => name);
  if (bounded.length > 0 && bounded.length < parameters.filter(({ fixed }) => !fixed).length) {
    notes.push(`the other error bars hold for ${listNames(bounded)} exactly on the bound`);
  }
  if (goodness.rSquared < 0 && Number.isFinite(goodness.rSquared)) {
    notes.push("R² is negative: a constant would describe the response better than this model");
  }
  const { chiSquareProbability } = goodness;
  if (chiSquareProbability !== undefined && chiSquareProbability < 0.01) {
    notes.push("the residuals are larger than sigma allows: the model is wrong or sigma too small");
  }
  if (chiSquareProbability !== undefined && chiSquareProbability > 0.99) {
    notes.push("the residuals are smaller than sigma allows: sigma is too large");
  }
  return notes;
}

function toJson(result: FitResult): FitJson {
  const { predict: _predict, report: _report, toJSON: _toJson, formula: _formula, ...data } = result;
  return {
    ...data,
    parameters: Object.fromEntries(
      Object.entries(result.parameters).map(([name, { interval, ...parameter }]) => {
        const ends = interval();
        return [name, { ...parameter, ...(ends !== undefined && { interval: ends }) }];
      }),
    ),
    residuals: Array.from(result.residuals),
    fitted: Array.from(result.fitted),
  };
}
