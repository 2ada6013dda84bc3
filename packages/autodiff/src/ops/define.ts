import { allocate, promote, roundTo, toFloat, type DType, type TypedArray } from "../tensor/dtype.ts";
import { asOperand, asTensor } from "../tensor/convert.ts";
import {
  broadcastShapes,
  broadcastStrides,
  sameShape,
  scalarShape,
  stridedOffsets,
  type Shape,
} from "../tensor/shape.ts";
import { makeNode, type Storage, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import type { Op } from "./op.ts";
import { sumTo } from "./sum-to.ts";

/** An operation on one tensor, elementwise. */
export type Unary = ((x: TensorLike) => Tensor) & { readonly op: Op };
/** An operation on two tensors, elementwise with broadcasting. */
export type Binary = ((x: TensorLike, y: TensorLike) => Tensor) & { readonly op: Op };
/** An operation on three tensors, elementwise with broadcasting. */
export type Ternary = ((x: TensorLike, y: TensorLike, z: TensorLike) => Tensor) & { readonly op: Op };

/**
 * The derivative of an elementwise operation with respect to one input, as the linear map from a change `d` to
 * `d · ∂f/∂xᵢ`. For elementwise operations one such line serves both directions: `d` is a tangent going forward
 * and an adjoint going back. Missing rules and results say the derivative is zero.
 */
export type Rule = (d: Tensor, inputs: readonly Tensor[], output: Tensor) => Tensor | undefined;

type Interval = readonly [number, number];

interface Definition {
  readonly name: string;
  readonly kernel: (a: number, b: number, c: number) => number;
  /** One rule per input; none at all for operations that are constant almost everywhere. */
  readonly rules?: readonly (Rule | undefined)[];
  /** `float`: integers become f64. `same`: the wider input dtype. `bool`: a truth value. */
  readonly result: "float" | "same" | "bool";
  readonly linearity?: "linear" | "bilinear";
  readonly expand?: (inputs: readonly Tensor[]) => Tensor;
  readonly text?: string;
  readonly latex: string;
  readonly domain: readonly Interval[];
}

/** The real line, or rather the part of it where nothing overflows. */
export const anywhere: Interval = [-3, 3];

export function unary(definition: Definition): Unary {
  const op = elementwiseOp(definition, 1);
  return Object.assign((x: TensorLike) => applyElementwise(op, definition, [asTensor(x)]), { op });
}

export function binary(definition: Definition): Binary {
  const op = elementwiseOp(definition, 2);
  return Object.assign(
    (x: TensorLike, y: TensorLike) => applyElementwise(op, definition, [asOperand(x, y), asOperand(y, x)]),
    { op },
  );
}

/** Only `where` has three inputs; its first is a condition and takes no part in the result's dtype. */
export function ternary(definition: Definition): Ternary {
  const op = elementwiseOp(definition, 3);
  return Object.assign(
    (x: TensorLike, y: TensorLike, z: TensorLike) =>
      applyElementwise(op, definition, [asTensor(x), asOperand(y, z), asOperand(z, y)]),
    { op },
  );
}

function applyElementwise(op: Op, definition: Definition, inputs: readonly Tensor[]): Tensor {
  // Scalars are what lessons and host loops are made of: no shapes to compare, no arrays to allocate.
  if (inputs.every(isScalar)) {
    const dtype = resultDType(definition.result, inputs);
    const [a, b, c] = inputs.map((input) => input.storage) as [number, number, number];
    const known = inputs.every((input) => input.storage !== undefined);
    const value = known ? roundTo(dtype, definition.kernel(a, b, c)) : undefined;
    return makeNode(op, inputs, undefined, scalarShape, dtype, value);
  }
  let shape: Shape = scalarShape;
  for (const input of inputs) shape = broadcastShapes(shape, input.shape, definition.name);
  const dtype = resultDType(definition.result, inputs);
  const known = inputs.every((input) => input.storage !== undefined);
  const storage = known ? evaluateElementwise(definition.kernel, inputs, shape, dtype) : undefined;
  return makeNode(op, inputs, undefined, shape, dtype, storage);
}

function isScalar(tensor: Tensor): boolean {
  return tensor.shape.length === 0;
}

function resultDType(result: Definition["result"], inputs: readonly Tensor[]): DType {
  if (result === "bool") return "bool";
  const valued = inputs.length === 3 ? inputs.slice(1) : inputs;
  let dtype = (valued[0] as Tensor).dtype;
  for (let i = 1; i < valued.length; i++) dtype = promote(dtype, (valued[i] as Tensor).dtype);
  return result === "float" ? toFloat(dtype) : dtype;
}

function elementwiseOp(definition: Definition, arity: number): Op {
  const { name, kernel, rules = [], domain } = definition;
  const inputNames = Array.from({ length: arity }, (_, index) => `#${index + 1}`).join(", ");
  const op: Op = {
    name,
    infer: (inputs) => ({
      shape: inputs.reduce<Shape>((shape, input) => broadcastShapes(shape, input.shape, name), scalarShape),
      dtype: resultDType(definition.result, inputs),
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
    reverse: (adjoint, inputs, output, _, wanted) =>
      inputs.map((input, index) => {
        const rule = rules[index];
        if (rule === undefined || !wanted[index]) return undefined;
        const contribution = rule(adjoint, inputs, output);
        if (contribution === undefined) return undefined;
        return sameShape(contribution.shape, input.shape) ? contribution : sumTo(contribution, input.shape);
      }),
    batch: (inputs, batched) => applyElementwise(op, definition, alignBatch(inputs, batched)),
    ...(definition.linearity && { linearity: definition.linearity }),
    ...(definition.expand && { expand: definition.expand }),
    text: definition.text ?? `${name}(${inputNames})`,
    latex: definition.latex,
    elementwise: { arity, kernel, domain, differentiable: rules.length > 0 },
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
  if (shape.length === 0) {
    const [a, b, c] = inputs.map((input) => input.storage as number) as [number, number, number];
    return roundTo(dtype, kernel(a, b, c));
  }
  const [first, second, third] = inputs.map((input) => walk(input, shape));
  const a = first as Walk;
  const result = allocate(dtype, a.size);
  if (second === undefined) for (let i = 0; i < result.length; i++) result[i] = kernel(a.at(i), 0, 0);
  else if (third === undefined)
    for (let i = 0; i < result.length; i++) result[i] = kernel(a.at(i), second.at(i), 0);
  else for (let i = 0; i < result.length; i++) result[i] = kernel(a.at(i), second.at(i), third.at(i));
  return result;
}

interface Walk {
  readonly size: number;
  readonly at: (position: number) => number;
}

/** Reads an input as if it had the result's shape. */
function walk(input: Tensor, shape: Shape): Walk {
  let size = 1;
  for (const extent of shape) size *= extent;
  const storage = input.storage as Storage;
  if (typeof storage === "number") return { size, at: () => storage };
  const data: TypedArray = storage;
  if (data.length === 1) return { size, at: () => data[0] as number };
  if (data.length === size && sameShape(withoutLeadingOnes(input.shape), withoutLeadingOnes(shape)))
    return { size, at: (position) => data[position] as number };
  const offsets = stridedOffsets(shape, broadcastStrides(input.shape, shape));
  return { size, at: (position) => data[offsets[position] as number] as number };
}

function withoutLeadingOnes(shape: Shape): Shape {
  let start = 0;
  while (start < shape.length && shape[start] === 1) start++;
  return shape.slice(start);
}
