import { DifferentiationError } from "../errors.ts";
import { apply, batchExtent, type Op, type Signature } from "../ops/op.ts";
import { pack, packedSignature, unpack } from "../ops/pack.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { makeConstant, makeNode, type Storage, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { fullLike } from "../transform/sweep.ts";
import { vmap } from "../transform/vmap.ts";
import { pullBack, type ListFunction } from "./derivatives.ts";
import { makeSubprogram, replay, signaturesOf, type Subprogram, onLeaves } from "./subprogram.ts";

/**
 * How a function is differentiated: forward, back, or both; from one of them the other follows by transposition. Rules
 * are written with operations on tensors, so that their derivatives can be taken again. Trees are those of the function:
 * where an argument does not move its tangent is zero.
 */
export interface CustomRule<A extends readonly unknown[], Y> {
  /** How the value moves when the arguments move with the given tangents. Linear in the tangents. */
  readonly forward?: (tangents: A, args: A, value: Y) => TreeLike<Y>;
  /** The adjoints of the arguments from that of the value. Linear in the adjoint. */
  readonly reverse?: (adjoint: Y, args: A, value: Y) => { [K in keyof A]: TreeLike<A[K]> };
}

/**
 * A function with derivative rules of one's own in place of those of the operations it is made of: because they are more
 * accurate, or cheaper, or because the function computes its value outside of tensors.
 *
 * @example
 * // log(1 + eˣ), whose slope in this form is NaN for large x
 * const softplus = customDerivative((x) => x.exp().add(1).log(), {
 *   forward: ([dx], [x]) => dx.mul(x.sigmoid()),
 * });
 * grad(softplus)(1000); // → 1
 *
 * @throws {DifferentiationError} when it is differentiated with respect to something that it does not get as an argument,
 * or a rule returns something that is not like what it belongs to.
 */
export function customDerivative<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  rule: CustomRule<A, Y>,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => Y {
  if (rule.forward === undefined && rule.reverse === undefined)
    throw new DifferentiationError(
      "customDerivative: expected a forward or a reverse rule: neither is given",
    );
  return (...args) => {
    const { operands, structures, flat, argumentsOf, resultOf } = onLeaves(f, args);
    const { forward, reverse } = rule;
    const outputs = applyCustom(flat, operands, {
      ...(forward && {
        forward: (tangents, values, value) =>
          leavesLike(forward(argumentsOf(tangents), argumentsOf(values), resultOf(value)), value, "forward"),
      }),
      ...(reverse && {
        reverse: (adjoints, values, value) => {
          const pulled = reverse(resultOf(adjoints), argumentsOf(values), resultOf(value));
          if (!Array.isArray(pulled) || pulled.length !== structures.length)
            throw new DifferentiationError(
              `customDerivative: the reverse rule must return an array with an adjoint for each of the ${structures.length} arguments: ${Array.isArray(pulled) ? pulled.length : typeof pulled}`,
            );
          return leavesLike(pulled, values, "reverse");
        },
      }),
    });
    return resultOf(outputs);
  };
}

/** The rule on lists of leaves. */
interface FlatRule {
  readonly forward?: (
    tangents: readonly Tensor[],
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
  ) => Tensor[];
  readonly reverse?: (
    adjoints: readonly Tensor[],
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
  ) => Tensor[];
}

/** A function with its own derivative as an operation: its inputs are what the function captures, then the operands. */
interface Custom {
  readonly rule: FlatRule;
  /** Nothing where the value was computed at once. */
  readonly program: Subprogram | undefined;
  /** The number of inputs before the operands. */
  readonly captured: number;
  readonly signatures: readonly Signature[];
}

function applyCustom(f: ListFunction, operands: readonly Tensor[], rule: FlatRule): Tensor[] {
  if (operands.every(({ hasValue }) => hasValue)) {
    // On plain values: what happens inside needs no history.
    const detached = operands.map(({ shape, dtype, storage }) =>
      makeConstant(shape, dtype, storage as Storage),
    );
    const outputs = f(detached);
    if (outputs.every(({ hasValue }) => hasValue)) {
      for (const { op } of outputs) if (op.name !== "constant") throw closureError();
      const signatures = signaturesOf(outputs);
      const { shape, dtype } = packedSignature(signatures, []);
      const { storage } = pack(outputs, signatures, [], dtype);
      const custom: Custom = { rule, program: undefined, captured: 0, signatures };
      return unpack(makeNode(customOp, operands, custom, shape, dtype, storage), signatures, []);
    }
  }
  const program = makeSubprogram(
    (...values) => f(values as Tensor[]),
    operands.map((operand) => flatten<TensorLike>(operand)),
    signaturesOf(operands),
  );
  const signatures = signaturesOf(program.outputs);
  const captured = program.captured.length;
  const packed = apply(customOp, [...program.captured, ...operands], { rule, program, captured, signatures });
  return unpack(packed, signatures, []);
}

