import { laneMemoryOpcodes, laneOpcodes, memoryOpcodes, plainOpcodes } from "../src/compile/wasm/opcodes.ts";
import { valueTypeCodes, type ValueType } from "../src/compile/wasm/function.ts";
import { atomicName } from "./atomic-names.ts";
import { ByteReader } from "./byte-reader.ts";

/** One instruction by its text name; `block`, `loop` and `if` hold those inside them. */
export interface Instruction {
  readonly name: string;
  /** Immediate operands in the text format's order, as it writes them. */
  readonly immediates: readonly string[];
  /** The function that is called. */
  readonly target?: number;
  readonly body?: readonly Instruction[];
  readonly otherwise?: readonly Instruction[];
}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface Import {
  readonly module: string;
  readonly name: string;
  /** `undefined` for a memory. */
  readonly type: FunctionType | undefined;
}

export interface WasmFunction {
  readonly index: number;
  readonly type: FunctionType;
  /** Types of the local variables that are not parameters. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Instruction[];
}

export interface WasmModule {
  readonly imports: readonly Import[];
  /** The module's own functions; their indices follow those of the imported ones. */
  readonly functions: readonly WasmFunction[];
  readonly globals: readonly { readonly type: ValueType; readonly value: Instruction }[];
  readonly exports: readonly { readonly name: string; readonly index: number }[];
  readonly data: readonly { readonly offset: number; readonly length: number }[];
}

const namesOf = (table: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(table).map(([name, code]) => [code, name]));
const plain = namesOf(plainOpcodes);
const memory = new Map(
  Object.entries(memoryOpcodes).map(([name, [code, alignment]]) => [code as number, { name, alignment }]),
);
const laneMemory = namesOf(laneMemoryOpcodes);
const lane = namesOf(laneOpcodes);
const valueTypes = namesOf(valueTypeCodes) as ReadonlyMap<number, ValueType>;

const variables = new Map([
  [0x20, "local.get"],
  [0x21, "local.set"],
  [0x22, "local.tee"],
  [0x23, "global.get"],
  [0x24, "global.set"],
]);
const blocks = new Map([
  [0x02, "block"],
  [0x03, "loop"],
  [0x04, "if"],
]);
const branches = new Map([
  [0x0c, "br"],
  [0x0d, "br_if"],
]);

