import { ByteWriter } from "./bytes.ts";
import { FunctionBuilder, valueTypeCodes, type FunctionReference, type ValueType } from "./function.ts";

export { FunctionBuilder };
export type { FunctionReference, Item, Label, Local, ValueType } from "./function.ts";

const section = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10, data: 11 } as const;

export interface MemoryLimits {
  /** Pages of 64 KiB that the imported memory has at least. */
  readonly minimum: number;
  /** Pages that it may grow to; needed for a shared memory. */
  readonly maximum?: number;
  readonly shared?: boolean;
}

/**
 * Builds one WebAssembly module in memory and writes it as bytes: function types, imports, functions, exports and
 * data. Imports come first, because the indices of the module's own functions follow those of the imported ones.
 */
export class ModuleBuilder {
  readonly #types = new Map<string, number>();
  readonly #typeSection = new ByteWriter(64);
  readonly #imports = new ByteWriter(64);
  #importCount = 0;
  #importedFunctions = 0;
  readonly #functions: FunctionBuilder[] = [];
  readonly #constants = new Map<string, { index: number; bytes: Uint8Array }>();
  readonly #helpers = new Map<string, FunctionBuilder>();
  readonly #exports: { name: string; index: number }[] = [];
  readonly #data: { offset: number; bytes: Uint8Array }[] = [];

  importMemory(module: string, name: string, limits: MemoryLimits): void {
    const { minimum, maximum, shared = false } = limits;
    if (shared && maximum === undefined) throw new RangeError("a shared memory needs a maximum size");
    this.#import(module, name);
    this.#imports.byte(0x02);
    this.#imports.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
    this.#imports.unsigned(minimum);
    if (maximum !== undefined) this.#imports.unsigned(maximum);
  }

  importFunction(
    module: string,
    name: string,
    parameterTypes: readonly ValueType[],
    resultTypes: readonly ValueType[],
  ): FunctionReference {
    if (this.#functions.length > 0) throw new Error(`import functions before defining any: ${name}`);
    this.#import(module, name);
    this.#imports.byte(0x00);
    this.#imports.unsigned(this.#type(parameterTypes, resultTypes));
    return { index: this.#importedFunctions++, parameterTypes, resultTypes };
  }

  /** A new function, written by `build` now or through the returned builder later. */
  function(
    parameterTypes: readonly ValueType[],
    resultTypes: readonly ValueType[],
    build?: (f: FunctionBuilder) => void,
  ): FunctionBuilder {
    const index = this.#importedFunctions + this.#functions.length;
    const f = new FunctionBuilder(index, parameterTypes, resultTypes);
    this.#functions.push(f);
    build?.(f);
    return f;
  }

  /** The function known by `key` in this module, built when it is first asked for. */
  helper(
    key: string,
    parameterTypes: readonly ValueType[],
    resultTypes: readonly ValueType[],
    build: (f: FunctionBuilder) => void,
  ): FunctionBuilder {
    const known = this.#helpers.get(key);
    if (known !== undefined) return known;
    const f = this.function(parameterTypes, resultTypes);
    this.#helpers.set(key, f);
    build(f);
    return f;
  }

  /**
   * The index of an immutable global that holds a vector constant, one per different value. Reading it is a load, which
   * costs less than building the vector from immediate operands at every use.
   */
  vectorConstant(bytes: Uint8Array): number {
    const key = bytes.join();
    const known = this.#constants.get(key);
    if (known !== undefined) return known.index;
    const index = this.#constants.size;
    this.#constants.set(key, { index, bytes });
    return index;
  }

  export(name: string, target: FunctionReference): void {
    this.#exports.push({ name, index: target.index });
  }

  /** Bytes that instantiation copies to `offset` in the memory. */
  data(offset: number, bytes: Uint8Array): void {
    this.#data.push({ offset, bytes });
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const functionTypes = this.#functions.map((f) => this.#type(f.parameterTypes, f.resultTypes));
    const size = this.#functions.reduce((sum, f) => sum + f.size, 0);
    const out = new ByteWriter(size + 1024);
    const content = new ByteWriter(size + 512);
    const writeSection = (id: number, count: number, write: () => void): void => {
      if (count === 0) return;
      content.clear();
      content.unsigned(count);
      write();
      out.byte(id);
      out.unsigned(content.length);
      out.bytes(content.written);
    };

    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    writeSection(section.type, this.#types.size, () => content.bytes(this.#typeSection.written));
    writeSection(section.import, this.#importCount, () => content.bytes(this.#imports.written));
    writeSection(section.function, functionTypes.length, () => {
      for (const type of functionTypes) content.unsigned(type);
    });
    writeSection(section.global, this.#constants.size, () => {
      for (const { bytes } of this.#constants.values()) {
        content.bytes([valueTypeCodes.v128, 0x00, 0xfd, 0x0c]);
        content.bytes(bytes);
        content.byte(0x0b);
      }
    });
    writeSection(section.export, this.#exports.length, () => {
      for (const { name, index } of this.#exports) {
        content.name(name);
        content.byte(0x00);
        content.unsigned(index);
      }
    });
    writeSection(section.code, this.#functions.length, () => {
      for (const f of this.#functions) f.writeTo(content);
    });
    writeSection(section.data, this.#data.length, () => {
      for (const { offset, bytes } of this.#data) {
        content.bytes([0x00, 0x41]);
        content.signed(offset);
        content.byte(0x0b);
        content.unsigned(bytes.length);
        content.bytes(bytes);
      }
    });
    return out.written;
  }

  #import(module: string, name: string): void {
    this.#importCount++;
    this.#imports.name(module);
    this.#imports.name(name);
  }

  #type(parameterTypes: readonly ValueType[], resultTypes: readonly ValueType[]): number {
    const key = `${parameterTypes.join()}:${resultTypes.join()}`;
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const index = this.#types.size;
    this.#types.set(key, index);
    this.#typeSection.byte(0x60);
    for (const types of [parameterTypes, resultTypes]) {
      this.#typeSection.unsigned(types.length);
      for (const type of types) this.#typeSection.byte(valueTypeCodes[type]);
    }
    return index;
  }
}
