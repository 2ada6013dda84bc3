import { allocate, checkDType, type DType } from "./dtype.ts";
import { scalar } from "./convert.ts";
import { checkShape, sizeOf, type Shape } from "./shape.ts";
import { makeConstant, type Tensor } from "./tensor.ts";

/** A tensor of the given shape with every element equal to `value`. */
export function full(shape: Shape, value: number, dtype: DType = "f64"): Tensor {
  checkShape(shape);
  checkDType(dtype);
  if (shape.length === 0) return scalar(value, dtype);
  return makeConstant(shape.slice(), dtype, allocate(dtype, sizeOf(shape)).fill(value));
}

export function zeros(shape: Shape, dtype: DType = "f64"): Tensor {
  return full(shape, 0, dtype);
}

export function ones(shape: Shape, dtype: DType = "f64"): Tensor {
  return full(shape, 1, dtype);
}

/** 0, 1, …, count − 1. */
export function arange(count: number, dtype: DType = "f64"): Tensor {
  checkShape([count]);
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) data[i] = i;
  return makeConstant([count], dtype, data);
}

/** `count` evenly spaced numbers from `start` to `end`, both included exactly. */
export function linspace(start: number, end: number, count: number, dtype: DType = "f64"): Tensor {
  checkShape([count]);
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) data[i] = count === 1 ? start : start + ((end - start) * i) / (count - 1);
  if (count > 1) data[count - 1] = end;
  return makeConstant([count], dtype, data);
}

/** The identity matrix of shape [size, size]. */
export function eye(size: number, dtype: DType = "f64"): Tensor {
  checkShape([size]);
  const data = allocate(dtype, size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return makeConstant([size, size], dtype, data);
}