function closureError(): DifferentiationError {
  return new DifferentiationError(
    "customDerivative: the function uses a value from around it that is being differentiated, for which it has no rule; pass it as an argument",
  );
}

const customOp: Op<Custom> = {
  name: "customDerivative",
  infer: (_, { signatures }) => packedSignature(signatures, []),

  evaluate: (inputs, { program, signatures }, { dtype }) =>
    pack((program as Subprogram).run(inputs), signatures, [], dtype).storage as Storage,

  forward: (tangents, inputs, output, { rule, captured, signatures }) => {
    if (tangents.slice(0, captured).some((tangent) => tangent !== undefined)) throw closureError();
    const operands = inputs.slice(captured);
    const outputs = unpack(output, signatures, []);
    const zeroed = operands.map((operand, index) => tangents[captured + index] ?? fullLike(operand, 0));
    const { forward, reverse } = rule;
    // J is the transpose of u ↦ Jᵀu, which is linear: its derivative at any u.
    const moved = forward
      ? forward(zeroed, operands, outputs)
      : pullBack(
          (adjoints) => (reverse as NonNullable<typeof reverse>)(adjoints, operands, outputs),
          outputs.map(zerosLike),
          zeroed,
        );
    return pack(moved, signatures, [], output.dtype);
  },

  reverse: (adjoint, inputs, output, { rule, captured, signatures }, wanted) => {
    if (wanted.slice(0, captured).includes(true)) throw closureError();
    const operands = inputs.slice(captured);
    const outputs = unpack(output, signatures, []);
    const adjoints = unpack(adjoint, signatures, []);
    const { forward, reverse } = rule;
    // Jᵀ is the transpose of v ↦ Jv, which is linear: its derivative at any v.
    const pulled = reverse
      ? reverse(adjoints, operands, outputs)
      : pullBack(
          (tangents) => (forward as NonNullable<typeof forward>)(tangents, operands, outputs),
          operands.map(zerosLike),
          adjoints,
        );
    return [...new Array<undefined>(captured).fill(undefined), ...pulled];
  },

  batch: (inputs, batched, { rule, program, captured, signatures }) => {
    const extent = batchExtent(inputs, batched);
    const axes = batched.map((is) => (is ? 0 : undefined));
    const [fixed, operands] = [inputs.slice(0, captured), inputs.slice(captured)];
    const ownAxes = axes.slice(captured);
    const results = signatures.map(() => 0);
    const { forward, reverse } = rule;
    const count = operands.length;
    const outputs = applyCustom(
      (values) =>
        vmap((...given: Tensor[]) => replay(program as Subprogram, given), { axes })(...fixed, ...values),
      operands,
      {
        ...(forward && {
          forward: (tangents, values, value) =>
            vmap(
              (...all: Tensor[]) =>
                forward(all.slice(0, count), all.slice(count, 2 * count), all.slice(2 * count)),
              { axes: [...ownAxes, ...ownAxes, ...results] },
            )(...tangents, ...values, ...value),
        }),
        ...(reverse && {
          reverse: (adjoints, values, value) => {
            const pulled = vmap(
              (...all: Tensor[]) =>
                reverse(
                  all.slice(0, results.length),
                  all.slice(results.length, results.length + count),
                  all.slice(results.length + count),
                ),
              { axes: [...results, ...ownAxes, ...results] },
            )(...adjoints, ...values, ...value);
            // What all members share gets the adjoints of all.
            return pulled.map((each, index) => (ownAxes[index] === undefined ? each.sum({ axis: 0 }) : each));
          },
        }),
      },
    );
    const { dtype } = packedSignature(signatures, []);
    return pack(outputs, signaturesOf(outputs), [extent], dtype);
  },

  expand: (inputs, { program, signatures }) =>
    pack(replay(program as Subprogram, inputs), signatures, [], packedSignature(signatures, []).dtype),

  text: "custom(#*)",
  latex: "\\operatorname{custom}\\left(#*\\right)",
};

function zerosLike(tensor: Tensor): Tensor {
  return fullLike(tensor, 0);
}

/** What a rule returned, one leaf for each leaf that it is for. */
function leavesLike(tree: unknown, expected: readonly Tensor[], rule: string): Tensor[] {
  const { leaves } = flatten<TensorLike>(tree);
  if (leaves.length !== expected.length)
    throw new DifferentiationError(
      `customDerivative: the ${rule} rule must return ${expected.length} tensors, one for each it belongs to: ${leaves.length}`,
    );
  return leaves.map((leaf, index) => {
    const found = asTensor(leaf);
    const { shape, dtype } = expected[index] as Tensor;
    if (!sameShape(found.shape, shape))
      throw new DifferentiationError(
        `customDerivative: the ${rule} rule must return the shape ${formatShape(shape)} in place ${index}: ${formatShape(found.shape)}`,
      );
    return isFloat(dtype) ? found.cast(dtype) : found;
  });
}

/** The primitive operations of this file. */
export const customDerivativeOps: readonly Op<never>[] = [customOp];
