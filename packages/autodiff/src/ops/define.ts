import type { ElementwiseMath } from "../compile/wasm/math/elementwise-math.ts";
import { allocate, promote, roundTo, toFloat, type DType, type TypedArray } from "../tensor/dtype.ts";
import { asOperand, asTensor } from "../tensor/convert.ts";
import {
  broadcastShapes,
  broadcastStrides,
  scalarShape,
  sizeOf,
  stridedOffsets,
  type Shape,
} from "../tensor/shape.ts";
import { makeNode, Tensor, type Storage, type TensorLike } from "../tensor/tensor.ts";
import type { Chooses, Op } from "./op.ts";
import { sumTo } from "./sum-to.ts";

/** An operation on one tensor, elementwise. */
export type Unary = ((x: TensorLike) => Tensor) & { readonly op: Op };
/** An operation on two tensors, elementwise with broadcasting. */
export type Binary = ((x: TensorLike, y: TensorLike) => Tensor) & { readonly op: Op };
/** An operation on three tensors, elementwise with broadcasting. */
export type Ternary = ((x: TensorLike, y: TensorLike, z: TensorLike) => Tensor) & { readonly op: Op };
/** An operation on four tensors, elementwise with broadcasting. */
export type Quaternary = ((x: TensorLike, y: TensorLike, z: TensorLike, t: TensorLike) => Tensor) & {
  readonly op: Op;
};

/**
 * The derivative of an elementwise operation with respect to one input, as the linear map from a change `d` to
 * `d · ∂f/∂xᵢ`. For elementwise operations one such line serves both directions: `d` is a tangent going forward
 * and an adjoint going back. Missing rules and results say the derivative is zero.
 */
export type Rule = (d: Tensor, inputs: readonly Tensor[], output: Tensor) => Tensor | undefined;

type Interval = readonly [number, number];

interface Definition {
  readonly name: string;
  readonly kernel: (a: number, b: number, c: number, d: number) => number;
  /** How many of the first inputs choose what is computed (a condition, an order): they take no part in its dtype. */
  readonly selectors?: number;
  /** One rule per input; none at all for operations that are constant almost everywhere. */
  readonly rules?: readonly (Rule | undefined)[];
  /** `float`: integers become f64. `same`: the wider input dtype. `bool`: a truth value. */
  readonly result: "float" | "same" | "bool";
  readonly linearity?: "linear" | "bilinear";
  readonly chooses?: Chooses;
  readonly vector?: ElementwiseMath;
  readonly text?: string;
  readonly latex: string;
  readonly domain: readonly Interval[];
}

/** The real line, or rather the part of it where nothing overflows. */
export const anywhere: Interval = [-3, 3];

/*
 * Bundlers take the calls of an annotated function out when nobody uses their result: an app pays for the operations it calls.
 */

/* @__NO_SIDE_EFFECTS__ */
export function unary(definition: Definition): Unary {
  const op = elementwiseOp(definition, 1);
  return Object.assign((x: TensorLike) => applyElementwise(op, definition, [asTensor(x)]), { op });
}

/* @__NO_SIDE_EFFECTS__ */
export function binary(definition: Definition): Binary {
  const op = elementwiseOp(definition, 2);
  return Object.assign(
    (x: TensorLike, y: TensorLike) =>
      applyElementwise(
        op,
        definition,
        definition.selectors === undefined ? [asOperand(x, y), asOperand(y, x)] : [asTensor(x), asTensor(y)],
      ),
    { op },
  );
}

/* @__NO_SIDE_EFFECTS__ */
export function ternary(definition: Definition): Ternary {
  const op = elementwiseOp(definition, 3);
  return Object.assign(
    (...inputs: readonly TensorLike[]) => applyElementwise(op, definition, operands(definition, inputs)),
    { op },
  );
}

/* @__NO_SIDE_EFFECTS__ */
export function quaternary(definition: Definition): Quaternary {
  const op = elementwiseOp(definition, 4);
  return Object.assign(
    (...inputs: readonly TensorLike[]) => applyElementwise(op, definition, operands(definition, inputs)),
    { op },
  );
}

/** Plain numbers take the dtype of the first tensor they meet, selectors aside. */
function operands({ selectors = 0 }: Definition, inputs: readonly TensorLike[]): Tensor[] {
  const model = inputs.slice(selectors).find((input) => input instanceof Tensor);
  return inputs.map((input, index) =>
    index < selectors || model === undefined ? asTensor(input) : asOperand(input, model),
  );
}

function applyElementwise(op: Op, definition: Definition, inputs: readonly Tensor[]): Tensor {
  let shape: Shape = scalarShape;
  let known = true;
  for (const input of inputs) {
    // Scalars are what lessons and host loops are made of: no shapes to compare, no arrays to allocate.
    if (input.shape.length > 0) shape = broadcastShapes(shape, input.shape, definition.name);
    if (input.storage === undefined) known = false;
  }
  const dtype = resultDType(definition, inputs);
  const storage = known ? evaluateElementwise(definition.kernel, inputs, shape, dtype) : undefined;
  return makeNode(op, inputs, undefined, shape, dtype, storage);
}

