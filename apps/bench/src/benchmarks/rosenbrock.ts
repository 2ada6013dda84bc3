import { compile, grad, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { spread } from "../inputs.ts";
import { grad as jaxGrad, jaxjs, jit, np, type JaxArray, jaxArray } from "../libraries/jax.ts";
import { tensorflow, tf } from "../libraries/tensorflow.ts";

/** Σ 100 (x[i+1] − x[i]²)² + (1 − x[i])² */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice([0, -1]), x.slice([1])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
}

function rosenbrockInJax(x: JaxArray): JaxArray {
  const last = x.shape[0]! - 1;
  const head = x.ref.slice([0, last]);
  const tail = x.slice([1, last + 1]);
  return np
    .square(tail.sub(np.square(head.ref)))
    .mul(100)
    .add(np.square(np.subtract(1, head)))
    .sum();
}

function rosenbrockInTensorFlow(x: tf.Tensor1D): tf.Scalar {
  const last = x.size - 1;
  const head = x.slice(0, last);
  return x.slice(1, last).sub(head.square()).square().mul(100).add(tf.sub(1, head).square()).sum();
}

/** The derivative worked out on paper, in one pass. */
function gradientByHand(x: Float64Array): Float64Array {
  const gradient = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) {
    const value = x[i]!;
    const miss = x[i + 1]! - value * value;
    gradient[i]! += -400 * value * miss - 2 * (1 - value);
    gradient[i + 1] = 200 * miss;
  }
  return gradient;
}

export function rosenbrockBenchmark(parameters = 1000): Benchmark {
  const x = spread(parameters);
  const gradient = compile(grad(rosenbrock));
  const at = tensor(x);
  const jaxGradient = jit(jaxGrad(rosenbrockInJax));
  const jaxAt = jaxArray(x);
  const single = tf.tensor1d(Float32Array.from(x));
  const tensorflowGradient = tf.grad(rosenbrockInTensorFlow as (x: tf.Tensor) => tf.Tensor);
  return {
    name: "rosenbrock-gradient",
    title: `gradient of Rosenbrock's function of ${parameters} parameters, f64`,
    unit: "µs",
    ours: contender({ label: "Steepest, compiled", run: () => gradient(at), numbers: ({ data }) => data }),
    others: [
      contender({ label: "plain JavaScript", run: () => gradientByHand(x) }),
      contender({ label: jaxjs, run: () => jaxGradient(jaxAt.ref).dataSync() as Float64Array }),
      contender({
        label: `${tensorflow}, f32`,
        run: () => tf.tidy(() => tensorflowGradient(single).dataSync()),
        tolerance: 1e-5,
      }),
    ],
    tolerance: 1e-13,
    goal: 6,
    python: { work: "rosenbrock", inputs: { x: { data: x, shape: [parameters] } } },
  };
}
