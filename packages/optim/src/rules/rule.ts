import { add, cast, tensor, treeMap, type Tensor, type TensorLike, type Tree } from "@steepest/autodiff";

/** What a rule remembers between steps: a tree of tensors, so that a whole training step compiles. */
export type RuleState = Readonly<Record<string, Tree>>;

/** What some rules want to know besides gradients and parameters. */
export interface UpdateExtras {
  /** The loss at the parameters, a scalar, for rules that watch it: {@link reduceOnPlateau}. */
  readonly value?: TensorLike;
}

/**
 * How one training step changes the parameters: pure functions on trees of tensors. What a rule gives can be what another
 * one is given in place of gradients, so rules form a {@link chain}.
 */
export interface UpdateRule {
  readonly name: string;
  /** The state before the first step. */
  init(params: Tree): RuleState;
  /**
   * The changes to add to the parameters (see {@link applyUpdates}), and the next state: of the same structure, shapes and
   * dtypes. Nothing in it depends on values other than through tensors, so it runs inside `compile` and `vmap`.
   *
   * @throws {ShapeError} when the gradients, the parameters or the state differ in structure
   */
  update<P>(
    gradients: P,
    state: RuleState,
    params: P,
    extras?: UpdateExtras,
  ): { updates: P; state: RuleState };
}

/** A fixed rate, or one for each step: a tensor function of the step number, a scalar tensor 0, 1, …. */
export type LearningRate = number | ((step: Tensor) => Tensor);

/** params + updates, leaf by leaf. */
export function applyUpdates<P>(params: P, updates: P): P {
  return treeMap((parameter, update) => add(parameter, update), params, updates);
}

/** The learning rate of a step as a scalar. */
export function rateAt(learningRate: LearningRate, step: Tensor): Tensor {
  return tensor(typeof learningRate === "number" ? learningRate : learningRate(step));
}

/** A scalar in the dtype of the leaf it is to meet, so that f32 parameters stay f32. */
export function like(scalar: Tensor, leaf: Tensor): Tensor {
  return cast(scalar, leaf.dtype);
}
