import { DTypeError } from "../errors.ts";

/** Element types, from narrow to wide: mixing two tensors gives the wider of both. */
export type DType = "bool" | "i32" | "f32" | "f64";

export type TypedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

const order: Readonly<Record<DType, number>> = { bool: 0, i32: 1, f32: 2, f64: 3 };

/** True for the dtypes that have derivatives. */
export function isFloat(dtype: DType): boolean {
  return dtype === "f64" || dtype === "f32";
}

/** The wider of two dtypes; `i32` with `f32` gives `f64`, since `f32` cannot hold every `i32`. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const [narrow, wide] = order[a] < order[b] ? [a, b] : [b, a];
  return narrow === "i32" && wide === "f32" ? "f64" : wide;
}

/** The dtype of a result that is a real number in general: floats stay, integers become `f64`. */
export function toFloat(dtype: DType): DType {
  return isFloat(dtype) ? dtype : "f64";
}

export function allocate(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "f64":
      return new Float64Array(size);
    case "f32":
      return new Float32Array(size);
    case "i32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int32Array) return "i32";
  return "bool";
}

/** Rounds a number to what an element of this dtype can hold. */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "f64":
      return value;
    case "f32":
      return Math.fround(value);
    case "i32":
      return value | 0;
    case "bool":
      return value !== 0 ? 1 : 0;
  }
}

export function checkDType(dtype: string): asserts dtype is DType {
  if (!(dtype in order)) throw new DTypeError(`unknown dtype (expected f64, f32, i32 or bool): ${dtype}`);
}
