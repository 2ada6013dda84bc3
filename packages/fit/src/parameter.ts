import { FitError, listNames, rejectUnknownKeys, show } from "./error.ts";

/** A parameter's start with what is known about it beforehand. */
export interface ParameterSettings {
  /** Where the fit starts; the parameter's value throughout when `fixed`. */
  readonly value: number;
  /** Smallest value allowed; no bound when left out. */
  readonly min?: number | undefined;
  /** Largest value allowed; no bound when left out. */
  readonly max?: number | undefined;
  /** Keep the parameter at its start. */
  readonly fixed?: boolean | undefined;
}

/** What may be given for a parameter: its start, or its start with bounds or `fixed`. */
export type ParameterInput = number | ParameterSettings;

/** A parameter as the fit uses it: everything spelled out and checked. */
export interface Parameter {
  readonly name: string;
  readonly start: number;
  readonly min: number;
  readonly max: number;
  readonly fixed: boolean;
}

const SETTINGS = ["value", "min", "max", "fixed"] as const;

/**
 * The model's parameters in its order, from what the caller gave for them.
 *
 * @throws {FitError} for a parameter without a start, an unknown name, and bounds that contradict each other or the start
 */
export function readParameters(
  names: readonly string[],
  given: Readonly<Record<string, ParameterInput>>,
  columnNames: readonly string[],
): Parameter[] {
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new FitError({
      where: `parameters.${name}`,
      expected: `a parameter of the model: ${listNames(names, "or")}`,
      advice: columnNames.includes(name)
        ? `"${name}" is a column of the data; rename one of the two if both are meant`
        : "correct or remove the name",
      found: show(name),
    });
  }
  return names.map((name) => readParameter(name, Object.hasOwn(given, name) ? given[name] : undefined));
}

function readParameter(name: string, given: ParameterInput | undefined): Parameter {
  const where = `parameters.${name}`;
  if (given === undefined) {
    throw new FitError({
      where,
      expected: `a starting value for "${name}"`,
      advice: `give a rough guess, for example parameters: { ${name}: 1 }, or a data column of that name if it is a predictor`,
      found: "nothing",
    });
  }
  const settings = typeof given === "number" ? { value: given } : given;
  if (typeof settings !== "object" || settings === null) {
    throw new FitError({
      where,
      expected: "a number or { value, min, max, fixed }",
      advice: "give the starting value",
      found: show(given),
    });
  }
  rejectUnknownKeys(settings, SETTINGS, where);
  const { value, min = -Infinity, max = Infinity, fixed = false } = settings;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new FitError({
      where: typeof given === "number" ? where : `${where}.value`,
      expected: "a finite starting value",
      advice: "give a rough guess",
      found: show(value),
    });
  }
  for (const [key, bound] of [
    ["min", min],
    ["max", max],
  ] as const) {
    if (typeof bound === "number" && !Number.isNaN(bound)) continue;
    throw new FitError({
      where: `${where}.${key}`,
      expected: "a number",
      advice: "leave it out when there is no bound",
      found: show(bound),
    });
  }
  if (min >= max) {
    throw new FitError({
      where,
      expected: "min below max",
      advice:
        min === max ? `to hold "${name}" at one value give { value: ${min}, fixed: true }` : "exchange them",
      found: `min ${min} and max ${max}`,
    });
  }
  if (value < min || value > max) {
    throw new FitError({
      where,
      expected: `a starting value from ${min} to ${max}`,
      advice: "move the start inside the bounds or widen them",
      found: String(value),
    });
  }
  return { name, start: value, min, max, fixed };
}
