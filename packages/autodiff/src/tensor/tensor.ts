import { PlaceholderError, ShapeError } from "../errors.ts";
import { constant } from "../ops/leaf.ts";
import type { Op } from "../ops/op.ts";
import type { TensorMethods } from "../ops/methods.ts";
import { allocate, isFloat, type DType, type TypedArray } from "./dtype.ts";
import { recordLimit, untracked } from "./record.ts";
import { formatShape, sizeOf, type Shape } from "./shape.ts";

/** Nested plain arrays of numbers or booleans, all rows of one length. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/** Whatever is accepted where a tensor is expected. */
export type TensorLike = Tensor | number | boolean | NestedTensors | TypedArray;

/** Like {@link NestedArray}, with scalar tensors among the numbers; what they are part of has derivatives by them. */
export type NestedTensors = readonly (number | boolean | Tensor | NestedTensors)[];

/**
 * Whatever stands for one tensor in a tree. Arrays do not: they are the tree's branches, and `[1, 2, 3]` is three
 * scalars.
 */
export type LeafLike = Exclude<TensorLike, NestedTensors>;

/** A scalar's value is kept as a plain number, everything else in a typed array. */
export type Storage = number | TypedArray;

const noInputs: readonly Tensor[] = Object.freeze([]);

let lastId = 0;

/**
 * An immutable node of an expression graph: an operation, its inputs, a shape and a dtype. When all inputs are
 * known its value is computed at once, so host control flow works on it; inside `compile` it may be a
 * placeholder without a value.
 *
 * The everyday operations are methods, too: `x.sin()`, `x.add(y)`, `x.sum({ axis: 0 })`.
 */
// The methods come from the op table; declaring them on the class's interface is how TypeScript spells that.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- see the comment above
export class Tensor {
  // Behind a getter, so that assigning to it can be refused with advice.
  readonly #shape: Shape;
  /** Increases with every node, so an input's id is always smaller than that of the node it feeds. */
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: unknown;
  readonly dtype: DType;
  /** Number of elements. */
  readonly size: number;
  /** @internal The outermost active transform this node depends on. */
  readonly level: number;
  /** @internal The value: a number for a scalar, a row-major typed array otherwise, nothing for a placeholder. */
  readonly storage: Storage | undefined;
  /** @internal What a walk over the graph notes about this node; see transform/sweep.ts. */
  mark: number = 0;

  constructor(
    op: Op,
    inputs: readonly Tensor[],
    attributes: unknown,
    shape: Shape,
    dtype: DType,
    storage: Storage | undefined,
    level: number,
  ) {
    this.id = ++lastId;
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.#shape = shape;
    this.dtype = dtype;
    this.size = shape.length === 0 ? 1 : sizeOf(shape);
    this.storage = storage;
    this.level = level;
  }

  /** Extent along each axis; `[]` for a scalar. */
  get shape(): Shape {
    return this.#shape;
  }

  /** False for a placeholder and everything computed from one. */
  get hasValue(): boolean {
    return this.storage !== undefined;
  }

  /**
   * The elements in row-major order, without a copy: read only. {@link Tensor.toTypedArray} gives a copy.
   *
   * @throws {PlaceholderError} when the tensor has no value yet.
   */
  get data(): TypedArray {
    const storage = known(this);
    if (typeof storage !== "number") return storage;
    const data = allocate(this.dtype, 1);
    data[0] = storage;
    return data;
  }

  /**
   * The value of a tensor of one element.
   *
   * @throws {ShapeError} when it has more or fewer elements.
   * @throws {PlaceholderError} when it has no value yet.
   */
  item(): number {
    const storage = known(this);
    if (typeof storage === "number") return storage;
    if (storage.length !== 1)
      throw new ShapeError(
        `item() needs a tensor of one element; use toArray(): shape ${formatShape(this.shape)}`,
      );
    return storage[0] as number;
  }

  /** A copy as nested plain arrays; a number for a scalar, booleans for dtype `bool`. */
  toArray(): number | boolean | NestedArray {
    return nest(this.data, this.shape, this.dtype === "bool");
  }

  /** A copy of the elements in row-major order. */
  toTypedArray(): TypedArray {
    return this.data.slice();
  }

  /** Lets a scalar tensor stand in plain arithmetic and comparisons. */
  valueOf(): number {
    return this.item();
  }

  toString(): string {
    if (!this.hasValue) return `Tensor(${this.op.name}, ${formatShape(this.shape)}, ${this.dtype})`;
    if (this.shape.length === 0) return formatNumber(this.item(), this.dtype);
    return formatNested(this.toArray(), this.dtype);
  }

  toJSON(): number | boolean | NestedArray {
    return this.toArray();
  }

  /** @internal What a console shows for this tensor; installed under Node's inspection symbol. */
  inspect(): string {
    const kind = this.dtype === "f64" ? "" : ` ${this.dtype}`;
    return this.hasValue ? `Tensor${kind} ${this.toString()}` : this.toString();
  }
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unsafe-declaration-merging -- merges the op table's methods into the class
export interface Tensor extends TensorMethods {}

/**
 * A node of the graph. Its history is dropped when its value is known and no active transform can ask for it.
 */
export function makeNode(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
  shape: Shape,
  dtype: DType,
  storage: Storage | undefined,
): Tensor {
  let level = untracked;
  for (const input of inputs) if (input.level < level) level = input.level;
  if (storage !== undefined && level >= recordLimit()) return makeConstant(shape, dtype, storage);
  return new Tensor(op, inputs, attributes, shape, dtype, storage, level);
}

/** A node with a known value and no history. The storage is taken over, not copied. */
export function makeConstant(shape: Shape, dtype: DType, storage: Storage): Tensor {
  return new Tensor(constant, noInputs, undefined, shape, dtype, storage, untracked);
}

function known(tensor: Tensor): Storage {
  if (tensor.storage === undefined)
    throw new PlaceholderError(
      `a tensor has no value while its function is being compiled or mapped over a batch; for a choice that depends on it ` +
        `use where(condition, a, b), or take the decision outside: the result of ${tensor.op.name} with shape ${formatShape(tensor.shape)}`,
    );
  return tensor.storage;
}

function nest(data: TypedArray, shape: Shape, asBoolean: boolean): number | boolean | NestedArray {
  let position = 0;
  const level = (axis: number): number | boolean | NestedArray => {
    if (axis === shape.length) {
      const value = data[position++] as number;
      return asBoolean ? value !== 0 : value;
    }
    return Array.from({ length: shape[axis] as number }, () => level(axis + 1));
  };
  return level(0);
}

function formatNumber(value: number | boolean, dtype: DType): string {
  if (typeof value === "boolean") return String(value);
  if (dtype === "bool") return String(value !== 0);
  return dtype === "f32" && isFloat(dtype) ? String(Number(value.toPrecision(7))) : String(value);
}

function formatNested(value: number | boolean | NestedArray, dtype: DType): string {
  if (typeof value !== "object") return formatNumber(value, dtype);
  const shown = value.slice(0, 12).map((item) => formatNested(item, dtype));
  if (value.length > 12) shown.push(`… ${value.length - 12} more`);
  return `[${shown.join(", ")}]`;
}
