import { parse } from "@steepest/autodiff/formula";
import { z } from "zod";

/** A parameter, a column: what a formula can call by name. */
const assignment = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*(?:=\s*(.*?)\s*)?$/u;

/** A number, written as one or as a formula without names: `0.1`, `-2e3`, `pi/4`. */
function readNumber(text: string): number | undefined {
  const plain = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(plain)) return plain;
  try {
    const formula = parse(text);
    const value = formula.symbols.length === 0 ? formula.evaluate({}).item() : NaN;
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parts between commas, except those within brackets: `a=max(1,2),b=3` has two. */
function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

type Entries<T> = Map<string, T>;

/** Reads `a=…,b=…` with `readValue` for what stands behind the equals sign (undefined when there is none). */
function entries<T>(
  example: string,
  readValue: (text: string | undefined, name: string) => T | { problem: string },
): z.ZodType<Entries<T>> {
  return z.string().transform((text, context) => {
    const result: Entries<T> = new Map();
    const report = (message: string): typeof z.NEVER => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (text.trim() === "") return report(`expected ${example}`);
    for (const part of splitAtCommas(text)) {
      if (part.trim() === "")
        return report(`expected ${example}, but there is a comma with nothing beside it`);
      const [, name, value] = assignment.exec(part) ?? [];
      if (name === undefined)
        return report(`expected ${example}, but ${JSON.stringify(part.trim())} is not of that form`);
      if (result.has(name)) return report(`expected each name once, but ${name} comes twice`);
      const read = readValue(value, name);
      if (typeof read === "object" && read !== null && "problem" in read) return report(read.problem);
      result.set(name, read);
    }
    return result;
  });
}

/** `a=1,b=0.1` */
export const numbersSchema: z.ZodType<Entries<number>> = entries("a=1,b=0.1", (text, name) => {
  const value = text === undefined ? undefined : readNumber(text);
  return value ?? { problem: `expected a number for ${name}, as in ${name}=1` };
});

/** `c=0` holds c at 0, `c` at its start (undefined). */
export const fixedSchema: z.ZodType<Entries<number | undefined>> = entries("c=0", (text, name) => {
  if (text === undefined) return undefined;
  return readNumber(text) ?? { problem: `expected a number for ${name}, as in ${name}=0` };
});

export interface Bounds {
  min: number;
  max: number;
}

/** `b=0:2`, `b=0:` (no upper bound), `b=:2` (no lower bound). */
export const boundsSchema: z.ZodType<Entries<Bounds>> = entries("b=0:2", (text, name) => {
  const ends = text?.split(":") ?? [];
  const problem = {
    problem: `expected lower:upper for ${name}, as in ${name}=0:2, ${name}=0: or ${name}=:2`,
  };
  if (ends.length !== 2 || ends.every((end) => end.trim() === "")) return problem;
  const [min, max] = ends.map((end, i) =>
    end.trim() === "" ? (i === 0 ? -Infinity : Infinity) : readNumber(end),
  );
  if (min === undefined || max === undefined) return problem;
  if (!(min < max)) return { problem: `expected the lower bound of ${name} below the upper one` };
  return { min, max };
});

/** `x,y` */
export const namesSchema: z.ZodType<string[]> = z.string().transform((text, context) => {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) {
    context.addIssue({ code: "custom", message: "expected names separated by commas, as in x,y" });
    return z.NEVER;
  }
  return names;
});