function resultDType({ result, selectors = 0 }: Definition, inputs: readonly Tensor[]): DType {
  if (result === "bool") return "bool";
  let dtype = (inputs[selectors] as Tensor).dtype;
  for (let i = selectors + 1; i < inputs.length; i++) dtype = promote(dtype, (inputs[i] as Tensor).dtype);
  return result === "float" ? toFloat(dtype) : dtype;
}

function elementwiseOp(definition: Definition, arity: number): Op {
  const { name, kernel, rules = [], domain, chooses, linearity, vector } = definition;
  // Of an adjoint of 0 these make nothing but 0.
  const keepsZero = chooses !== undefined || linearity === "linear";
  const inputNames = Array.from({ length: arity }, (_, index) => `#${index + 1}`).join(", ");
  const op: Op = {
    name,
    infer: (inputs) => ({
      shape: inputs.reduce<Shape>((shape, input) => broadcastShapes(shape, input.shape, name), scalarShape),
      dtype: resultDType(definition, inputs),
    }),
    evaluate: (inputs, _, { shape, dtype }) => evaluateElementwise(kernel, inputs, shape, dtype),
    forward: (tangents, inputs, output) => {
      let total: Tensor | undefined;
      rules.forEach((rule, index) => {
        const tangent = tangents[index];
        if (rule === undefined || tangent === undefined) return;
        const term = rule(tangent, inputs, output);
        if (term === undefined) return;
        total = total === undefined ? term : total.add(term);
      });
      return total?.broadcastTo(output.shape);
    },
    reverse: (adjoint, inputs, output, _, wanted, alive) => {
      const contributions: (Tensor | undefined)[] = [];
      for (let index = 0; index < inputs.length; index++) {
        const rule = wanted[index] ? rules[index] : undefined;
        let contribution = rule?.(adjoint, inputs, output);
        if (alive && contribution && !keepsZero) contribution = alive.where(contribution, 0);
        contributions.push(contribution && sumTo(contribution, (inputs[index] as Tensor).shape));
      }
      return contributions;
    },
    batch: (inputs, batched) => applyElementwise(op, definition, alignBatch(inputs, batched)),
    ...(linearity && { linearity }),
    text: definition.text ?? `${name}(${inputNames})`,
    latex: definition.latex,
    elementwise: {
      arity,
      selectors: definition.selectors ?? 0,
      kernel,
      domain,
      differentiable: rules.length > 0,
      ...(chooses && { chooses }),
      ...(vector && { vector }),
    },
  };
  return op;
}

/** Axes of extent 1 behind the batch's axis, so that operands of different rank stay aligned at their last axes. */
function alignBatch(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const rankOf = (input: Tensor, index: number): number => input.shape.length - (batched[index] ? 1 : 0);
  const rank = inputs.reduce((most, input, index) => Math.max(most, rankOf(input, index)), 0);
  return inputs.map((input, index) => {
    const missing = rank - rankOf(input, index);
    if (!batched[index] || missing === 0) return input;
    const [extent, ...rest] = input.shape as [number, ...number[]];
    return input.reshape([extent, ...new Array<number>(missing).fill(1), ...rest]);
  });
}

function evaluateElementwise(
  kernel: Definition["kernel"],
  inputs: readonly Tensor[],
  shape: Shape,
  dtype: DType,
): Storage {
  const [x, y, z, t] = inputs as readonly [Tensor, Tensor?, Tensor?, Tensor?];
  if (shape.length === 0)
    return roundTo(
      dtype,
      kernel(x.storage as number, y?.storage as number, z?.storage as number, t?.storage as number),
    );
  const result = allocate(dtype, sizeOf(shape));
  fill(result, kernel, inputs, shape);
  // Of arithmetic on truth values what is not zero is true.
  if (dtype === "bool") result.forEach((value, i) => (result[i] = roundTo(dtype, value)));
  return result;
}

function fill(
  result: TypedArray,
  kernel: Definition["kernel"],
  inputs: readonly Tensor[],
  shape: Shape,
): void {
  const [x, y, z, t] = inputs as readonly [Tensor, Tensor?, Tensor?, Tensor?];
  const size = result.length;
  const [a, p] = laidOut(x, shape, size);
  if (y === undefined) {
    for (let i = 0; i < size; i++) result[i] = kernel(a[i * p] as number, 0, 0, 0);
    return;
  }
  const [b, q] = laidOut(y, shape, size);
  if (z === undefined) {
    for (let i = 0; i < size; i++) result[i] = kernel(a[i * p] as number, b[i * q] as number, 0, 0);
    return;
  }
  const [c, r] = laidOut(z, shape, size);
  const [d, s] = t === undefined ? [[0], 0] : laidOut(t, shape, size);
  for (let i = 0; i < size; i++)
    result[i] = kernel(a[i * p] as number, b[i * q] as number, c[i * r] as number, d[i * s] as number);
}

/** An input's elements in the order of the result's, and how far to go from one to the next: not at all for a scalar. */
function laidOut(
  { storage, shape: own }: Tensor,
  shape: Shape,
  size: number,
): [ArrayLike<number>, step: number] {
  const data = storage as TypedArray;
  if (typeof storage === "number") return [[storage], 0];
  if (data.length === size || data.length === 1) return [data, Number(data.length === size)];
  const repeated = new Float64Array(size);
  stridedOffsets(shape, broadcastStrides(own, shape)).forEach((at, i) => (repeated[i] = data[at] as number));
  return [repeated, 1];
}
