import { ModuleBuilder, type Local } from "../src/compile/wasm/encoder.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import { VectorFunction, type LaneType } from "../src/compile/wasm/math/vector-function.ts";

export type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Builds one or more vectors from argument vectors. */
export type Emit = (v: VectorFunction, ...args: Local[]) => void;

export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  (...args: ArrayLike<number>[]): Numbers;
  /** Computes the last up to 4096 elements again, for measuring time. */
  again(): void;
}

const chunk = 4096;

/** Compiles a loop that applies an emitter to every element of `arity` arrays of the same length. */
export function compileElementwise(
  emit: Emit,
  arity: number,
  { lane, fma }: { lane: LaneType; fma: boolean },
): Compiled {
  const engine = webAssembly() as WebAssemblyEngine;
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 4 });
  const columnBytes = 8 * chunk;
  const main = module.function(["i32"], [], (code) => {
    const [end] = code.parameters as [Local];
    const v = new VectorFunction({ module, code, lane, fma });
    const address = code.local("i32");
    code.loop((again) => {
      const args = Array.from({ length: arity }, (_, i) => {
        const local = code.local("v128");
        code.get(address);
        code.memory("v128.load", (i + 1) * columnBytes);
        code.set(local);
        return local;
      });
      code.get(address);
      emit(v, ...args);
      code.memory("v128.store");
      code.get(address);
      code.i32(16);
      code.op("i32.add");
      code.tee(address);
      code.get(end);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  });
  module.export("main", main);
  const bytes = module.toBytes();
  const memory = new engine.Memory({ initial: 4 });
  const instance = new engine.Instance(new engine.Module(bytes), { env: { memory } });
  const run = instance.exports["main"] as (end: number) => void;
  const NumberArray = lane === "f64x2" ? Float64Array : Float32Array;
  const width = NumberArray.BYTES_PER_ELEMENT;
  const all = new NumberArray(memory.buffer);

  let end = 16;
  const apply = (...args: ArrayLike<number>[]): Numbers => {
    const length = args[0]?.length ?? 0;
    const result = new NumberArray(length);
    for (let start = 0; start < length; start += chunk) {
      const count = Math.min(chunk, length - start);
      args.forEach((values, i) => {
        const column = all.subarray(((i + 1) * columnBytes) / width);
        for (let k = 0; k < count; k++) column[k] = values[start + k] ?? 0;
      });
      end = 16 * Math.ceil((count * width) / 16);
      run(end);
      result.set(all.subarray(0, count), start);
    }
    return result;
  };
  return Object.assign(apply, { bytes, again: () => run(end) });
}
