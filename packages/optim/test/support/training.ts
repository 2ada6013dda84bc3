import { sigmoid, matmul, softplus, tensor, valueAndGrad, type Tensor, type Tree } from "@steepest/autodiff";
import { applyUpdates, type RuleState, type UpdateRule } from "@steepest/optim";

/** Parameters after each of the gradients. */
export function follow(rule: UpdateRule, start: number, gradients: readonly number[]): number[] {
  let params = { w: tensor([start]) };
  let state = rule.init(params);
  return gradients.map((gradient) => {
    const result = rule.update({ w: tensor([gradient]) }, state, params);
    state = result.state;
    params = applyUpdates(params, result.updates);
    return params.w.item();
  });
}

/** Parameters, whatever their shapes, after each of the gradients. */
export function followTree<P>(rule: UpdateRule, start: P, gradients: readonly P[]): P[] {
  let params = start;
  let state = rule.init(start as Tree);
  return gradients.map((gradient) => {
    const result = rule.update(gradient, state, params);
    state = result.state;
    return (params = applyUpdates(params, result.updates));
  });
}

export type Classifier = { layer: { weights: Tensor; bias: Tensor }; offset: Tensor };

const inputs = tensor([
  [0.5, 1.2, -0.3],
  [-1.1, 0.4, 0.8],
  [0.9, -0.7, 0.1],
  [-0.2, -1.4, 0.6],
  [1.6, 0.3, -0.9],
  [-0.8, 0.9, 1.1],
]);
const labels = tensor([1, 0, 1, 0, 1, 1]);

/** A classifier whose parameters have two axes, one and none. */
export const start: Classifier = {
  layer: {
    weights: tensor([
      [0.3, -0.2],
      [0.1, 0.4],
      [-0.5, 0.2],
    ]),
    bias: tensor([0.1, -0.1]),
  },
  offset: tensor(0.2),
};

/** Its mean cross-entropy, with a little of a penalty, so that it has a minimum. */
export function loss({ layer, offset }: Classifier): Tensor {
  const hidden = sigmoid(matmul(inputs, layer.weights).add(layer.bias));
  const logits = hidden.sum({ axis: 1 }).add(offset);
  const penalty = layer.weights.square().sum().add(layer.bias.square().sum()).add(offset.square());
  return softplus(logits).sub(logits.mul(labels)).mean().add(penalty.mul(0.01));
}

export type Training = { params: Classifier; state: RuleState };

/** One step of a training, which gives the loss before it, too. */
export function stepOf(rule: UpdateRule): (training: Training) => [Training, Tensor] {
  return ({ params, state }) => {
    const [value, gradients] = valueAndGrad<Classifier, []>(loss)(params);
    const { updates, state: next } = rule.update(gradients, state, params, { value });
    return [{ params: applyUpdates(params, updates), state: next }, value];
  };
}
