import { apply, batchExtent, type Op, type Signature } from "../ops/op.ts";
import { makeVariable } from "../ops/leaf.ts";
import { pack, packedSignature, unpack } from "../ops/pack.ts";
import { isFloat } from "../tensor/dtype.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import { makeNode, type Storage, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { release } from "../transform/function.ts";
import { sweepBack, sweepForward } from "../transform/sweep.ts";
import { vmap } from "../transform/vmap.ts";
import type { ListFunction } from "./derivatives.ts";
import {
  capturedBefore,
  makeSubprogram,
  replay,
  signaturesOf,
  type Subprogram,
  onLeaves,
} from "./subprogram.ts";

/**
 * The same function, which keeps its arguments instead of its intermediate results until derivatives need them, and
 * computes them again then: less memory for one more evaluation (Griewank & Walther 2008, chapter 12). Derivatives with
 * respect to values that it uses from around it are right, too. `compile` plans memory by itself and takes no notice.
 *
 * @example
 * grad(checkpoint((x) => x.sin().exp()))(0); // → 1
 */
export function checkpoint<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
): (...args: { [K in keyof A]: TreeLike<A[K]> }) => Y {
  return (...args) => {
    const { operands, flat, resultOf } = onLeaves(f, args);
    return resultOf(applyCheckpoint(flat, operands));
  };
}

/** A function to be computed again, as an operation: its inputs are what it captures, then its arguments. */
interface Checkpoint {
  /** Where values are known the function itself, whose captured nodes are always the same ones. */
  readonly again: ListFunction | Subprogram;
  readonly captured: number;
  readonly signatures: readonly Signature[];
}

function applyCheckpoint(f: ListFunction, operands: readonly Tensor[]): Tensor[] {
  if (operands.every(({ hasValue }) => hasValue)) {
    const { outputs, captured } = withTransform((level) => {
      const variables = operands.map((operand) => makeVariable(operand, level));
      const made = f(variables);
      return { outputs: made, captured: capturedBefore(made, variables) };
    });
    if (outputs.every(({ hasValue }) => hasValue)) {
      const signatures = signaturesOf(outputs);
      const { shape, dtype } = packedSignature(signatures, []);
      const { storage } = pack(outputs, signatures, [], dtype);
      const attributes: Checkpoint = { again: f, captured: captured.length, signatures };
      const node = makeNode(checkpointOp, [...captured, ...operands], attributes, shape, dtype, storage);
      return unpack(node, signatures, []);
    }
  }
  const program = makeSubprogram(
    (...values) => f(values as Tensor[]),
    operands.map((operand) => flatten<TensorLike>(operand)),
    signaturesOf(operands),
  );
  const signatures = signaturesOf(program.outputs);
  const captured = program.captured.length;
  const packed = apply(checkpointOp, [...program.captured, ...operands], {
    again: program,
    captured,
    signatures,
  });
  return unpack(packed, signatures, []);
}

/** Computes the function again on fresh variables, and sweeps over what that recorded. */
function again<T>(
  inputs: readonly Tensor[],
  { again: f, captured }: Checkpoint,
  sweep: (outputs: readonly Tensor[], variables: readonly Tensor[]) => T,
  finish: (swept: T, level: number) => (Tensor | undefined)[],
): (Tensor | undefined)[] {
  return withTransform((level) => {
    const fresh = (value: Tensor): Tensor => (isFloat(value.dtype) ? makeVariable(value, level) : value);
    let variables: Tensor[];
    let outputs: readonly Tensor[];
    if (typeof f === "function") {
      variables = [...inputs.slice(0, captured), ...inputs.slice(captured).map(fresh)];
      outputs = f(variables.slice(captured));
    } else {
      variables = inputs.map(fresh);
      outputs = replay(f, variables);
    }
    return withoutRecording(level, () => finish(sweep(outputs, variables), level));
  });
}

const checkpointOp: Op<Checkpoint> = {
  name: "checkpoint",
  infer: (_, { signatures }) => packedSignature(signatures, []),

  evaluate: (inputs, { again: program, signatures }, { dtype }) =>
    pack((program as Subprogram).run(inputs), signatures, [], dtype).storage as Storage,

  forward: (tangents, inputs, output, attributes) => {
    const moved = again(
      inputs,
      attributes,
      (outputs, variables) => sweepForward(outputs, variables, tangents),
      (swept, level) => swept.map((tangent) => tangent && release(tangent, level)),
    );
    return pack(moved, attributes.signatures, [], output.dtype);
  },

  reverse: (adjoint, inputs, _, attributes) => {
    const seeds = unpack(adjoint, attributes.signatures, []).map((each) =>
      isFloat(each.dtype) ? each : undefined,
    );
    return again(
      inputs,
      attributes,
      (outputs, variables) => {
        const floating = variables.filter(({ dtype }) => isFloat(dtype));
        const adjoints = sweepBack(outputs, seeds, floating);
        return variables.map((variable) => adjoints.get(variable));
      },
      (swept, level) => swept.map((each) => each && release(each, level)),
    );
  },

  batch: (inputs, batched, { again: program, signatures }) => {
    const axes = batched.map((is) => (is ? 0 : undefined));
    const outputs = applyCheckpoint(
      (values) => vmap((...given: Tensor[]) => replay(program as Subprogram, given), { axes })(...values),
      inputs,
    );
    const { dtype } = packedSignature(signatures, []);
    return pack(outputs, signaturesOf(outputs), [batchExtent(inputs, batched)], dtype);
  },

  expand: (inputs, { again: program, signatures }) =>
    pack(replay(program as Subprogram, inputs), signatures, [], packedSignature(signatures, []).dtype),

  text: "checkpoint(#*)",
  latex: "\\operatorname{checkpoint}\\left(#*\\right)",
};

/** The primitive operations of this file. */
export const checkpointOps: readonly Op<never>[] = [checkpointOp];
