import { compile, hessian, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { spread } from "../inputs.ts";
import {
  hessian as jaxHessian,
  jaxjs,
  jit,
  np,
  type JaxArray,
  jaxArray,
  singleAccuracy,
} from "../libraries/jax.ts";
import { tensorflow } from "../libraries/tensorflow.ts";

/** Σ sin(x[i] x[i+1]) + log(1 + Σ x[i]²) */
function landscape(x: Tensor): Tensor {
  const waves = x
    .slice([0, -1])
    .mul(x.slice([1]))
    .sin()
    .sum();
  return waves.add(x.square().sum().log1p());
}

function landscapeInJax(x: JaxArray): JaxArray {
  const count = x.shape[0]!;
  const waves = np.sin(x.ref.slice([0, count - 1]).mul(x.ref.slice([1, count]))).sum();
  return waves.add(np.log1p(np.square(x).sum()));
}

/** The second derivatives worked out on paper. */
function hessianByHand(x: Float64Array): Float64Array {
  const count = x.length;
  const result = new Float64Array(count * count);
  let scale = 1;
  for (const value of x) scale += value * value;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) result[i * count + j] = (-4 * x[i]! * x[j]!) / (scale * scale);
    result[i * count + i]! += 2 / scale;
  }
  for (let i = 0; i + 1 < count; i++) {
    const [a, b] = [x[i]!, x[i + 1]!];
    const [sine, cosine] = [Math.sin(a * b), Math.cos(a * b)];
    const mixed = cosine - a * b * sine;
    result[i * count + i]! -= b * b * sine;
    result[(i + 1) * count + i + 1]! -= a * a * sine;
    result[i * count + i + 1]! += mixed;
    result[(i + 1) * count + i]! += mixed;
  }
  return result;
}

export function hessianBenchmark(parameters = 10): Benchmark {
  const x = spread(parameters);
  const compiled = compile(hessian(landscape));
  const at = tensor(x);
  const jaxCompiled = jit(jaxHessian(landscapeInJax));
  const jaxAt = jaxArray(x);
  return {
    name: "hessian",
    title: `Hessian of a function of ${parameters} parameters, f64`,
    unit: "µs",
    ours: contender({ label: "Steepest, compiled", run: () => compiled(at), numbers: ({ data }) => data }),
    others: [
      contender({ label: "plain JavaScript", run: () => hessianByHand(x) }),
      contender({
        label: jaxjs,
        run: () => jaxCompiled(jaxAt.ref).dataSync() as Float64Array,
        tolerance: 1e-6,
      }),
    ],
    notes: { ...singleAccuracy, [tensorflow]: "has no Hessians, and no f64" },
    tolerance: 1e-12,
    python: { work: "hessian", inputs: { x: { data: x, shape: [parameters] } } },
  };
}
