import type { FunctionBuilder, Item, Label, Local } from "./encoder.ts";

/** A pointer and the bytes by which it moves from one block to the next. */
export type Move = readonly [pointer: Local, bytes: number];

/** local += amount */
export function advance(code: FunctionBuilder, local: Local, amount: number): void {
  if (amount !== 0) code.set(local, local, amount, "i32.add");
}

/** local = min(local, limit), with the limit that the items leave on the stack */
export function atMost(code: FunctionBuilder, local: Local, ...limit: readonly Item[]): void {
  code.set(local, local, ...limit, local, ...limit, "i32.lt_s", "select");
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
  code.put(local, end, "i32.lt_u");
  code.brIf(again);
}

/** Repeats `body` while the condition holds. */
export function repeatWhile(code: FunctionBuilder, condition: readonly Item[], body: () => void): void {
  code.loop((again) => {
    code.put(...condition);
    code.if(() => {
      body();
      code.br(again);
    });
  });
}

/**
 * Runs `body` for blocks of `size` as long as `remaining`, which it counts down, has that many; then for what is left,
 * which is the remainder of `total` or nothing. `remaining` is `total` if that is no more than one block.
 */
export function inBlocks(
  code: FunctionBuilder,
  remaining: Local,
  total: number,
  size: number,
  moves: readonly Move[],
  body: (size: number) => void,
): void {
  if (total <= size) return body(total);
  repeatWhile(code, [remaining, size, "i32.ge_s"], () => {
    body(size);
    for (const [local, amount] of [...moves, [remaining, -size] as const]) advance(code, local, amount);
  });
  if (total % size === 0) return;
  code.get(remaining);
  code.if(() => body(total % size));
}
