import type { FunctionBuilder, Label, Local } from "./encoder.ts";

/** Integer arithmetic that loops need. */
export function push(code: FunctionBuilder, count: number | Local): void {
  if (typeof count === "number") code.i32(count);
  else code.get(count);
}

/** A new local with this value. */
export function counter(code: FunctionBuilder, value: number | Local): Local {
  const local = code.local("i32");
  push(code, value);
  code.set(local);
  return local;
}

export function advance(code: FunctionBuilder, local: Local, amount: number): void {
  if (amount === 0) return;
  code.get(local);
  code.i32(amount);
  code.op("i32.add");
  code.set(local);
}

/** Leaves the smaller one on the stack. */
export function pushLeast(code: FunctionBuilder, count: Local, most: number): void {
  push(code, count);
  push(code, most);
  push(code, count);
  push(code, most);
  code.op("i32.lt_s");
  code.op("select");
}

/** Leaves all − index · each on the stack. */
export function pushBehind(code: FunctionBuilder, all: number, index: Local, each: number): void {
  code.i32(all);
  code.get(index);
  code.i32(each);
  code.op("i32.mul");
  code.op("i32.sub");
}

/** Runs `body` until the local is 0, counting it down by one; at least once. */
export function countDown(code: FunctionBuilder, left: Local, body: () => void): void {
  code.loop((again) => {
    body();
    advance(code, left, -1);
    code.get(left);
    code.brIf(again);
  });
}

/** Goes round again while the local is below the end. */
export function repeatBelow(code: FunctionBuilder, local: Local, end: number | Local, again: Label): void {
  code.get(local);
  push(code, end);
  code.op("i32.lt_u");
  code.brIf(again);
}
