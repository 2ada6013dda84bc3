import { makeVariable } from "../ops/leaf.ts";
import { isFloat } from "../tensor/dtype.ts";
import { withoutRecording, withTransform } from "../tensor/record.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { release } from "../transform/function.ts";
import { sweepBack, sweepForward } from "../transform/sweep.ts";

/** A function of a list of tensors that gives a list. */
export type ListFunction = (values: readonly Tensor[]) => readonly Tensor[];

/** The results of a function and how they move with its arguments; `undefined` is what does not move. */
export function pushForward(
  f: ListFunction,
  values: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): { readonly outputs: Tensor[]; readonly moved: (Tensor | undefined)[] } {
  return withTransform((level) => {
    const arguments_ = values.map((value, index) =>
      tangents[index] === undefined ? value : makeVariable(value, level),
    );
    const outputs = f(arguments_);
    const variables = arguments_.filter((_, index) => tangents[index] !== undefined);
    const directions = tangents.filter((tangent) => tangent !== undefined);
    const moved = withoutRecording(level, () => sweepForward(outputs, variables, directions));
    return {
      outputs: outputs.map((output) => release(output, level)),
      moved: moved.map((tangent) => tangent && release(tangent, level)),
    };
  });
}

/**
 * What adjoints of a function's results give as adjoints of its floating-point arguments; the function runs again.
 * `undefined` stands for no adjoint.
 */
export function pullBack(
  f: ListFunction,
  values: readonly Tensor[],
  adjoints: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  return withTransform((level) => {
    const arguments_ = values.map((value) => (isFloat(value.dtype) ? makeVariable(value, level) : value));
    const outputs = f(arguments_);
    return withoutRecording(level, () => {
      const variables = arguments_.filter(({ dtype }) => isFloat(dtype));
      const pulled = sweepBack(outputs, adjoints, variables);
      return arguments_.map((argument) => {
        const adjoint = isFloat(argument.dtype) ? pulled.get(argument) : undefined;
        return adjoint && release(adjoint, level);
      });
    });
  });
}
