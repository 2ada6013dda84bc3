import type { FunctionBuilder, Local } from "./encoder.ts";
import type { PlainInstruction } from "./opcodes.ts";

/** A pointer and the bytes by which it moves from one block to the next. */
export type Move = readonly [pointer: Local, bytes: number];

/** Locals are read, numbers are i32 constants, names are instructions. */
export type Item = Local | number | PlainInstruction;

/** Writes the integer arithmetic of pointers and counters, and the loops that they run through. */
export class AddressWriter {
  readonly f: FunctionBuilder;

  constructor(f: FunctionBuilder) {
    this.f = f;
  }

  put(...items: readonly Item[]): void {
    for (const item of items)
      if (typeof item === "number") this.f.i32(item);
      else if (typeof item === "string") this.f.op(item);
      else this.f.get(item);
  }

  /** local = the value that the items leave on the stack */
  set(local: Local, ...items: readonly Item[]): void {
    this.put(...items);
    this.f.set(local);
  }

  /** A new local with the value that the items leave on the stack. */
  let(type: "i32" | "v128", ...items: readonly Item[]): Local {
    this.put(...items);
    const local = this.f.local(type);
    this.f.set(local);
    return local;
  }

  /** pointer += bytes */
  move([pointer, bytes]: Move): void {
    if (bytes !== 0) this.set(pointer, pointer, bytes, "i32.add");
  }

  /** local = min(local, limit) */
  atMost(local: Local, ...limit: readonly Item[]): void {
    this.set(local, local, ...limit, local, ...limit, "i32.lt_s", "select");
  }

  /** Repeats `body` while the condition holds. */
  while(condition: readonly Item[], body: () => void): void {
    const { f } = this;
    f.block((end) => {
      f.loop((again) => {
        this.put(...condition, "i32.eqz");
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
    if (total <= size) return body(total);
    this.while([remaining, size, "i32.ge_s"], () => {
      body(size);
      for (const each of [...moves, [remaining, -size] as const]) this.move(each);
    });
    if (total % size === 0) return;
    this.put(remaining);
    this.f.if(() => body(total % size));
  }
}
