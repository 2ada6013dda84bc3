import { cast, maximum, minimum, tensor, type Tensor, type TensorLike } from "@steepest/autodiff";

/**
 * A learning rate for each step: a pure function of the number of the step, 0, 1, …, so that it is compiled with the step. Any
 * option `learningRate` takes one. A tensor of several numbers gives the rate of each: for a plot, say.
 */
export type Schedule = (step: TensorLike) => Tensor;

/** A number of steps as f64. */
export function stepOf(step: TensorLike): Tensor {
  return cast(tensor(step), "f64");
}

/** The part of so many steps that is done, 0 before them and 1 behind them. */
export function progress(step: TensorLike, steps: number): Tensor {
  return minimum(maximum(stepOf(step).div(steps), 0), 1);
}
