import { suggest } from "@steepest/datasets";
import { UsageError } from "../errors.ts";
import type { Bounds } from "../options/assignments.ts";

export interface ParameterSetting {
  value: number;
  min?: number;
  max?: number;
  fixed?: boolean;
}

export interface Settings {
  parameters: Record<string, ParameterSetting>;
  /** Parameters whose start nobody gave. */
  defaulted: readonly string[];
}

/** Where a parameter starts that nobody gave a start: at 1, or well inside its bounds. */
function defaultStart({ min, max }: Bounds): number {
  if (min < 1 && 1 < max) return 1;
  if (Number.isFinite(min) && Number.isFinite(max)) return (min + max) / 2;
  return Number.isFinite(min) ? min + 1 : max - 1;
}

function rejectUnknown(flag: string, given: Iterable<string>, known: readonly string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    const near = suggest(name, known);
    throw new UsageError(
      `${flag}: the model has no parameter ${name}${near === undefined ? "" : `, did you mean ${near}?`}`,
      `Its parameters are ${known.join(", ")}.`,
    );
  }
}

/**
 * Start, bounds and fixed values of the parameters from the flags.
 *
 * @throws UsageError when a flag names something that is no parameter, or when two flags contradict each other.
 */
export function settingsFrom(
  names: readonly string[],
  flags: {
    start?: ReadonlyMap<string, number> | undefined;
    bounds?: ReadonlyMap<string, Bounds> | undefined;
    fix?: ReadonlyMap<string, number | undefined> | undefined;
  },
): Settings {
  const { start = new Map<string, number>(), bounds = new Map<string, Bounds>(), fix = new Map() } = flags;
  rejectUnknown("--start", start.keys(), names);
  rejectUnknown("--bounds", bounds.keys(), names);
  rejectUnknown("--fix", fix.keys(), names);
  if (names.every((name) => fix.has(name)))
    throw new UsageError("nothing to fit: every parameter is fixed", "Leave at least one out of --fix.");

  const defaulted: string[] = [];
  const parameters: Record<string, ParameterSetting> = {};
  for (const name of names) {
    const limits = bounds.get(name) ?? { min: -Infinity, max: Infinity };
    const fixedAt = fix.get(name);
    const given = start.get(name);
    if (fixedAt !== undefined && given !== undefined && fixedAt !== given)
      throw new UsageError(`${name} has two values: --start ${name}=${given} and --fix ${name}=${fixedAt}`);
    const value = fixedAt ?? given;
    if (value !== undefined && (value < limits.min || value > limits.max))
      throw new UsageError(
        `${fix.has(name) ? "--fix" : "--start"} ${name}=${value} is outside --bounds ${name}=${limits.min}:${limits.max}`.replaceAll(
          /-?Infinity/g,
          "",
        ),
      );
    if (value === undefined) defaulted.push(name);
    parameters[name] = {
      value: value ?? defaultStart(limits),
      ...(Number.isFinite(limits.min) && { min: limits.min }),
      ...(Number.isFinite(limits.max) && { max: limits.max }),
      ...(fix.has(name) && { fixed: true }),
    };
  }
  return { parameters, defaulted };
}
