import { countDown, repeatWhile } from "./counter.ts";
import type { FunctionBuilder, Item, Local } from "./encoder.ts";

/** A number known when emitting, or a local. */
export type Count = number | Local;

/** Leaves constant + Σ local · factor on the stack. */
export function pushSum(
  f: FunctionBuilder,
  constant: number,
  ...terms: readonly (readonly [Count, number])[]
): void {
  let known = constant;
  const items: Item[] = [];
  for (const [value, factor] of terms)
    if (typeof value === "number") known += value * factor;
    else {
      const product: Item[] = factor === 1 ? [value] : [value, factor, "i32.mul"];
      items.push(...product, ...(items.length > 0 ? (["i32.add"] as const) : []));
    }
  if (items.length === 0) f.put(known);
  else f.put(...items, ...(known === 0 ? [] : ([known, "i32.add"] as const)));
}

/** A new local with the value constant + Σ local · factor. */
export function letSum(
  f: FunctionBuilder,
  constant: number,
  ...terms: readonly (readonly [Count, number])[]
): Local {
  pushSum(f, constant, ...terms);
  return f.let("i32");
}

/** A new local with the smaller one of two numbers, or the larger. */
export function letExtremum(f: FunctionBuilder, which: "least" | "most", a: Count, b: Count): Local {
  return f.let("i32", a, b, a, b, which === "least" ? "i32.lt_s" : "i32.gt_s", "select");
}

/** Writes `body` so that it runs `times` times; a count in a local must not be 0. */
export function repeat(f: FunctionBuilder, times: Count, body: () => void): void {
  if (times === 0) return;
  if (times === 1) return f.scope(body);
  f.scope(() => {
    countDown(f, f.let("i32", times), () => f.scope(body));
  });
}

/** Writes the body of a kernel's work: `body` for every unit from the first parameter to before the second. */
export function eachUnit(f: FunctionBuilder, body: (unit: Local) => void): void {
  const [unit, end] = f.parameters as [Local, Local];
  repeatWhile(f, [unit, end, "i32.lt_u"], () => {
    f.scope(() => body(unit));
    f.set(unit, unit, 1, "i32.add");
  });
}

/** New locals for the quotient and the remainder of a local by a number. */
export function letDivided(
  f: FunctionBuilder,
  dividend: Local,
  divisor: number,
): [quotient: Local, remainder: Local] {
  const quotient = f.let("i32", dividend, divisor, "i32.div_u");
  return [quotient, letSum(f, 0, [dividend, 1], [quotient, -divisor])];
}
