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
  /** Parameters that are fitted and whose start nobody gave. */
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

export interface SettingFlags {
  start?: ReadonlyMap<string, number> | undefined;
  bounds?: ReadonlyMap<string, Bounds> | undefined;
  fix?: ReadonlyMap<string, number | undefined> | undefined;
}

/** What the flags say about one parameter; `value` is undefined when they give none. */
function flagsFor(
  name: string,
  { start, bounds, fix }: SettingFlags,
): { limits: Bounds; value: number | undefined; fixed: boolean } {
  const limits = bounds?.get(name) ?? { min: -Infinity, max: Infinity };
  const given = start?.get(name);
  const fixedAt = fix?.get(name);
  if (fixedAt !== undefined && given !== undefined && fixedAt !== given)
    throw new UsageError(`${name} has two values: --start ${name}=${given} and --fix ${name}=${fixedAt}`);
  const value = fixedAt ?? given;
  if (value !== undefined && (value < limits.min || value > limits.max)) {
    const flag = fixedAt === undefined ? "--start" : "--fix";
    const [min, max] = [limits.min, limits.max].map((limit) => (Number.isFinite(limit) ? String(limit) : ""));
    throw new UsageError(`${flag} ${name}=${value} is outside --bounds ${name}=${min}:${max}`);
  }
  return { limits, value, fixed: fix?.has(name) ?? false };
}

/**
 * Start, bounds and fixed values of the parameters from the flags.
 *
 * @throws UsageError when a flag names something that is no parameter, or when two flags contradict each other.
 */
export function settingsFrom(names: readonly string[], flags: SettingFlags): Settings {
  rejectUnknown("--start", flags.start?.keys() ?? [], names);
  rejectUnknown("--bounds", flags.bounds?.keys() ?? [], names);
  rejectUnknown("--fix", flags.fix?.keys() ?? [], names);
  if (names.every((name) => flags.fix?.has(name)))
    throw new UsageError("nothing to fit: every parameter is fixed", "Leave at least one out of --fix.");

  const all = names.map((name) => ({ name, ...flagsFor(name, flags) }));
  const settings = all.map(({ name, limits, value, fixed }): [string, ParameterSetting] => [
    name,
    {
      value: value ?? defaultStart(limits),
      ...(Number.isFinite(limits.min) && { min: limits.min }),
      ...(Number.isFinite(limits.max) && { max: limits.max }),
      ...(fixed && { fixed }),
    },
  ]);
  return {
    parameters: Object.fromEntries(settings),
    defaulted: all.filter(({ value, fixed }) => value === undefined && !fixed).map(({ name }) => name),
  };
}
