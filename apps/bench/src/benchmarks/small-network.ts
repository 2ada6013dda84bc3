import { matmul, tanh, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";
import type { Benchmark, Input } from "../benchmark.ts";
import { spread32 } from "../inputs.ts";
import { jit, np, valueAndGrad as jaxValueAndGrad, type JaxArray, jaxArray } from "../libraries/jax.ts";
import { tf } from "../libraries/tensorflow.ts";
import {
  jaxTraining,
  ourTraining,
  plainTraining,
  tensorflowTraining,
  tensors,
} from "../libraries/training.ts";
import { denseForward, denseGradient, denseInputGradient, descend } from "../plain/dense.ts";
import { copies, denseParameters, named } from "./parameters.ts";

const rate = 0.05;

/** Mean of (ŷ − y)², ŷ a network with tanh between its layers. */
function loss(parameters: Tensor[], x: Tensor, y: Tensor): Tensor {
  const [w1, b1, w2, b2, w3, b3] = parameters as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  const first = tanh(matmul(x, w1).add(b1));
  const second = tanh(matmul(first, w2).add(b2));
  return matmul(second, w3).add(b3).sub(y).square().mean();
}

function lossInJax(parameters: JaxArray[], x: JaxArray, y: JaxArray): JaxArray {
  const [w1, b1, w2, b2, w3, b3] = parameters as [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];
  const first = np.tanh(np.matmul(x, w1).add(b1));
  const second = np.tanh(np.matmul(first, w2).add(b2));
  return np.square(np.matmul(second, w3).add(b3).sub(y)).mean();
}

function lossInTensorFlow(parameters: readonly tf.Tensor[], x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {
  const [w1, b1, w2, b2, w3, b3] = parameters as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const first = x.matMul(w1).add(b1).tanh();
  const second = first.matMul(w2).add(b2).tanh();
  return second.matMul(w3).add(b3).sub(y).square().mean();
}

/** The step with its derivatives worked out on paper; nothing is allocated in it. */
function stepByHand(start: readonly Input[], x: Float32Array, y: Float32Array, batch: number): () => number {
  const parameters = copies(start);
  const gradients = copies(start);
  const layers = parameters.length / 2;
  const outputs = start
    .filter((_, index) => index % 2 === 1)
    .map(({ data }) => new Float32Array(batch * data.length));
  const deltas = outputs.map((output) => output.slice());
  const inputOf = (layer: number): Float32Array => (layer === 0 ? x : outputs[layer - 1]!);
  return () => {
    for (let layer = 0; layer < layers; layer++) {
      const output = outputs[layer]!;
      denseForward(inputOf(layer), parameters[2 * layer]!, parameters[2 * layer + 1]!, output, batch);
      if (layer + 1 < layers) for (let i = 0; i < output.length; i++) output[i] = Math.tanh(output[i]!);
    }
    const predicted = outputs[layers - 1]!;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const miss = predicted[i]! - y[i]!;
      total += miss * miss;
      deltas[layers - 1]![i] = (2 * miss) / y.length;
    }
    for (let layer = layers - 1; layer >= 0; layer--) {
      const delta = deltas[layer]!;
      denseGradient(inputOf(layer), delta, gradients[2 * layer]!, gradients[2 * layer + 1]!, batch);
      if (layer === 0) continue;
      const [before, output] = [deltas[layer - 1]!, outputs[layer - 1]!];
      denseInputGradient(parameters[2 * layer]!, delta, before, batch);
      for (let i = 0; i < before.length; i++) before[i]! *= 1 - output[i]! * output[i]!;
    }
    descend(parameters, gradients, rate);
    return total / y.length;
  };
}

/** What a network in a playground does hundreds of times a second. */
export function smallNetworkBenchmark(batch = 32): Benchmark {
  const parameters = denseParameters(2, 8, 8, 1);
  const x = spread32(batch * 2, 11);
  const y = Float32Array.from(
    { length: batch },
    (_, index) => Math.sin(3 * x[2 * index]!) * x[2 * index + 1]!,
  );
  const data: Record<"x" | "y", Input> = {
    x: { data: x, shape: [batch, 2] },
    y: { data: y, shape: [batch, 1] },
  };

  const step = (state: Tensor[], inputs: Tensor, targets: Tensor): [Tensor[], Tensor] => {
    const [value, gradient] = valueAndGrad((p: Tensor[]) => loss(p, inputs, targets))(state);
    return [state.map((parameter, index) => parameter.sub(gradient[index]!.mul(rate))), value];
  };
  const [inputs, targets] = [tensor(x, { shape: [batch, 2] }), tensor(y, { shape: [batch, 1] })];

  const jaxStep = jit((state: JaxArray[], given: JaxArray, wanted: JaxArray): [JaxArray, ...JaxArray[]] => {
    const [value, gradient] = jaxValueAndGrad(lossInJax)(
      state.map((each) => each.ref),
      given,
      wanted,
    ) as [JaxArray, JaxArray[]];
    return [value, ...state.map((parameter, index) => parameter.sub(gradient[index]!.mul(rate)))];
  });
  const [jaxX, jaxY] = [jaxArray(x, [batch, 2]), jaxArray(y, [batch, 1])];
  const [tfX, tfY] = [tf.tensor2d(x, [batch, 2]), tf.tensor2d(y, [batch, 1])];
  return {
    name: "train-small",
    title: `training step of a 2-8-8-1 tanh network, batch ${batch}, SGD, f32`,
    unit: "µs",
    ours: ourTraining(tensors(parameters), step, inputs, targets),
    others: [
      plainTraining(() => stepByHand(parameters, x, y, batch)),
      jaxTraining(parameters, (state) => jaxStep(state, jaxX.ref, jaxY.ref)),
      tensorflowTraining(
        parameters,
        () => tf.train.sgd(rate),
        (variables) => lossInTensorFlow(variables, tfX, tfY),
      ),
    ],
    tolerance: 1e-5,
    goal: 8,
    python: { work: "train-small", settings: { rate }, inputs: { ...named(parameters), ...data } },
  };
}
