import { compile, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { sample, spread, spread32 } from "../inputs.ts";
import { jaxjs, jit, np, type JaxArray, jaxArray, singleAccuracy } from "../libraries/jax.ts";
import { noDoubles, tensorflow, tf } from "../libraries/tensorflow.ts";
import { ourThreads } from "../libraries/threads.ts";
import { power } from "./power.ts";

/** exp(−x²) sin(3x) + x / (1 + x²) */
function chain(x: Tensor): Tensor {
  const square = x.square();
  return square
    .neg()
    .exp()
    .mul(x.mul(3).sin())
    .add(x.div(square.add(1)));
}

function chainInJax(x: JaxArray): JaxArray {
  const square = np.square(x.ref);
  const wave = np.exp(np.negative(square.ref)).mul(np.sin(x.ref.mul(3)));
  return wave.add(x.div(square.add(1)));
}

function chainInTensorFlow(x: tf.Tensor): tf.Tensor {
  const square = x.square();
  return square
    .neg()
    .exp()
    .mul(x.mul(3).sin())
    .add(x.div(square.add(1)));
}

function chainByHand<A extends Float32Array | Float64Array>(x: A, result: A): A {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    const square = value * value;
    result[i] = Math.exp(-square) * Math.sin(3 * value) + value / (1 + square);
  }
  return result;
}

export function elementwiseBenchmark(dtype: "f32" | "f64", size: number): Benchmark {
  const single = dtype === "f32";
  const x = (single ? spread32 : spread)(size).map((value) => 3 * value) as Float32Array | Float64Array;
  const compiled = compile(chain);
  const at = tensor(x);
  const jaxCompiled = jit(chainInJax);
  const jaxAt = jaxArray(x);
  // Its sines are slow: a second for 10⁶ of them.
  const tfAt = single && size <= 1e6 ? tf.tensor1d(x as Float32Array) : undefined;
  const result = x.slice();
  return {
    name: `elementwise-${dtype}-${power(size)}`,
    title: `exp(−x²) sin(3x) + x/(1 + x²), ${size} elements, ${dtype}`,
    unit: size < 1e5 ? "µs" : "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: () => compiled(at),
      numbers: ({ data }) => sample(data),
    }),
    others: [
      ...(size < 1e6 ? [] : ourThreads(chain, [at], sample)),
      contender({ label: "plain JavaScript", run: () => chainByHand(x, result), numbers: sample }),
      contender({
        label: jaxjs,
        tolerance: 2e-6,
        run: () => jaxCompiled(jaxAt.ref).dataSync(),
        numbers: (data) => sample(data as Float32Array | Float64Array),
      }),
      ...(tfAt
        ? [
            contender({
              label: tensorflow,
              run: () => tf.tidy(() => chainInTensorFlow(tfAt).dataSync()),
              numbers: sample,
            }),
          ]
        : []),
    ],
    notes: single ? (tfAt ? {} : { [tensorflow]: "takes ten seconds" }) : { ...noDoubles, ...singleAccuracy },
    tolerance: single ? 2e-6 : 1e-13,
    python: { work: "elementwise", inputs: { x: { data: x, shape: [size] } } },
  };
}
