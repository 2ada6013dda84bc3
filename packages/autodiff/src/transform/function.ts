import { DifferentiationError, DTypeError } from "../errors.ts";
import { makeVariable } from "../ops/leaf.ts";
import "../ops/methods.ts";
import { asTensor } from "../tensor/convert.ts";
import { explainingArrays } from "../tensor/explain-arrays.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape } from "../tensor/shape.ts";
import { makeConstant, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { flatten, type Flattened } from "../tensor/tree.ts";

/** A function under a transform, seen from inside: what its first argument is, only its caller knows. */
export type AnyFunction = (...all: never[]) => unknown;

/** Calls it with arguments whose types the transform's signature has checked. */
export function call(f: AnyFunction, argument: unknown, rest: readonly unknown[]): unknown {
  return explainingArrays(f, [argument], rest);
}

/** The differentiated argument of a function, each leaf replaced by a fresh variable. */
export interface Variables {
  readonly argument: unknown;
  readonly leaves: readonly Tensor[];
  readonly structure: Flattened<TensorLike>;
}

/** @throws {DTypeError} naming the leaf that is not floating point and so has no derivative. */
export function makeVariables(transform: string, argument: unknown, level: number): Variables {
  const structure = flatten<TensorLike>(argument);
  const leaves = structure.leaves.map((leaf, index) => {
    const tensor = asTensor(leaf);
    if (!isFloat(tensor.dtype))
      throw new DTypeError(
        `${transform}: only floating-point arguments have derivatives; pass ${structure.paths[index] || "it"} as a further ` +
          `argument or cast it with cast(x, "f64"): ${tensor.dtype}`,
      );
    return makeVariable(tensor, level);
  });
  return { argument: structure.rebuild(leaves), leaves, structure };
}

/** A result as it leaves a transform: without history unless an outer transform may ask for it. */
export function release(tensor: Tensor, level: number): Tensor {
  return tensor.level < level || tensor.storage === undefined
    ? tensor
    : makeConstant(tensor.shape, tensor.dtype, tensor.storage);
}

/** @throws {DifferentiationError} when the output is not one floating-point number. */
export function scalarOutput(transform: string, output: unknown): Tensor {
  const result = floatOutput(transform, output);
  if (result.shape.length > 0)
    throw new DifferentiationError(
      `${transform}: the function must return a scalar; reduce it with sum() or mean(), or use jacobian: shape ${formatShape(result.shape)}`,
    );
  return result;
}

export function floatOutput(transform: string, output: unknown): Tensor {
  if (output === undefined)
    throw new DifferentiationError(`${transform}: the function must return a tensor: undefined`);
  const { leaves, paths } = flatten<TensorLike>(output);
  const [only] = leaves;
  if (only === undefined || leaves.length > 1 || paths[0] !== "")
    throw new DifferentiationError(
      `${transform}: the function must return one tensor; join several with stack or concatenate: ${leaves.length} results`,
    );
  const result = asTensor(only);
  if (!isFloat(result.dtype))
    throw new DTypeError(`${transform}: the function must return floating-point numbers: ${result.dtype}`);
  return result;
}

/**
 * The leaves of a tangent or cotangent, one for each leaf of the tree that it belongs to. Where that is one tensor,
 * nested arrays stand for one, too.
 *
 * @throws {DifferentiationError} when the trees differ in structure.
 */
export function checkTreeLike(
  transform: string,
  what: string,
  like: string,
  given: unknown,
  expected: Flattened<TensorLike>,
): Tensor[] {
  if (expected.form === "*" && Array.isArray(given)) return [asTensor(given as TensorLike)];
  const { leaves, form, paths } = flatten<TensorLike>(given);
  if (form !== expected.form)
    throw new DifferentiationError(
      `${transform}: ${what} must be a tree like ${like}: expected [${expected.paths.join(", ")}], found [${paths.join(", ")}]`,
    );
  return leaves.map(asTensor);
}
