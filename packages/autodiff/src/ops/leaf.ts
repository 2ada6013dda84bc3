import { DifferentiationError, PlaceholderError } from "../errors.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { untracked } from "../tensor/record.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Op } from "./op.ts";

function leaf(name: string): Op {
  const unreachable = (): never => {
    throw new DifferentiationError(`${name} has no inputs to differentiate with respect to`);
  };
  return {
    name,
    infer: () => {
      throw new PlaceholderError(`${name} is made by the library, not applied`);
    },
    evaluate: () => {
      throw new PlaceholderError(`${name} has no value to compute`);
    },
    forward: unreachable,
    reverse: unreachable,
    batch: unreachable,
    text: name,
    latex: `\\mathrm{${name}}`,
  };
}

/** A known value without history. */
export const constant: Op = leaf("constant");

/** An argument of a function that is being compiled: shape and dtype, no value. */
export const placeholder: Op = leaf("placeholder");

/**
 * The argument of a function under a derivative: a fresh node with the value of its input. Being fresh is what
 * keeps nested derivatives apart: an inner derivative's variable is never the outer one's, even at the same value.
 */
export const variable: Op = {
  name: "variable",
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: (x as Tensor).dtype }),
  evaluate: ([x]) => (x as Tensor).storage as number,
  forward: ([dx]) => dx,
  reverse: (adjoint) => [adjoint],
  batch: ([x]) => x as Tensor,
  linearity: "linear",
  text: "#1",
  latex: "#1",
};

export function makeVariable(x: Tensor, level: number): Tensor {
  return new Tensor(
    variable,
    [x],
    undefined,
    x.shape,
    x.dtype,
    x.storage,
    Math.min(level, x.level, untracked),
  );
}

/** `attributes` is the name to show for it, such as `x` or `0.weights`. */
export function makePlaceholder(shape: Shape, dtype: DType, level: number, name: string): Tensor {
  return new Tensor(placeholder, [], name, shape, dtype, undefined, level);
}
