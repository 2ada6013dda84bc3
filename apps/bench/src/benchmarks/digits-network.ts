import { logSoftmax, matmul, relu, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";
import { adam, applyUpdates, type RuleState } from "@steepest/optim";
import type { Benchmark, Input } from "../benchmark.ts";
import { spread32 } from "../inputs.ts";
import { jit, nn, np, valueAndGrad as jaxValueAndGrad, type JaxArray, jaxArray } from "../libraries/jax.ts";
import { tf } from "../libraries/tensorflow.ts";
import {
  jaxTraining,
  ourTraining,
  plainTraining,
  tensorflowTraining,
  tensors,
} from "../libraries/training.ts";
import {
  denseForward,
  denseGradient,
  denseInputGradient,
  relu as reluByHand,
  reluGradient,
  softmaxCrossEntropy,
} from "../plain/dense.ts";
import { copies, denseParameters, labels, named } from "./parameters.ts";

const [rate, beta1, beta2, epsilon] = [1e-3, 0.9, 0.999, 1e-8];
const rule = adam({ learningRate: rate, beta1, beta2, epsilon });

/** The state of a training run: parameters, and what the rule remembers. */
type State = readonly [parameters: Tensor[], memory: RuleState];

/** A training step; the compile-time row needs many. */
export function digitsStep(decay = 0): (state: State, x: Tensor, y: Tensor) => readonly [State, Tensor] {
  const loss = (parameters: Tensor[], x: Tensor, y: Tensor): Tensor => {
    const [w1, b1, w2, b2] = parameters as [Tensor, Tensor, Tensor, Tensor];
    const hidden = relu(matmul(x, w1).add(b1));
    const logits = matmul(hidden, w2).add(b2);
    const crossEntropy = logSoftmax(logits).mul(y).sum().div(-x.shape[0]!);
    return decay === 0 ? crossEntropy : crossEntropy.add(w1.square().sum().mul(decay));
  };
  return ([parameters, memory], x, y) => {
    const [value, gradient] = valueAndGrad((p: Tensor[]) => loss(p, x, y))(parameters);
    const { updates, state } = rule.update(gradient, memory, parameters);
    return [[applyUpdates(parameters, updates), state], value];
  };
}

/** State: the four parameters, their moments, and the powers β₁ᵗ and β₂ᵗ. */
export function compileJaxDigitsStep(
  decay = 0,
): (state: JaxArray[], x: JaxArray, y: JaxArray) => readonly [JaxArray, ...JaxArray[]] {
  const loss = (parameters: JaxArray[], x: JaxArray, y: JaxArray): JaxArray => {
    const [w1, b1, w2, b2] = parameters as [JaxArray, JaxArray, JaxArray, JaxArray];
    const penalty = decay === 0 ? undefined : np.square(w1.ref).sum().mul(decay);
    const hidden = nn.relu(np.matmul(x, w1).add(b1));
    const logits = np.matmul(hidden, w2).add(b2);
    const crossEntropy = nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / x.shape[0]!);
    return penalty === undefined ? crossEntropy : crossEntropy.add(penalty);
  };
  return jit((state: JaxArray[], x: JaxArray, y: JaxArray): [JaxArray, ...JaxArray[]] => {
    const [parameters, means, squares] = [state.slice(0, 4), state.slice(4, 8), state.slice(8, 12)];
    const power1 = state[12]!.mul(beta1);
    const power2 = state[13]!.mul(beta2);
    const [value, gradients] = jaxValueAndGrad(loss)(
      parameters.map((each) => each.ref),
      x,
      y,
    ) as [JaxArray, JaxArray[]];
    const nextMeans = means.map((mean, i) => mean.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
    const nextSquares = squares.map((square, i) =>
      square.mul(beta2).add(np.square(gradients[i]!).mul(1 - beta2)),
    );
    const meanFactor = np.subtract(1, power1.ref);
    const squareFactor = np.subtract(1, power2.ref);
    const next = parameters.map((parameter, i) => {
      const mean = nextMeans[i]!.ref.div(meanFactor.ref);
      const root = np.sqrt(nextSquares[i]!.ref.div(squareFactor.ref)).add(epsilon);
      return parameter.sub(mean.mul(rate).div(root));
    });
    meanFactor.dispose();
    squareFactor.dispose();
    return [value, ...next, ...nextMeans, ...nextSquares, power1, power2];
  });
}

export function jaxDigitsState(parameters: readonly Input[]): Input[] {
  const nothing = (): Input[] =>
    parameters.map(({ data, shape }) => ({ data: new Float32Array(data.length), shape }));
  const one = (): Input => ({ data: Float32Array.of(1), shape: [] });
  return [...parameters, ...nothing(), ...nothing(), one(), one()];
}

export function ourDigitsState(parameters: readonly Input[]): State {
  const first = tensors(parameters);
  return [first, rule.init(first)];
}

function stepByHand(start: readonly Input[], x: Float32Array, y: Int32Array): () => number {
  const batch = y.length;
  const parameters = copies(start);
  const [w1, b1, w2, b2] = parameters as [Float32Array, Float32Array, Float32Array, Float32Array];
  const [gradients, means, squares] = [0, 0, 0].map(() =>
    parameters.map(({ length }) => new Float32Array(length)),
  );
  const [dw1, db1, dw2, db2] = gradients as [Float32Array, Float32Array, Float32Array, Float32Array];
  const hidden = new Float32Array(batch * b1.length);
  const delta = hidden.slice();
  const logits = new Float32Array(batch * b2.length);
  let steps = 0;
  return () => {
    denseForward(x, w1, b1, hidden, batch);
    reluByHand(hidden);
    denseForward(hidden, w2, b2, logits, batch);
    const loss = softmaxCrossEntropy(logits, y);
    denseGradient(hidden, logits, dw2, db2, batch);
    denseInputGradient(w2, logits, delta, batch);
    reluGradient(hidden, delta);
    denseGradient(x, delta, dw1, db1, batch);
    steps++;
    const meanFactor = 1 - beta1 ** steps;
    const squareFactor = 1 - beta2 ** steps;
    parameters.forEach((parameter, which) => {
      const [gradient, mean, square] = [gradients![which]!, means![which]!, squares![which]!];
      for (let i = 0; i < parameter.length; i++) {
        const slope = gradient[i]!;
        const m = (mean[i] = beta1 * mean[i]! + (1 - beta1) * slope);
        const v = (square[i] = beta2 * square[i]! + (1 - beta2) * slope * slope);
        parameter[i]! -= (rate * m) / meanFactor / (Math.sqrt(v / squareFactor) + epsilon);
      }
    });
    return loss;
  };
}

/** Images of digits as training sees them: 784 inputs, a hidden layer, ten classes. */
export function digitsNetworkBenchmark(batch = 64, hidden = 128): Benchmark {
  const parameters = denseParameters(784, hidden, 10);
  const x = spread32(batch * 784, 11).map((value) => Math.max(0, value));
  const { classes, oneHot } = labels(batch);
  const [xShape, yShape]: [[number, number], [number, number]] = [
    [batch, 784],
    [batch, 10],
  ];
  const [inputs, targets] = [tensor(x, { shape: xShape }), tensor(oneHot, { shape: yShape })];
  const jaxStep = compileJaxDigitsStep();
  const [jaxX, jaxY] = [jaxArray(x, xShape), jaxArray(oneHot, yShape)];
  const [tfX, tfY] = [tf.tensor2d(x, xShape), tf.tensor2d(oneHot, yShape)];
  return {
    name: "train-digits",
    title: `training step of a 784-${hidden}-10 ReLU softmax network, batch ${batch}, Adam, f32`,
    unit: "µs",
    ours: ourTraining(ourDigitsState(parameters), digitsStep(), inputs, targets),
    others: [
      plainTraining(() => stepByHand(parameters, x, classes)),
      jaxTraining(jaxDigitsState(parameters), (state) => jaxStep(state, jaxX.ref, jaxY.ref)),
      tensorflowTraining(
        parameters,
        () => tf.train.adam(rate, beta1, beta2, epsilon),
        (variables) => {
          const [w1, b1, w2, b2] = variables as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
          const logits = tfX.matMul(w1).add(b1).relu().matMul(w2).add(b2);
          return tf.losses.softmaxCrossEntropy(tfY, logits).asScalar();
        },
      ),
    ],
    tolerance: 1e-4,
    goal: 1100,
    python: {
      work: "train-digits",
      settings: { rate, beta1, beta2, epsilon },
      inputs: {
        ...named(parameters),
        x: { data: x, shape: xShape },
        labels: { data: classes, shape: [batch] },
      },
    },
  };
}
