import type { AtomicOpcode } from "./atomics.ts";
import { ByteWriter } from "./bytes.ts";
import {
  laneMemoryOpcodes,
  laneOpcodes,
  memoryOpcodes,
  plainOpcodes,
  type LaneInstruction,
  type LaneMemoryInstruction,
  type MemoryInstruction,
  type PlainInstruction,
} from "./opcodes.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** A parameter or local variable of one function. */
export interface Local {
  readonly type: ValueType;
  readonly index: number;
  readonly owner: FunctionBuilder;
}

/** Locals are read, numbers are i32 constants, names are instructions. */
export type Item = Local | number | PlainInstruction;

/** Target of a branch: the start of a `loop`, the end of a `block` or `if`. */
export interface Label {
  readonly depth: number;
}

/** Anything that can be called: a function of the module or an imported one. */
export interface FunctionReference {
  readonly index: number;
  readonly parameterTypes: readonly ValueType[];
  readonly resultTypes: readonly ValueType[];
}

/**
 * Writes the body of one function, instruction by instruction, in the order of the stack machine. Blocks are
 * callbacks, so they are always balanced; a local of another function or a label that is not in scope throws.
 * Types of stack operands are left to the engine's validation.
 */
export class FunctionBuilder implements FunctionReference {
  readonly index: number;
  readonly parameterTypes: readonly ValueType[];
  readonly resultTypes: readonly ValueType[];
  readonly parameters: readonly Local[];
  readonly #locals: Local[] = [];
  readonly #free: Record<ValueType, Local[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  readonly #scopes: Local[][] = [];
  readonly #hoisted = new Map<string, Local>();
  readonly #prologue = new ByteWriter(64);
  readonly #body = new ByteWriter(512);
  #code = this.#body;
  readonly #labels: Label[] = [];

  constructor(index: number, parameterTypes: readonly ValueType[], resultTypes: readonly ValueType[]) {
    this.index = index;
    this.parameterTypes = parameterTypes;
    this.resultTypes = resultTypes;
    this.parameters = parameterTypes.map((type, i) => ({ type, index: i, owner: this }));
  }

  /** Bytes of code written so far. */
  get size(): number {
    return this.#prologue.length + this.#body.length;
  }

  // — locals —

