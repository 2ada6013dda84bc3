import { listNames } from "./error.ts";
import { goodnessOf, type Goodness } from "./goodness.ts";
import { linearize } from "./linearize.ts";
import { asTensors, type Model } from "./model.ts";
import type { Observations } from "./observations.ts";
import type { Parameter } from "./parameter.ts";
import { analyseUncertainty, type Uncertainty } from "./uncertainty.ts";

/** Parameter values with everything statistics has to say about them. */
export interface Estimate {
  readonly model: Model;
  readonly observations: Observations;
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, number>>;
  readonly fitted: Float64Array;
  readonly goodness: Goodness;
  /** Parameters that may move both ways: neither fixed nor on a bound. The order of gradients in `uncertainty`. */
  readonly interiorNames: readonly string[];
  /** From the weighted Jacobian; undefined when it is not finite. */
  readonly uncertainty: Uncertainty | undefined;
  /** The factor that makes (JᵀJ)⁻¹ a covariance: the residual variance, or 1 when sigma was given; NaN if unknown. */
  readonly scale: number;
  /** The rounding error of a weighted residual, from which follows what rounding makes of each parameter. */
  readonly rounding: number;
  /** Degrees of freedom of the intervals: ∞ when sigma was given, else those of the residual variance. */
  readonly tDegreesOfFreedom: number;
  /** Why no parameter has a standard error, if none has. */
  readonly missing: string | undefined;
}

/** The statistics of parameter values for a model and observations; the values are taken to be the solution. */
export function estimateAt(
  model: Model,
  observations: Observations,
  parameters: readonly Parameter[],
  values: Readonly<Record<string, number>>,
): Estimate {
  const { rows, predictors, rootWeights, weighting } = observations;
  const free = parameters.filter(({ fixed }) => !fixed);
  const interiorNames = free.filter((p) => !isAtBound(p, values[p.name]!)).map(({ name }) => name);
  const { value: fitted, columns } = linearize(
    model,
    asTensors(predictors),
    asTensors(values),
    interiorNames,
    rows,
  );
  const jacobian =
    weighting === "none"
      ? columns
      : columns.map((column) => column.map((slope, row) => slope * rootWeights[row]!));
  const finite = fitted.every(Number.isFinite) && jacobian.every((column) => column.every(Number.isFinite));
  const uncertainty = finite ? analyseUncertainty(jacobian) : undefined;

  // A parameter on its bound counts as determined: it was, by the data pushing it there.
  const determined = (uncertainty?.rank ?? interiorNames.length) + free.length - interiorNames.length;
  const goodness = goodnessOf(observations, fitted, determined);
  const known = weighting === "absolute";
  const { degreesOfFreedom } = goodness;
  const missing = !finite
    ? "the model or its derivative is not finite at these parameters"
    : !known && degreesOfFreedom === 0
      ? `no degrees of freedom are left: ${rows} observations for ${determined} parameters say nothing about the scatter`
      : undefined;
  return {
    model,
    observations,
    parameters,
    values,
    fitted,
    goodness,
    interiorNames,
    uncertainty,
    scale: missing !== undefined ? NaN : known ? 1 : goodness.residualStandardError ** 2,
    rounding: roundingOf(observations, values, interiorNames, jacobian),
    tDegreesOfFreedom: known ? Infinity : degreesOfFreedom,
    missing,
  };
}

/** The smallest number with all its digits. */
const smallestNormal = 2 ** -1022;

/**
 * How large the rounding errors of weighted residuals are: a few units in the last place of the largest term that a
 * residual is the difference of, which is the response or what a parameter contributes to the model; or what is so
 * small that its square is nothing.
 */
function roundingOf(
  { rows, response, rootWeights }: Observations,
  values: Readonly<Record<string, number>>,
  names: readonly string[],
  jacobian: readonly Float64Array[],
): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    largest = Math.max(largest, Math.abs(rootWeights[row]! * response[row]!));
    names.forEach((name, k) => {
      largest = Math.max(largest, Math.abs(jacobian[k]![row]! * values[name]!));
    });
  }
  return Math.max(4 * Number.EPSILON * largest, Math.sqrt(smallestNormal));
}

/** Whether a parameter ended on one of its bounds. */
export function isAtBound({ fixed, min, max }: Parameter, value: number): boolean {
  return !fixed && (value === min || value === max);
}

/** Why a parameter has no standard error; undefined when it has one. */
export function reasonWithoutError(estimate: Estimate, parameter: Parameter): string | undefined {
  const { name, fixed, min } = parameter;
  const value = estimate.values[name]!;
  if (fixed) return "fixed";
  if (isAtBound(parameter, value)) {
    const side = value === min ? "lower" : "upper";
    return `at its ${side} bound ${value}, where an error bar to both sides has no meaning`;
  }
  if (estimate.missing !== undefined) return estimate.missing;
  const entangled = estimate.uncertainty?.entangledWith(estimate.interiorNames.indexOf(name)) ?? [];
  if (entangled.length === 0) {
    const [[variance = NaN] = []] = covarianceOf(estimate, [name]);
    return Number.isFinite(variance) ? undefined : "its variance is beyond the range of double precision";
  }
  if (entangled.length === 1) return `not determined by the data: the model does not depend on ${name} here`;
  const names = entangled.map((index) => estimate.interiorNames[index]!);
  return `not determined by the data: ${listNames(names)} can change together without changing the fit; fix one of them or rewrite the model`;
}

/** Covariance of the estimates of the named parameters; NaN where one of them has no standard error. */
export function covarianceOf(estimate: Estimate, names: readonly string[]): number[][] {
  const { uncertainty, scale } = estimate;
  const units = names.map((name) => unitOf(estimate, name));
  return units.map((first) =>
    units.map((second) =>
      first === undefined || second === undefined || uncertainty === undefined
        ? NaN
        : scale * uncertainty.covariance(first, second),
    ),
  );
}

/**
 * How far rounding errors move the estimate of a parameter: the standard error it would have if the residuals were
 * nothing else. NaN where the parameter has no standard error.
 */
export function resolutionOf(estimate: Estimate, name: string): number {
  const unit = unitOf(estimate, name);
  return unit === undefined || estimate.uncertainty === undefined
    ? NaN
    : estimate.rounding * Math.sqrt(estimate.uncertainty.covariance(unit, unit));
}

/** The gradient of one parameter as a function of those that may move; undefined when it may not. */
function unitOf({ interiorNames }: Estimate, name: string): Float64Array | undefined {
  const index = interiorNames.indexOf(name);
  return index < 0 ? undefined : Float64Array.from(interiorNames, (_, i) => Number(i === index));
}
