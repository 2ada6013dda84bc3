import { DifferentiationError, DTypeError, ShapeError } from "../errors.ts";
import { allocate, checkDType, dtypeOf, roundTo, type DType, type TypedArray } from "./dtype.ts";
import { untracked } from "./record.ts";
import { checkShape, formatShape, scalarShape, sizeOf, type Shape } from "./shape.ts";
import { makeConstant, Tensor, type NestedArray, type TensorLike } from "./tensor.ts";

/** Chooses what the elements of a new tensor are and how they are arranged. */
export interface TensorOptions {
  readonly dtype?: DType;
  readonly shape?: Shape;
}

/**
 * A tensor from numbers, nested arrays or a typed array; the data is copied. Numbers become `f64`, booleans
 * `bool`, typed arrays keep their element type; a tensor is returned as it is.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).shape; // → [2, 2]
 *
 * @throws {ShapeError} when rows differ in length or `shape` does not hold the elements.
 * @throws {DTypeError} when an element is neither a number nor a boolean.
 */
export function tensor(value: TensorLike, options: TensorOptions = {}): Tensor {
  const { dtype, shape } = options;
  if (dtype !== undefined) checkDType(dtype);
  if (value instanceof Tensor) {
    if ((dtype ?? value.dtype) !== value.dtype || shape !== undefined)
      throw new DTypeError(
        "tensor() takes a tensor as it is; use cast(x, dtype) or reshape(x, shape) to change it",
      );
    return value;
  }
  if (typeof value === "number" && shape === undefined) return scalar(value, dtype ?? "f64");
  const made =
    typeof value === "number" || typeof value === "boolean"
      ? fromElements([value], scalarShape, dtype)
      : isTypedArray(value)
        ? fromElements(value, [value.length], dtype ?? dtypeOf(value))
        : fromNested(value, dtype);
  if (shape === undefined) return made;
  checkShape(shape);
  if (sizeOf(shape) !== made.size)
    throw new ShapeError(`tensor: ${made.size} elements do not fill a tensor of shape ${formatShape(shape)}`);
  return makeConstant(shape.slice(), made.dtype, shape.length === 0 ? made.item() : made.data);
}

export function scalar(value: number, dtype: DType): Tensor {
  return makeConstant(scalarShape, dtype, dtype === "f64" ? value : roundTo(dtype, value));
}

/** Whatever is accepted where a tensor is expected, as one. */
export function asTensor(value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  return typeof value === "number" ? scalar(value, "f64") : tensor(value);
}

/**
 * The operand beside `other`: a plain number takes the dtype of the tensor it meets, so that `2 * x` stays `f32`
 * for an `f32` x. Against integers only a whole number does.
 */
export function asOperand(value: TensorLike, other: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value !== "number" || !(other instanceof Tensor)) return asTensor(value);
  const keeps =
    other.dtype === "f32" || (other.dtype === "i32" && Number.isInteger(value) && value === (value | 0));
  return scalar(value, keeps ? other.dtype : "f64");
}

export function isTypedArray(value: unknown): value is TypedArray {
  return (
    value instanceof Float64Array ||
    value instanceof Float32Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

function fromNested(value: NestedArray, dtype: DType | undefined): Tensor {
  if (!Array.isArray(value))
    throw new DTypeError(
      `expected a tensor, a number, a boolean, nested arrays of them or a Float64Array, Float32Array, Int32Array or Uint8Array: ${describe(value)}`,
    );
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const elements: (number | boolean)[] = [];
  const visit = (item: unknown, axis: number, path: string): void => {
    if (axis < shape.length) {
      if (!Array.isArray(item) || item.length !== shape[axis])
        throw new ShapeError(
          `tensor: rows must have one length; expected ${shape[axis]} elements at ${path || "the top"}, found ${
            Array.isArray(item) ? item.length : describe(item)
          }`,
        );
      item.forEach((child, index) => visit(child, axis + 1, `${path}[${index}]`));
    } else if (typeof item === "number" || typeof item === "boolean") elements.push(item);
    else if (item instanceof Tensor && item.size === 1) elements.push(ownValue(item, path));
    else throw new DTypeError(`tensor: expected a number at ${path}: ${describe(item)}`);
  };
  visit(value, 0, "");
  return fromElements(elements, shape, dtype);
}

/** The value of a scalar inside an array, where nothing is lost by taking no more than that. */
function ownValue(scalar: Tensor, path: string): number {
  if (scalar.level === untracked) return scalar.item();
  throw new DifferentiationError(
    `tensor: an array of tensors is no tensor under a transform; join them with stack(x), or where the array was an ` +
      `argument, pass it as tensor([…]): a tensor that is being transformed at ${path}`,
  );
}

function fromElements(elements: ArrayLike<number | boolean>, shape: Shape, dtype: DType | undefined): Tensor {
  const allBoolean =
    elements.length > 0 && Array.prototype.every.call(elements, (item) => typeof item === "boolean");
  const type = dtype ?? (allBoolean ? "bool" : "f64");
  const data = allocate(type, elements.length);
  for (let i = 0; i < elements.length; i++) data[i] = roundTo(type, Number(elements[i]));
  return makeConstant(shape, type, shape.length === 0 ? (data[0] as number) : data);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return Array.isArray(value) ? `an array of ${value.length}` : typeof value;
}
