import {
  conv2d,
  logSoftmax,
  matmul,
  maxPool,
  relu,
  tensor,
  valueAndGrad,
  type Tensor,
} from "@steepest/autodiff";
import type { Benchmark, Input } from "../benchmark.ts";
import { spread32 } from "../inputs.ts";
import {
  jit,
  lax,
  nn,
  np,
  valueAndGrad as jaxValueAndGrad,
  type JaxArray,
  jaxArray,
} from "../libraries/jax.ts";
import { tensorflow } from "../libraries/tensorflow.ts";
import { jaxTraining, ourTraining, plainTraining, tensors } from "../libraries/training.ts";
import {
  bordered,
  convForward,
  convGradient,
  convInputGradient,
  poolForward,
  poolGradient,
} from "../plain/conv.ts";
import {
  denseForward,
  denseGradient,
  denseInputGradient,
  descend,
  relu as reluByHand,
  reluGradient,
  softmaxCrossEntropy,
} from "../plain/dense.ts";
import { copies, denseParameters, labels, named } from "./parameters.ts";

const rate = 0.05;
type Six<T> = [k1: T, b1: T, k2: T, b2: T, w: T, b: T];

/** conv 3×3 → ReLU → pool, twice, then ten classes. */
function loss(parameters: Tensor[], x: Tensor, y: Tensor): Tensor {
  const [k1, b1, k2, b2, w, b] = parameters as Six<Tensor>;
  const block = (images: Tensor, kernels: Tensor, bias: Tensor): Tensor =>
    maxPool(relu(conv2d(images, kernels, { padding: "same" }).add(bias.reshape([-1, 1, 1]))), 2);
  const features = block(block(x, k1, b1), k2, b2);
  const batch = x.shape[0]!;
  const logits = matmul(features.reshape([batch, -1]), w).add(b);
  return logSoftmax(logits).mul(y).sum().div(-batch);
}

function lossInJax(parameters: JaxArray[], x: JaxArray, y: JaxArray): JaxArray {
  const [k1, b1, k2, b2, w, b] = parameters as Six<JaxArray>;
  const block = (images: JaxArray, kernels: JaxArray, bias: JaxArray): JaxArray => {
    const sums = lax.conv(images, kernels, [1, 1], "SAME").add(bias.reshape([-1, 1, 1]));
    return lax.reduceWindow(nn.relu(sums), (values) => np.max(values), [2, 2], [2, 2]);
  };
  const batch = x.shape[0]!;
  const features = block(block(x, k1, b1), k2, b2);
  const logits = np.matmul(features.reshape([batch, -1]), w).add(b);
  return nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / batch);
}

function stepByHand(start: readonly Input[], images: Float32Array, y: Int32Array): () => number {
  const count = y.length;
  const parameters = copies(start);
  const gradients = copies(start);
  const [k1, b1, k2, b2, w, b] = parameters as Six<Float32Array>;
  const [dk1, db1, dk2, db2, dw, db] = gradients as Six<Float32Array>;
  const first = { count, inputs: 1, outputs: 8, side: 28 };
  const second = { count, inputs: 8, outputs: 16, side: 14 };
  const x = bordered(images, 28);
  const space = (size: number): [value: Float32Array, gradient: Float32Array] => [
    new Float32Array(count * size),
    new Float32Array(count * size),
  ];
  const [wide1, dWide1] = space(8 * 28 * 28);
  const [pooled1, dPooled1] = space(8 * 14 * 14);
  const [wide2, dWide2] = space(16 * 14 * 14);
  const [pooled2, dPooled2] = space(16 * 7 * 7);
  const [from1, from2] = [new Int32Array(pooled1.length), new Int32Array(pooled2.length)];
  const [logits] = space(10);
  return () => {
    convForward(x, k1, b1, wide1, first);
    reluByHand(wide1);
    poolForward(wide1, pooled1, from1, 28);
    const middle = bordered(pooled1, 14);
    convForward(middle, k2, b2, wide2, second);
    reluByHand(wide2);
    poolForward(wide2, pooled2, from2, 14);
    denseForward(pooled2, w, b, logits, count);
    const value = softmaxCrossEntropy(logits, y);
    denseGradient(pooled2, logits, dw, db, count);
    denseInputGradient(w, logits, dPooled2, count);
    poolGradient(from2, dPooled2, dWide2);
    reluGradient(wide2, dWide2);
    convGradient(middle, dWide2, dk2, db2, second);
    convInputGradient(k2, dWide2, dPooled1, second);
    poolGradient(from1, dPooled1, dWide1);
    reluGradient(wide1, dWide1);
    convGradient(x, dWide1, dk1, db1, first);
    descend(parameters, gradients, rate);
    return value;
  };
}

export function convNetworkBenchmark(batch = 64): Benchmark {
  const kernels = (outputs: number, inputs: number, seed: number): Input[] => [
    {
      data: spread32(outputs * inputs * 9, seed).map((value) => value / Math.sqrt(3 * inputs)),
      shape: [outputs, inputs, 3, 3],
    },
    { data: new Float32Array(outputs), shape: [outputs] },
  ];
  const parameters = [...kernels(8, 1, 21), ...kernels(16, 8, 22), ...denseParameters(16 * 7 * 7, 10)];
  const x = spread32(batch * 784, 11);
  const { classes, oneHot } = labels(batch);
  const [xShape, yShape] = [
    [batch, 1, 28, 28],
    [batch, 10],
  ];
  const step = (state: Tensor[], given: Tensor, wanted: Tensor): [Tensor[], Tensor] => {
    const [value, gradient] = valueAndGrad((p: Tensor[]) => loss(p, given, wanted))(state);
    return [state.map((parameter, index) => parameter.sub(gradient[index]!.mul(rate))), value];
  };
  const [inputs, targets] = [tensor(x, { shape: xShape }), tensor(oneHot, { shape: yShape })];
  const jaxStep = jit((state: JaxArray[], given: JaxArray, wanted: JaxArray): [JaxArray, ...JaxArray[]] => {
    const [value, gradient] = jaxValueAndGrad(lossInJax)(
      state.map((each) => each.ref),
      given,
      wanted,
    ) as [JaxArray, JaxArray[]];
    return [value, ...state.map((parameter, index) => parameter.sub(gradient[index]!.mul(rate)))];
  });
  const [jaxX, jaxY] = [jaxArray(x, xShape), jaxArray(oneHot, yShape)];
  return {
    name: "train-conv",
    title: `training step 1×28×28 → conv 8 → pool → conv 16 → pool → 10, 3×3, batch ${batch}, SGD, f32`,
    unit: "ms",
    ours: ourTraining(tensors(parameters), step, inputs, targets),
    others: [
      plainTraining(() => stepByHand(parameters, x, classes)),
      jaxTraining(parameters, (state) => jaxStep(state, jaxX.ref, jaxY.ref)),
    ],
    notes: { [tensorflow]: "its WebAssembly backend has no gradient of convolution kernels" },
    tolerance: 1e-4,
    python: {
      work: "train-conv",
      settings: { rate },
      inputs: {
        ...named(parameters),
        x: { data: x, shape: xShape },
        labels: { data: classes, shape: [batch] },
      },
    },
  };
}
