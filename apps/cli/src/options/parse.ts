import type { z } from "zod";
import { UsageError } from "../errors.ts";

/** `maxIterations` → `--max-iterations`. */
const flagOf = (name: PropertyKey): string =>
  `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * What the flags of a command mean, checked by its schema.
 *
 * @throws UsageError that names the flag.
 */
export function parseOptions<T>(schema: z.ZodType<T>, flags: Record<string, unknown>): T {
  const result = schema.safeParse(flags);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = issue?.path[0] ?? "";
  const given = flags[String(name)];
  const found = given === undefined ? "" : `, found: ${JSON.stringify(given)}`;
  throw new UsageError(`${flagOf(name)}: ${issue?.message ?? "invalid"}${found}`);
}
