import type { FunctionBuilder, FunctionReference, Local } from "./encoder.ts";

/** A pointer and the bytes by which it moves from one block to the next. */
export type Move = readonly [pointer: Local, bytes: number];

/** Writes the integer arithmetic of pointers and counters, and the loops that they run through. */
export class AddressWriter {
  readonly f: FunctionBuilder;

  constructor(f: FunctionBuilder) {
    this.f = f;
  }

  set(local: Local, value: Local | number): void {
    if (typeof value === "number") this.f.i32(value);
    else this.f.get(value);
    this.f.set(local);
  }

  /** pointer += bytes */
  move([pointer, bytes]: Move): void {
    if (bytes === 0) return;
    this.f.get(pointer);
    this.f.i32(bytes);
    this.f.op("i32.add");
    this.f.set(pointer);
  }

  /** pointer += (⌊index / divisor⌋ mod modulus)·stride */
  seek(pointer: Local, index: Local, stride: number, divisor: number = 1, modulus: number = Infinity): void {
    const { f } = this;
    if (stride === 0) return;
    f.get(pointer);
    f.get(index);
    if (divisor > 1) this.#with(divisor, "i32.div_u");
    if (modulus < Infinity) this.#with(modulus, "i32.rem_u");
    this.#with(stride, "i32.mul");
    f.op("i32.add");
    f.set(pointer);
  }

  #with(value: number, operation: "i32.div_u" | "i32.rem_u" | "i32.mul"): void {
    this.f.i32(value);
    this.f.op(operation);
  }

  /** local = min(local, limit), where `limit` leaves a number on the stack. */
  atMost(local: Local, limit: () => void): void {
    const { f } = this;
    f.get(local);
    limit();
    f.get(local);
    limit();
    f.op("i32.lt_s");
    f.op("select");
    f.set(local);
  }

  call(target: FunctionReference, ...args: readonly Local[]): void {
    for (const each of args) this.f.get(each);
    this.f.call(target);
  }

  /** Repeats `body` while `condition` leaves a number other than 0 on the stack. */
  while(condition: () => void, body: () => void): void {
    const { f } = this;
    f.block((end) => {
      f.loop((again) => {
        condition();
        f.op("i32.eqz");
        f.brIf(end);
        body();
        f.br(again);
      });
    });
  }

  /**
   * Runs `body` for blocks of `size` as long as `remaining`, which it counts down, has that many; then for what is left,
   * which is the remainder of `total` or nothing. `remaining` is `total` if that is no more than one block.
   */
  inBlocks(
    remaining: Local,
    total: number,
    size: number,
    moves: readonly Move[],
    body: (size: number) => void,
  ): void {
    const { f } = this;
    if (total <= size) return body(total);
    const isWhole = (): void => {
      f.get(remaining);
      f.i32(size);
      f.op("i32.ge_s");
    };
    this.while(isWhole, () => {
      body(size);
      for (const each of [...moves, [remaining, -size] as const]) this.move(each);
    });
    if (total % size === 0) return;
    f.get(remaining);
    f.if(() => body(total % size));
  }
}