  /** A local variable. It starts as zero, unless it is a recycled local of an earlier `scope`: then as anything. */
  local(type: ValueType): Local {
    let local = this.#free[type].pop();
    if (local === undefined) {
      local = { type, index: this.parameters.length + this.#locals.length, owner: this };
      this.#locals.push(local);
    }
    this.#scopes.at(-1)?.push(local);
    return local;
  }

  /** Runs `build`; locals made inside are recycled afterwards, so they must not be used after it. */
  scope<T>(build: () => T): T {
    this.#scopes.push([]);
    const result = build();
    for (const local of this.#scopes.pop() ?? []) this.#free[local.type].push(local);
    return result;
  }

  /**
   * A local that is set once at the entry of the function, whatever block is being written now: for values that a
   * loop should not compute again. `build` leaves the value on the stack and must not use other locals than
   * parameters. The same key gives the same local.
   */
  hoist(key: string, type: ValueType, build: () => void): Local {
    const known = this.#hoisted.get(key);
    if (known !== undefined) return known;
    const local: Local = { type, index: this.parameters.length + this.#locals.length, owner: this };
    this.#locals.push(local);
    this.#hoisted.set(key, local);
    const code = this.#code;
    this.#code = this.#prologue;
    build();
    this.set(local);
    this.#code = code;
    return local;
  }

  get(local: Local): void {
    this.#local(0x20, local);
  }

  /** Leaves values on the stack, and takes from it what instructions want. */
  put(...items: readonly Item[]): void {
    for (const item of items)
      if (typeof item === "number") this.i32(item);
      else if (typeof item === "string") this.op(item);
      else this.get(item);
  }

  /** local = the value that the items leave on the stack, or that is there already. */
  set(local: Local, ...items: readonly Item[]): void {
    this.put(...items);
    this.#local(0x21, local);
  }

  /** A new local with that value. */
  let(type: ValueType, ...items: readonly Item[]): Local {
    this.put(...items);
    const local = this.local(type);
    this.set(local);
    return local;
  }

  tee(local: Local): void {
    this.#local(0x22, local);
  }

  #local(opcode: number, local: Local): void {
    if (local.owner !== this) {
      throw new Error(`a local of another function: ${local.index}`);
    }
    this.#code.byte(opcode);
    this.#code.unsigned(local.index);
  }

  // — constants —

  /** An integer, or an address up to 2³² − 1. */
  i32(value: number): void {
    this.#code.byte(0x41);
    this.#code.signed(value | 0);
  }

  i64(value: bigint): void {
    this.#code.byte(0x42);
    this.#code.signed64(value);
  }

  f32(value: number): void {
    this.#code.byte(0x43);
    this.#code.f32(value);
  }

  f64(value: number): void {
    this.#code.byte(0x44);
    this.#code.f64(value);
  }

  /** A vector constant with the same number in both lanes. */
  f64x2(value: number): void {
    this.#opcode(0xfd0c);
    this.#code.f64(value);
    this.#code.f64(value);
  }

  /** A vector constant with the same number in all four lanes. */
  f32x4(value: number): void {
    this.#opcode(0xfd0c);
    for (let lane = 0; lane < 4; lane++) this.#code.f32(value);
  }

  /** A vector constant with the same integer in all four lanes. */
  i32x4(value: number): void {
    this.#opcode(0xfd0c);
    for (let lane = 0; lane < 4; lane++) this.#code.i32(value);
  }

  /** A vector constant given by its 16 bytes. */
  v128(bytes: ArrayLike<number>): void {
    this.#vector(0xfd0c, bytes);
  }

  /** A global of the module, by its index. */
  global(index: number): void {
    this.#code.byte(0x23);
    this.#code.unsigned(index);
  }

  // — instructions —

  /** An instruction without immediates, by its text name. */
  op(name: PlainInstruction): void {
    this.#opcode(plainOpcodes[name]);
  }

  /** Access to one lane of a vector. */
  lane(name: LaneInstruction, lane: number): void {
    this.#opcode(laneOpcodes[name]);
    this.#code.byte(lane);
  }

  /**
   * A load or store at address + `offset` bytes. Stack: [address] or [address, value].
   * `alignment` is log₂ of the promised alignment in bytes (a hint, natural by default).
   */
  memory(name: MemoryInstruction, offset = 0, alignment?: number): void {
    const [opcode, natural] = memoryOpcodes[name];
    this.#opcode(opcode);
    this.#code.unsigned(alignment ?? natural);
    this.#code.unsigned(offset);
  }

  /** An atomic access to the word at address + `offset` bytes; the address must be a multiple of 4. */
  atomic(opcode: AtomicOpcode, offset = 0): void {
    this.#code.bytes([0xfe, opcode, 2]);
    this.#code.unsigned(offset);
  }

  /** A load into or store of one lane. Stack: [address, vector]. */
  memoryLane(name: LaneMemoryInstruction, lane: number, offset = 0): void {
    this.#opcode(laneMemoryOpcodes[name]);
    this.#code.unsigned(0);
    this.#code.unsigned(offset);
    this.#code.byte(lane);
  }

  /** i8x16.shuffle: byte i of the result is byte `lanes[i]` of the 32 bytes of both operands. */
  shuffle(lanes: readonly number[]): void {
    this.#vector(0xfd0d, lanes);
  }

  #vector(opcode: number, bytes: ArrayLike<number>): void {
    if (bytes.length !== 16) throw new RangeError(`expected 16 bytes: ${bytes.length}`);
    this.#opcode(opcode);
    this.#code.bytes(bytes);
  }

  /** A shuffle of 32-bit lanes: lanes 0 to 3 of the first operand, 4 to 7 of the second. */
  shuffle32(lanes: readonly [number, number, number, number]): void {
    this.shuffle(lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]));
  }

  /** A shuffle of 64-bit lanes: lanes 0 and 1 of the first operand, 2 and 3 of the second. */
  shuffle64(lanes: readonly [number, number]): void {
    this.shuffle(lanes.flatMap((lane) => Array.from({ length: 8 }, (_, byte) => 8 * lane + byte)));
  }

  call(target: FunctionReference): void {
    this.#code.byte(0x10);
    this.#code.unsigned(target.index);
  }

  /** Stack: [destination, source, bytes]. */
  memoryCopy(): void {
    this.#opcode(0xfc0a);
    this.#code.byte(0);
    this.#code.byte(0);
  }

  /** Stack: [destination, byte value, bytes]. */
  memoryFill(): void {
    this.#opcode(0xfc0b);
    this.#code.byte(0);
  }

  // — control —

  /** A branch to the label leaves the block. */
  block(build: (end: Label) => void, result?: ValueType): void {
    this.#block(0x02, build, result);
  }

  /** A branch to the label goes round again; falling through leaves the loop. */
  loop(build: (again: Label) => void, result?: ValueType): void {
    this.#block(0x03, build, result);
  }

  /** Stack: [condition]. A branch to the label leaves the `if`. */
  if(whenTrue: (end: Label) => void, whenFalse?: (end: Label) => void, result?: ValueType): void {
    this.#code.byte(0x04);
    this.#blockType(result);
    this.#labelled(whenTrue);
    if (whenFalse !== undefined) {
      this.#code.byte(0x05);
      this.#labelled(whenFalse);
    }
    this.#code.byte(0x0b);
  }

  br(label: Label): void {
    this.#branch(0x0c, label);
  }

  /** Stack: [condition]. */
  brIf(label: Label): void {
    this.#branch(0x0d, label);
  }

  #block(opcode: number, build: (label: Label) => void, result: ValueType | undefined): void {
    this.#code.byte(opcode);
    this.#blockType(result);
    this.#labelled(build);
    this.#code.byte(0x0b);
  }

  #blockType(result: ValueType | undefined): void {
    this.#code.byte(result === undefined ? 0x40 : valueTypeCodes[result]);
  }

  #labelled(build: (label: Label) => void): void {
    const label: Label = { depth: this.#labels.length };
    this.#labels.push(label);
    build(label);
    this.#labels.pop();
  }

  #branch(opcode: number, label: Label): void {
    if (this.#labels[label.depth] !== label) throw new Error(`no such block around: ${label.depth}`);
    this.#code.byte(opcode);
    this.#code.unsigned(this.#labels.length - 1 - label.depth);
  }

  #opcode(code: number): void {
    if (code < 0x100) return this.#code.byte(code);
    const prefix = code < 0xfd00 ? 0xfc : 0xfd;
    this.#code.byte(prefix);
    this.#code.unsigned(code - prefix * 0x100);
  }

  /** Appends the finished function to the code section. */
  writeTo(section: ByteWriter): void {
    if (this.#labels.length > 0) throw new Error(`blocks still open: ${this.#labels.length}`);
    const header = new ByteWriter(16);
    const runs: { type: ValueType; count: number }[] = [];
    for (const { type } of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    header.unsigned(runs.length);
    for (const { type, count } of runs) {
      header.unsigned(count);
      header.byte(valueTypeCodes[type]);
    }
    section.unsigned(header.length + this.size + 1);
    section.bytes(header.written);
    section.bytes(this.#prologue.written);
    section.bytes(this.#body.written);
    section.byte(0x0b);
  }
}