class Disassembler {
  readonly #types: FunctionType[] = [];
  readonly #imports: Import[] = [];
  readonly #functionTypes: FunctionType[] = [];
  readonly #functions: WasmFunction[] = [];
  readonly #globals: { type: ValueType; value: Instruction }[] = [];
  readonly #exports: { name: string; index: number }[] = [];
  readonly #data: { offset: number; length: number }[] = [];
  #bytes: ByteReader;
  /** Local variables of the function being read. */
  #localCount = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = new ByteReader(bytes);
  }

  module(): WasmModule {
    const whole = this.#bytes;
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
      if (whole.byte() !== byte) whole.fail("no module");
    for (let last = 0; !whole.atEnd;) {
      const id = whole.byte();
      if (id <= last) whole.fail(`section ${id} after section ${last}`);
      last = id;
      this.#bytes = whole.part(whole.unsigned());
      this.#section(id);
      if (!this.#bytes.atEnd) this.#bytes.fail(`section ${id} is longer than what is in it`);
    }
    if (this.#functions.length !== this.#functionTypes.length) whole.fail("functions without code");
    for (const { index } of this.#exports) this.#checkFunction(index);
    return {
      imports: this.#imports,
      functions: this.#functions,
      globals: this.#globals,
      exports: this.#exports,
      data: this.#data,
    };
  }

  #section(id: number): void {
    const bytes = this.#bytes;
    const readers: Record<number, () => unknown> = {
      1: () => {
        if (bytes.byte() !== 0x60) bytes.fail("not a function type");
        this.#types.push({ parameters: this.#valueTypes(), results: this.#valueTypes() });
      },
      2: () => this.#imports.push(this.#import()),
      3: () => this.#functionTypes.push(this.#type()),
      6: () => {
        const type = this.#valueType();
        if (bytes.byte() !== 0) bytes.fail("a global that changes");
        const [value, ...more] = this.#body();
        if (value === undefined || more.length > 0) bytes.fail("a global's value is one constant");
        this.#globals.push({ type, value: value as Instruction });
      },
      7: () => {
        const name = bytes.name();
        if (bytes.byte() !== 0) bytes.fail(`export ${name} is no function`);
        this.#exports.push({ name, index: bytes.unsigned() });
      },
      10: () => this.#functions.push(this.#function()),
      11: () => {
        if (bytes.byte() !== 0) bytes.fail("data that is not copied at the start");
        const [start, ...more] = this.#body();
        if (start?.name !== "i32.const" || more.length > 0) bytes.fail("data without a constant address");
        const length = bytes.unsigned();
        bytes.part(length);
        this.#data.push({ offset: Number(start?.immediates[0]), length });
      },
    };
    const read = readers[id];
    if (read === undefined) return bytes.fail(`section ${id} is none that is written`);
    for (let count = bytes.unsigned(); count > 0; count--) read();
  }

  #import(): Import {
    const bytes = this.#bytes;
    const [module, name] = [bytes.name(), bytes.name()];
    const kind = bytes.byte();
    if (kind === 0) return { module, name, type: this.#type() };
    if (kind !== 2) bytes.fail(`import ${module}.${name} is neither a function nor a memory`);
    const limits = bytes.byte();
    if (limits > 3) bytes.fail(`limits of kind ${limits}`);
    bytes.unsigned();
    if ((limits & 1) === 1) bytes.unsigned();
    return { module, name, type: undefined };
  }

  #function(): WasmFunction {
    const outer = this.#bytes;
    const type = this.#functionTypes[this.#functions.length];
    if (type === undefined) return outer.fail("code without a function");
    this.#bytes = outer.part(outer.unsigned());
    const locals: ValueType[] = [];
    for (let runs = this.#bytes.unsigned(); runs > 0; runs--) {
      const count = this.#bytes.unsigned();
      if (locals.length + count > 50_000) this.#bytes.fail("more local variables than engines take");
      locals.push(...new Array<ValueType>(count).fill(this.#valueType()));
    }
    this.#localCount = type.parameters.length + locals.length;
    const body = this.#body();
    if (!this.#bytes.atEnd) this.#bytes.fail("code after the end of a function");
    this.#bytes = outer;
    return { index: this.#importedFunctions + this.#functions.length, type, locals, body };
  }

  get #importedFunctions(): number {
    return this.#imports.filter(({ type }) => type !== undefined).length;
  }

  /** Instructions up to the `end` that closes them. */
  #body(depth = 0): Instruction[] {
    const [body, end] = this.#instructions(depth);
    return end === 0x0b ? body : this.#bytes.fail("else without if");
  }

  #instructions(depth: number): [Instruction[], end: number] {
    const body: Instruction[] = [];
    for (;;) {
      const opcode = this.#bytes.byte();
      if (opcode === 0x0b || opcode === 0x05) return [body, opcode];
      body.push(this.#instruction(opcode, depth));
    }
  }

  #instruction(opcode: number, depth: number): Instruction {
    const bytes = this.#bytes;
    const block = blocks.get(opcode);
    if (block !== undefined) return this.#block(block, depth + 1);
    const branch = branches.get(opcode);
    if (branch !== undefined) return of(branch, this.#index("label", depth + 1));
    const variable = variables.get(opcode);
    if (variable?.startsWith("local")) return of(variable, this.#index("local", this.#localCount));
    if (variable !== undefined) return of(variable, this.#index("global", this.#globals.length));
    if (opcode === 0x10) {
      const target = this.#checkFunction(bytes.unsigned());
      return { name: "call", immediates: [String(target)], target };
    }
    if (opcode === 0x3f || opcode === 0x40) {
      this.#zeros(1);
      return of(opcode === 0x3f ? "memory.size" : "memory.grow");
    }
    if (opcode === 0x41) return of("i32.const", bytes.signed(32));
    if (opcode === 0x42) return of("i64.const", bytes.signed(64));
    if (opcode === 0x43) return of("f32.const", bytes.f32());
    if (opcode === 0x44) return of("f64.const", bytes.f64());
    if (opcode === 0xfe) return this.#atomic();
    return this.#listed(opcode < 0xfc ? opcode : opcode * 0x100 + bytes.unsigned());
  }

  /** An instruction from the tables, whose keys hold the prefix too. */
  #listed(code: number): Instruction {
    const bytes = this.#bytes;
    const simple = plain.get(code);
    if (simple !== undefined) return of(simple);
    const access = memory.get(code);
    if (access !== undefined) return of(access.name, ...this.#address(access.alignment));
    const laneAccess = laneMemory.get(code);
    if (laneAccess !== undefined) return of(laneAccess, ...this.#address(0), bytes.byte());
    const part = lane.get(code);
    if (part !== undefined) return of(part, bytes.byte());
    if (code === 0xfc0a || code === 0xfc0b) {
      this.#zeros(code === 0xfc0a ? 2 : 1);
      return of(code === 0xfc0a ? "memory.copy" : "memory.fill");
    }
    const sixteen = (): number[] => Array.from({ length: 16 }, () => bytes.byte());
    if (code === 0xfd0c) {
      const hexadecimal = sixteen().map((byte) => byte.toString(16).padStart(2, "0"));
      return of("v128.const", "i8x16", ...hexadecimal.map((byte) => `0x${byte}`));
    }
    if (code === 0xfd0d) return of("i8x16.shuffle", ...sixteen());
    return bytes.fail(`unknown instruction 0x${code.toString(16)}`);
  }

  #atomic(): Instruction {
    const code = this.#bytes.unsigned();
    if (code === 0x03) {
      this.#zeros(1);
      return of("atomic.fence");
    }
    const name = atomicName(code);
    if (name === undefined) return this.#bytes.fail(`unknown atomic instruction 0x${code.toString(16)}`);
    return of(name, ...this.#address(undefined));
  }

  #block(name: string, depth: number): Instruction {
    const bytes = this.#bytes;
    const code = bytes.byte();
    const type = valueTypes.get(code);
    if (code !== 0x40 && type === undefined) bytes.fail(`block type 0x${code.toString(16)}`);
    const immediates = type === undefined ? [] : [`(result ${type})`];
    const [body, end] = this.#instructions(depth);
    if (end === 0x0b) return { name, immediates, body };
    if (name !== "if") bytes.fail("else without if");
    return { name, immediates, body, otherwise: this.#body(depth) };
  }

  #address(natural: number | undefined): string[] {
    const [alignment, offset] = [this.#bytes.unsigned(), this.#bytes.unsigned()];
    if (alignment > (natural === undefined ? 3 : 4)) this.#bytes.fail(`an alignment of 2^${alignment} bytes`);
    return [
      ...(offset === 0 ? [] : [`offset=${offset}`]),
      ...(alignment === natural || natural === undefined ? [] : [`align=${2 ** alignment}`]),
    ];
  }

  #zeros(count: number): void {
    for (; count > 0; count--)
      if (this.#bytes.byte() !== 0) this.#bytes.fail("another memory than the first");
  }

  #index(what: string, count: number): number {
    const index = this.#bytes.unsigned();
    return index < count ? index : this.#bytes.fail(`${what} ${index} of ${count}`);
  }

  #checkFunction(index: number): number {
    const count = this.#importedFunctions + this.#functionTypes.length;
    return index < count ? index : this.#bytes.fail(`function ${index} of ${count}`);
  }

  #type(): FunctionType {
    return this.#types[this.#index("type", this.#types.length)] as FunctionType;
  }

  #valueType(): ValueType {
    const code = this.#bytes.byte();
    return valueTypes.get(code) ?? this.#bytes.fail(`unknown type 0x${code.toString(16)}`);
  }

  #valueTypes(): ValueType[] {
    return Array.from({ length: this.#bytes.unsigned() }, () => this.#valueType());
  }
}

function of(name: string, ...immediates: readonly (string | number | bigint)[]): Instruction {
  return { name, immediates: immediates.map((x) => (Object.is(x, -0) ? "-0" : String(x))) };
}

/**
 * Reads a module that `ModuleBuilder` wrote, back into instructions: every section, type and opcode that it can write,
 * and atomic instructions.
 *
 * @throws {Error} with the byte's place, for anything else.
 */
export function disassemble(bytes: Uint8Array): WasmModule {
  return new Disassembler(bytes).module();
}
