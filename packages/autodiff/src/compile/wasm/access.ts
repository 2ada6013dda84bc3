import type { Format } from "../kind.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { Address } from "./accumulators.ts";
import type { VectorFunction } from "./math/vector-function.ts";

export const bytesPerElement: Readonly<Record<Format, number>> = { f64: 8, f32: 4 };
export const vectorBytes = 16;

export function lanesOf(format: Format): number {
  return vectorBytes / bytesPerElement[format];
}

/** How a pass reads or writes the elements of one tensor in memory. */
export interface Access {
  readonly address: number;
  readonly format: Format;
  /** Bytes from one step of each level of the nest to the next. */
  readonly strides: readonly number[];
}

export function innerStride({ strides }: Access): number {
  return strides.at(-1) as number;
}

/** Loads one vector in the format of the code, converting where memory has the other one. */
export function loadVector(vector: VectorFunction, access: Access, at: Address, valid: number): Local {
  const { code } = vector;
  const result = code.local("v128");
  const wide = vector.lane === "f64x2";
  const isWideInMemory = access.format === "f64";
  if (wide === isWideInMemory) loadLanes(code, access, at, valid);
  else if (wide) {
    loadLanes(code, access, at, Math.min(valid, 2), 2);
    code.op("f64x2.promote_low_f32x4");
  } else {
    const halves = [0, 2].map((first) => {
      const half = code.local("v128");
      loadLanes(
        code,
        access,
        shift(at, first * innerStride(access)),
        Math.max(1, Math.min(valid - first, 2)),
      );
      code.op("f32x4.demote_f64x2_zero");
      code.set(half);
      return half;
    }) as [Local, Local];
    code.get(halves[0]);
    code.get(halves[1]);
    code.shuffle64([0, 2]);
  }
  code.set(result);
  return result;
}

/** Leaves so many lanes of memory's own format on the stack; of these only `valid` ones are there to be read. */
function loadLanes(code: FunctionBuilder, access: Access, at: Address, valid: number, wanted = 4): void {
  const bytes = bytesPerElement[access.format];
  const bits = bytes === 8 ? 64 : 32;
  const stride = innerStride(access);
  if (stride === 0) {
    const offset = pushAddress(code, at);
    code.memory(`v128.load${bits}_splat`, offset);
  } else if (stride === bytes) {
    const offset = pushAddress(code, at);
    code.memory(wanted * bytes < vectorBytes ? "v128.load64_zero" : "v128.load", offset);
  } else {
    const lanes = Math.min(wanted, vectorBytes / bytes);
    const vector = code.local("v128");
    const offset = pushAddress(code, at);
    code.memory(`v128.load${bits}_zero`, offset);
    for (let lane = 1; lane < Math.min(lanes, valid); lane++) {
      code.set(vector);
      const offset = pushAddress(code, shift(at, lane * stride));
      code.get(vector);
      code.memoryLane(`v128.load${bits}_lane`, lane, offset);
    }
  }
}

/** Stores the first `valid` lanes of a vector; the formats of code and memory are the same. */
export function storeVector(
  vector: VectorFunction,
  value: Local,
  access: Access,
  at: Address,
  valid: number,
): void {
  const { code } = vector;
  const bytes = bytesPerElement[access.format];
  const lanes = vectorBytes / bytes;
  const stride = innerStride(access);
  const lane = (index: number): void => {
    const offset = pushAddress(code, shift(at, index * stride));
    code.get(value);
    code.memoryLane(bytes === 8 ? "v128.store64_lane" : "v128.store32_lane", index, offset);
  };
  if (stride !== bytes) for (let index = 0; index < valid; index++) lane(index);
  else if (valid === lanes) {
    const offset = pushAddress(code, at);
    code.get(value);
    code.memory("v128.store", offset);
  } else if (bytes === 8 || valid === 1) lane(0);
  else {
    const offset = pushAddress(code, at);
    code.get(value);
    code.memoryLane("v128.store64_lane", 0, offset);
    if (valid === 3) lane(2);
  }
}

/** The same place so many bytes further on. */
export function shift({ position, offset }: Address, bytes: number): Address {
  return { position, offset: offset + bytes };
}

/** Leaves an address on the stack; what is returned is to be added to it by the instruction, which cannot subtract. */
export function pushAddress(code: FunctionBuilder, { position, offset }: Address): number {
  if (position === undefined) code.i32(0);
  else code.get(position);
  if (offset >= 0) return offset;
  code.i32(offset);
  code.op("i32.add");
  return 0;
}
