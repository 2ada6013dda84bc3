/**
 * Opcodes by their WebAssembly text names (core specification 3.0, "Index of Instructions"; relaxed SIMD included), of
 * the instructions that are written. 0xfc00 + n and 0xfd00 + n stand for the prefix byte 0xfc or 0xfd followed by n in
 * LEB128. Where types have the same instructions in the same order these are listed once, and counted on from the first.
 */
const comparisons = "eq ne lt gt le ge";
const integerComparisons = "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const integers = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u";
const floats = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign";
/** Underscores stand for instructions that are not written. */
const vectorFloats = "abs neg _ sqrt add sub mul div min max pmin pmax";
const vectorIntegers = "bitmask _ _ _ _ _ _ shl shr_s shr_u add _ _ sub";
const logic = "not and andnot or xor bitselect";

/** First opcode, type and names. */
const runs: readonly (readonly [number, string, string])[] = [
  [0x45, "i32", integerComparisons],
  [0x50, "i64", integerComparisons],
  [0x5b, "f32", comparisons],
  [0x61, "f64", comparisons],
  [0x6a, "i32", integers],
  [0x7c, "i64", integers],
  [0x8b, "f32", floats],
  [0x99, "f64", floats],
  [0xfd37, "i32x4", "eq ne lt_s _ gt_s"],
  [0xfdd6, "i64x2", "eq ne lt_s gt_s"],
  [0xfd41, "f32x4", comparisons],
  [0xfd47, "f64x2", comparisons],
  [0xfd4d, "v128", logic],
  [0xfd67, "f32x4", "ceil floor trunc nearest"],
  [0xfd74, "f64x2", "ceil floor"],
  [0xfda4, "i32x4", vectorIntegers],
  [0xfdc4, "i64x2", vectorIntegers],
  [0xfde0, "f32x4", vectorFloats],
  [0xfdec, "f64x2", vectorFloats],
  [0xfe05, "f32x4", "relaxed_madd relaxed_nmadd"],
  [0xfe07, "f64x2", "relaxed_madd relaxed_nmadd"],
];

/** Those that are alone. */
const others = {
  unreachable: 0x00,
  nop: 0x01,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  "i32.wrap_i64": 0xa7,
  "i64.extend_i32_u": 0xad,
  "f32.demote_f64": 0xb6,
  "f64.convert_i32_s": 0xb7,
  "f64.convert_i64_s": 0xb9,
  "f64.promote_f32": 0xbb,
  "i64.reinterpret_f64": 0xbd,
  "f64.reinterpret_i64": 0xbf,
  "i32.trunc_sat_f64_s": 0xfc02,
  "i64.trunc_sat_f64_s": 0xfc06,
  "i32x4.splat": 0xfd11,
  "f64x2.splat": 0xfd14,
  "f32x4.demote_f64x2_zero": 0xfd5e,
  "f64x2.promote_low_f32x4": 0xfd5f,
  "f64x2.trunc": 0xfd7a,
  "f64x2.nearest": 0xfd94,
  "f32x4.convert_i32x4_s": 0xfdfa,
  "f64x2.convert_low_i32x4_u": 0xfdff,
} as const;

type Split<Names extends string> = Names extends `${infer First} ${infer Rest}` ? First | Split<Rest> : Names;
type Listed<Names extends string> = Exclude<Split<Names>, "_">;

export type PlainInstruction =
  | keyof typeof others
  | `${"i32" | "i64"}.${Listed<typeof integerComparisons | typeof integers>}`
  | `${"f32" | "f64"}.${Listed<typeof comparisons | typeof floats>}`
  | `${"i32x4" | "i64x2"}.${Listed<typeof vectorIntegers> | "eq" | "ne" | "lt_s" | "gt_s"}`
  | `${"f32x4" | "f64x2"}.${Listed<typeof comparisons | typeof vectorFloats>}`
  | `${"f32x4" | "f64x2"}.${"ceil" | "floor" | "trunc" | "nearest" | "relaxed_madd" | "relaxed_nmadd"}`
  | `v128.${Listed<typeof logic>}`;

/** Instructions without immediates. */
export const plainOpcodes: Readonly<Record<PlainInstruction, number>> = /* @__PURE__ */ allPlainOpcodes();

function allPlainOpcodes(): Record<PlainInstruction, number> {
  const codes: Record<string, number> = { ...others };
  for (const [first, type, names] of runs)
    names.split(" ").forEach((name, index) => {
      if (name !== "_") codes[`${type}.${name}`] = first + index;
    });
  return codes;
}

/** Loads and stores of whole values: the opcode and log₂ of the natural alignment in bytes. The immediates are alignment and offset. */
export const memoryOpcodes = {
  "i32.load": [0x28, 2],
  "i64.load": [0x29, 3],
  "f32.load": [0x2a, 2],
  "f64.load": [0x2b, 3],
  "i32.store": [0x36, 2],
  "i64.store": [0x37, 3],
  "f32.store": [0x38, 2],
  "f64.store": [0x39, 3],
  "v128.load": [0xfd00, 4],
  "v128.load32_splat": [0xfd09, 2],
  "v128.load64_splat": [0xfd0a, 3],
  "v128.store": [0xfd0b, 4],
  "v128.load32_zero": [0xfd5c, 2],
  "v128.load64_zero": [0xfd5d, 3],
} as const;

/** Loads and stores of one lane: immediates are alignment, offset and lane. */
export const laneMemoryOpcodes = {
  "v128.load32_lane": 0xfd56,
  "v128.load64_lane": 0xfd57,
  "v128.store32_lane": 0xfd5a,
  "v128.store64_lane": 0xfd5b,
} as const;

/** Access to one lane of a vector: the immediate is the lane. */
export const laneOpcodes = {
  "i32x4.extract_lane": 0xfd1b,
  "i64x2.replace_lane": 0xfd1e,
  "f64x2.extract_lane": 0xfd21,
  "f64x2.replace_lane": 0xfd22,
} as const;

export type MemoryInstruction = keyof typeof memoryOpcodes;
export type LaneMemoryInstruction = keyof typeof laneMemoryOpcodes;
export type LaneInstruction = keyof typeof laneOpcodes;
