import type { FunctionBuilder, Local } from "./encoder.ts";

/** A number known when emitting, or a local. */
export type Count = number | Local;

/** Leaves constant + Σ local · factor on the stack. */
export function pushSum(
  f: FunctionBuilder,
  constant: number,
  ...terms: readonly (readonly [Count, number])[]
): void {
  let known = constant;
  const unknown: (readonly [Local, number])[] = [];
  for (const [value, factor] of terms)
    if (typeof value === "number") known += value * factor;
    else unknown.push([value, factor]);
  if (known !== 0 || unknown.length === 0) f.i32(known);
  unknown.forEach(([local, factor], index) => {
    f.get(local);
    if (factor !== 1) {
      f.i32(factor);
      f.op("i32.mul");
    }
    if (index > 0 || known !== 0) f.op("i32.add");
  });
}

/** A new local with the value constant + Σ local · factor. */
export function letSum(
  f: FunctionBuilder,
  constant: number,
  ...terms: readonly (readonly [Count, number])[]
): Local {
  const local = f.local("i32");
  pushSum(f, constant, ...terms);
  f.set(local);
  return local;
}

export function advance(f: FunctionBuilder, local: Local, amount: number): void {
  if (amount === 0) return;
  pushSum(f, amount, [local, 1]);
  f.set(local);
}

/** A new local with the smaller one of two numbers, or the larger. */
export function letExtremum(f: FunctionBuilder, which: "least" | "most", a: Count, b: Count): Local {
  const local = f.local("i32");
  const pushBoth = (): void => [a, b].forEach((each) => pushSum(f, 0, [each, 1]));
  pushBoth();
  pushBoth();
  f.op(which === "least" ? "i32.lt_s" : "i32.gt_s");
  f.op("select");
  f.set(local);
  return local;
}

/** Writes `body` so that it runs `times` times; a count in a local must not be 0. */
export function repeat(f: FunctionBuilder, times: Count, body: () => void): void {
  if (times === 0) return;
  if (times === 1) return f.scope(body);
  f.scope(() => {
    const left = letSum(f, 0, [times, 1]);
    f.loop((again) => {
      f.scope(body);
      pushSum(f, -1, [left, 1]);
      f.tee(left);
      f.brIf(again);
    });
  });
}

/** Writes the body of a kernel's work: `body` for every unit from the first parameter to before the second. */
export function eachUnit(f: FunctionBuilder, body: (unit: Local) => void): void {
  const [unit, end] = f.parameters as [Local, Local];
  f.block((done) => {
    f.loop((again) => {
      f.get(unit);
      f.get(end);
      f.op("i32.ge_u");
      f.brIf(done);
      f.scope(() => body(unit));
      advance(f, unit, 1);
      f.br(again);
    });
  });
}

/** New locals for the quotient and the remainder of a local by a number. */
export function letDivided(
  f: FunctionBuilder,
  dividend: Local,
  divisor: number,
): [quotient: Local, remainder: Local] {
  const quotient = f.local("i32");
  f.get(dividend);
  f.i32(divisor);
  f.op("i32.div_u");
  f.set(quotient);
  return [quotient, letSum(f, 0, [dividend, 1], [quotient, -divisor])];
}
