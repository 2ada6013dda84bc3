import { OptimizationError } from "../errors.ts";
import type { Evaluations } from "../solution.ts";
import type { WalkState } from "./method.ts";

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A walk under way as plain JSON: `JSON.stringify` it, and go on another day with `resume`. The same function, method and
 * options must be given again; the steps that follow are those that would have followed, to the last bit.
 */
export interface Checkpoint {
  readonly format: 1;
  /** Name of the method. */
  readonly method: string;
  /** Number of parameters. */
  readonly dimension: number;
  readonly evaluations: Readonly<Evaluations>;
  /** What the method remembers; null before the first step. */
  readonly state: Json;
}

const arrays = { f64: Float64Array, i32: Int32Array, i8: Int8Array, u8: Uint8Array } as const;

/** Numbers that JSON has no word for. */
const special: Readonly<Record<string, number>> = {
  NaN,
  Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
};

function encodeNumber(value: number): Json {
  if (Object.is(value, -0)) return { number: "-0" };
  return Number.isFinite(value) ? value : { number: String(value) };
}

/** A state as JSON: typed arrays become `{ f64: […] }`, numbers that JSON lacks `{ number: "NaN" }`. */
export function encode(value: unknown): Json {
  if (typeof value === "number") return encodeNumber(value);
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(encode);
  for (const [name, type] of Object.entries(arrays))
    if (value instanceof type) return { [name]: Array.from(value, encodeNumber) };
  if (typeof value === "object")
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, part]) => part !== undefined)
        .map(([key, part]) => [key, encode(part)]),
    );
  throw new TypeError(`the state of a walk must be plain data: ${typeof value}`);
}

/** The state that {@link encode} wrote. */
export function decode(json: Json): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (isList(json)) return json.map(decode);
  const entries = Object.entries(json);
  const [key, part] = entries[0] ?? [];
  if (entries.length === 1 && key !== undefined) {
    if (key === "number" && typeof part === "string") return special[part];
    if (key in arrays && isList(part))
      return new arrays[key as keyof typeof arrays](part.map((element) => decode(element) as number));
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, decode(value)]));
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

/**
 * The state that a checkpoint holds, if it is one of such a walk.
 *
 * @throws {OptimizationError} for a checkpoint of another method, of another number of parameters, or none at all
 */
export function restore(checkpoint: Checkpoint, method: string, dimension: number): WalkState | undefined {
  if (typeof checkpoint !== "object" || checkpoint === null || checkpoint.format !== 1)
    throw new OptimizationError(
      `resume must be a checkpoint of a walk (format 1): ${JSON.stringify(checkpoint)}`.slice(0, 200),
    );
  if (checkpoint.method !== method)
    throw new OptimizationError(
      `the checkpoint is of ${checkpoint.method}; resume it with that method: ${method}`,
    );
  if (checkpoint.dimension !== dimension)
    throw new OptimizationError(
      `the checkpoint is of a problem with ${checkpoint.dimension} parameters; the start has another number: ${dimension}`,
    );
  return checkpoint.state === null ? undefined : (decode(checkpoint.state) as WalkState);
}
