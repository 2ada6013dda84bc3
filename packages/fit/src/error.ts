import { SteepestError } from "@steepest/autodiff";

/** What a {@link FitError} says, part by part. */
export interface FitErrorParts {
  /** Path of the argument at fault, such as `data.t[3]` or `parameters.b.min`. */
  readonly where: string;
  /** What was expected there. */
  readonly expected: string;
  /** What to do about it. */
  readonly advice: string;
  /** What was found instead. */
  readonly found: string;
}

/** A wrong argument to a fit: the message says where, what was expected, what to do and what was found. */
export class FitError extends SteepestError implements FitErrorParts {
  override name = "FitError";
  readonly where: string;
  readonly expected: string;
  readonly advice: string;
  readonly found: string;

  constructor({ where, expected, advice, found }: FitErrorParts) {
    super(`${where}: expected ${expected}; ${advice}: found ${found}`);
    this.where = where;
    this.expected = expected;
    this.advice = advice;
    this.found = found;
  }
}

/** Names for a sentence: `a`, `a and b`, `a, b and c`; "none" when there are none. */
export function listNames(names: readonly string[], conjunction: "and" | "or" = "and"): string {
  if (names.length === 0) return "none";
  const last = names[names.length - 1] ?? "";
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** A value of unknown type as it should appear in an error message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (typeof value === "function") return "a function";
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (typeof value === "object" && value !== null)
    return `an object with keys ${listNames(Object.keys(value))}`;
  return String(value);
}

/** Throws for the first key of `given` that is not among `known`: a misspelt setting must not be ignored. */
export function rejectUnknownKeys(given: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new FitError({
      where: `${where}.${key}`,
      expected: `a known setting: ${listNames(known, "or")}`,
      advice: "correct or remove the name",
      found: show(key),
    });
  }
}
