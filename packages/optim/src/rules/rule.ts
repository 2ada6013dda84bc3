import { add, cast, tensor, treeMap, type Tensor, type Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";

/** What a rule remembers between steps: a tree of tensors, so that a whole training step compiles. */
export type RuleState = Readonly<Record<string, Tree>>;

/** How one training step changes the parameters: pure functions on trees of tensors. */
export interface UpdateRule {
  readonly name: string;
  /** The state before the first step. */
  init(params: Tree): RuleState;
  /** The changes to add to the parameters (see {@link applyUpdates}), and the next state. */
  update<P>(gradients: P, state: RuleState, params: P): { updates: P; state: RuleState };
}

/** A fixed rate, or one for each step: a tensor function of the step number, a scalar tensor 0, 1, …. */
export type LearningRate = number | ((step: Tensor) => Tensor);

/** params + updates, leaf by leaf. */
export function applyUpdates<P>(params: P, updates: P): P {
  return treeMap((parameter, update) => add(parameter, update), params, updates);
}

/** The learning rate of a step as an f64 scalar. */
export function rateAt(learningRate: LearningRate, step: Tensor): Tensor {
  return typeof learningRate === "number" ? tensor(learningRate) : learningRate(step);
}

/** A scalar in the dtype of the leaf it is to multiply, so that f32 parameters stay f32. */
export function like(scalar: Tensor, leaf: Tensor): Tensor {
  return scalar.dtype === leaf.dtype ? scalar : cast(scalar, leaf.dtype);
}

export function checkRate(learningRate: LearningRate): void {
  if (typeof learningRate === "number" && !(learningRate > 0 && Number.isFinite(learningRate)))
    throw new OptimizationError(`the learning rate must be a positive number: ${learningRate}`);
}

/** Checks a decay factor such as momentum or β. */
export function checkFraction(name: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new OptimizationError(`${name} must be at least 0 and below 1: ${value}`);
}
