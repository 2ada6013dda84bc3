import type { Control } from "../compile/control.ts";
import type { Kernel, KernelContext, Operand } from "../compile/wasm/kernel.ts";
import type { ElementwiseMath } from "../compile/wasm/math/elementwise-math.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { makeNode, type Storage, type Tensor } from "../tensor/tensor.ts";

/** Shape and dtype of a result, known before any value is. */
export interface Signature {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Everything known about one operation. Attributes (`A`) are its parameters that are not tensors, such as the
 * axes of a sum.
 *
 * Derivative rules are written with operations on tensors, so that derivatives can be differentiated again.
 * `undefined` stands for a derivative that is zero.
 */
export interface Op<A = unknown> {
  readonly name: string;
  /** Shape and dtype of the result; throws a typed error when the inputs do not fit. */
  infer(inputs: readonly Tensor[], attributes: A): Signature;
  /** Reference kernel: the value of the result, from inputs that all have values. */
  evaluate(inputs: readonly Tensor[], attributes: A, signature: Signature): Storage;
  /** Tangent of the result from the tangents of the inputs, of which at least one is given. */
  forward(
    tangents: readonly (Tensor | undefined)[],
    inputs: readonly Tensor[],
    output: Tensor,
    attributes: A,
  ): Tensor | undefined;
  /**
   * What the adjoint of the result adds to the adjoints of the inputs; only `wanted` ones need be given. Elementwise
   * operations are told where the result is `alive`, if not everywhere: elsewhere they contribute exactly 0.
   */
  reverse(
    adjoint: Tensor,
    inputs: readonly Tensor[],
    output: Tensor,
    attributes: A,
    wanted: readonly boolean[],
    alive?: Tensor,
  ): readonly (Tensor | undefined)[];
  /**
   * The operation on inputs of which those marked `batched` have one more axis in front, the same for all of them;
   * so has the result. At least one is marked.
   */
  batch(inputs: readonly Tensor[], batched: readonly boolean[], attributes: A): Tensor;
  /**
   * `linear` in all inputs taken together that have derivatives, or in each of two alone: such an operation acts on the
   * terms of a power series directly. Nothing for all others, whose forward rule serves.
   */
  readonly linearity?: "linear" | "bilinear";
  /**
   * For operations on the last so many axes of their first input that do the same for every index of the axes before:
   * members of a batch, which lead the result and all inputs and have nothing to do with each other.
   */
  readonly memberAxes?: number;
  /**
   * What the operation amounts to in simpler ones once there are no derivatives to be taken any more: for one that only
   * steers them, or whose own rules are better than those of its parts while its parts can be compiled.
   */
  expand?(inputs: readonly Tensor[], attributes: A): Tensor;
  /** How to write it: `#1`, `#2`, … stand for the inputs, `#*` for all of them with commas between. */
  readonly text: string;
  readonly latex: string;
  /**
   * Writes the operation as WebAssembly code of its own, for operands that lie in memory one element after another;
   * nothing where the interpreter must do it.
   */
  kernel?(
    context: KernelContext,
    inputs: readonly Operand[],
    output: Operand,
    attributes: A,
  ): Kernel | undefined;
  /** How it is compiled, for an operation that runs parts of a program. */
  readonly control?: Control;
  /** Given for operations that act on each element alone. */
  readonly elementwise?: Elementwise;
}

export interface Elementwise {
  readonly arity: number;
  /** How many of the first inputs choose what is computed (a condition, an order); they have no derivative. */
  readonly selectors: number;
  readonly kernel: (a: number, b: number, c: number, d: number) => number;
  /** An interval of arguments for each input, inside the domain, where the derivative rules are to be tested. */
  readonly domain: readonly (readonly [number, number])[];
  /** False for operations that are constant almost everywhere: comparisons, sign, rounding. */
  readonly differentiable: boolean;
  /**
   * For operations that give one of their inputs as it is, such as `where`: in which elements it is the one at this
   * position. Nothing for an input that is only looked at.
   */
  readonly chooses?: Chooses;
  /**
   * The code that compiled programs use, for a function that few need: it comes with the operation, not with the
   * compiler.
   */
  readonly vector?: ElementwiseMath;
}

export type Chooses = (inputs: readonly Tensor[], position: number) => Tensor | undefined;

/** Applies an operation: infers shape and dtype, computes the value when the inputs have theirs, records history. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const signature = op.infer(inputs, attributes);
  let known = true;
  for (const input of inputs) if (input.storage === undefined) known = false;
  const storage = known ? op.evaluate(inputs, attributes, signature) : undefined;
  return makeNode(op, inputs, attributes, signature.shape, signature.dtype, storage);
}

/** An input of a batch with the batch's axis in front, whether it came with one or is the same for all. */
export function withBatchAxis(input: Tensor, batched: boolean, extent: number): Tensor {
  return batched ? input : input.broadcastTo([extent, ...input.shape]);
}

/** The extent of the axis that the marked inputs have in front. */
export function batchExtent(inputs: readonly Tensor[], batched: readonly boolean[]): number {
  return (inputs[batched.indexOf(true)] as Tensor).shape[0] as number;
}

/** All inputs with the batch's axis in front. */
export function allBatched(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const extent = batchExtent(inputs, batched);
  return inputs.map((input, index) => withBatchAxis(input, batched[index] === true, extent));
}

/** The one-element typed array of a scalar is its number. */
export function storageOf(shape: Shape, data: Exclude<Storage, number>): Storage {
  return shape.length === 0 ? (data[0] as number) : data;
}

export function requireFloat(operation: string, tensor: Tensor): void {
  if (tensor.dtype !== "f64" && tensor.dtype !== "f32")
    throw new DTypeError(
      `${operation}: expected a floating-point tensor; cast it with cast(x, "f64"): ${tensor.dtype}`,
    );
}

export function requireRank(operation: string, tensor: Tensor, rank: number): void {
  if (tensor.shape.length !== rank)
    throw new ShapeError(
      `${operation}: expected a tensor of ${rank} axes: shape [${tensor.shape.join(", ")}]`,
    );
}
