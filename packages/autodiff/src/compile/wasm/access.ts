import type { Format } from "../kind.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { VectorFunction } from "./math/vector-function.ts";

export const bytesPerElement: Readonly<Record<Format, number>> = { f64: 8, f32: 4 };
export const vectorBytes = 16;

export function lanesOf(format: Format): number {
  return vectorBytes / bytesPerElement[format];
}

/** A place in memory: so many bytes behind a position, if there is one. */
export interface Address {
  readonly position: Local | undefined;
  readonly offset: number;
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
  const wide = vector.lane === "f64x2";
  const isWideInMemory = access.format === "f64";
  const spacing = spacingOf(access);
  if (wide === isWideInMemory) loadLanes(code, spacing, at, valid, lanesOf(access.format));
  else if (wide) {
    loadLanes(code, spacing, at, valid, 2);
    code.op("f64x2.promote_low_f32x4");
  } else {
    const halves = [0, 2].map((first) => {
      loadLanes(code, spacing, shift(at, first * spacing.stride), Math.max(1, valid - first), 2);
      code.op("f32x4.demote_f64x2_zero");
      return code.let("v128");
    }) as [Local, Local];
    code.put(...halves);
    code.shuffle64([0, 2]);
  }
  return code.let("v128");
}

/** Elements in memory: the size of one, and bytes from one to the next. */
export interface Spacing {
  readonly bytes: number;
  readonly stride: number;
}

function spacingOf(access: Access): Spacing {
  return { bytes: bytesPerElement[access.format], stride: innerStride(access) };
}

/**
 * Leaves the `wanted` first lanes of a vector on the stack; of these only `valid` ones are there to be read. What is in
 * all others is zero where that `matters`.
 */
export function loadLanes(
  code: FunctionBuilder,
  { bytes, stride }: Spacing,
  at: Address,
  valid: number,
  wanted: number,
  matters = false,
): void {
  const bits = bytes === 8 ? 64 : 32;
  const isWhole = valid >= wanted || !matters;
  if (isWhole && stride === 0) {
    const offset = pushAddress(code, at);
    code.memory(`v128.load${bits}_splat`, offset);
  } else if (isWhole && stride === bytes) {
    const offset = pushAddress(code, at);
    code.memory(wanted * bytes < vectorBytes ? "v128.load64_zero" : "v128.load", offset);
  } else {
    // Addresses first, the last one below all others.
    const offsets = Array.from({ length: Math.min(wanted, valid) }, (_, lane) => lane).reverse();
    const immediates = offsets.map((lane) => pushAddress(code, shift(at, lane * stride)));
    code.memory(`v128.load${bits}_zero`, immediates.pop());
    immediates.reverse().forEach((each, i) => code.memoryLane(`v128.load${bits}_lane`, i + 1, each));
  }
}

/** Stores the first `valid` lanes of a vector, or all if there are fewer. */
export function storeLanes(
  code: FunctionBuilder,
  value: Local,
  at: Address,
  { bytes, stride }: Spacing,
  valid: number,
): void {
  const store = (first: number, width: number): void => {
    const offset = pushAddress(code, shift(at, first * stride));
    code.get(value);
    if (width === vectorBytes) code.memory("v128.store", offset);
    else if (width === 8) code.memoryLane("v128.store64_lane", (first * bytes) / 8, offset);
    else code.memoryLane("v128.store32_lane", first, offset);
  };
  const lanes = vectorBytes / bytes;
  const count = Math.min(valid, lanes);
  // As many lanes at once as lie together.
  for (let first = 0; first < count;) {
    let together = stride === bytes ? lanes : 1;
    while (together > count - first) together /= 2;
    store(first, together * bytes);
    first += together;
  }
}

/** Stores the first `valid` lanes of a vector; the formats of code and memory are the same. */
export function storeVector(
  { code }: VectorFunction,
  value: Local,
  access: Access,
  at: Address,
  valid: number,
): void {
  storeLanes(code, value, at, spacingOf(access), valid);
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
