import type { Access, Address } from "./access.ts";
import { advance } from "./counter.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";

/** True for one element that is the same for the whole pass. */
export function isFixed({ strides }: Access): boolean {
  return strides.every((stride) => stride === 0);
}

/** True for an access that goes backwards: an instruction cannot subtract from a position. */
function isAbsolute({ strides }: Access): boolean {
  return strides.some((stride) => stride < 0);
}

/** Accesses that move alike share a position; one that moves backwards has its address in it. */
function keyOf(access: Access): string {
  return access.strides.join() + (isAbsolute(access) ? `@${access.address}` : "");
}

interface Position {
  readonly local: Local;
  readonly access: Access;
}

/** The locals of a pass that say how far its accesses have come, in bytes. */
export class Positions {
  readonly #code: FunctionBuilder;
  readonly #locals = new Map<string, Position>();

  constructor(code: FunctionBuilder) {
    this.#code = code;
  }

  /** Begins at step number `from` · `steps` of the outermost level. */
  begin(access: Access, from: Local, steps: number): void {
    const code = this.#code;
    const key = keyOf(access);
    if (isFixed(access) || this.#locals.has(key)) return;
    const first = isAbsolute(access) ? access.address : 0;
    const stride = steps * (access.strides[0] as number);
    const local = code.let("i32", first, from, stride, "i32.mul", "i32.add");
    this.#locals.set(key, { local, access });
  }

  of(access: Access): Address {
    if (isFixed(access)) return { position: undefined, offset: access.address };
    const { local } = this.#locals.get(keyOf(access)) as Position;
    return { position: local, offset: isAbsolute(access) ? 0 : access.address };
  }

  /** Moves every position by what its access says. */
  move(by: (access: Access) => number): void {
    for (const { local, access } of this.#locals.values()) advance(this.#code, local, by(access));
  }
}
