import { compile, matmul, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { sample, spread, spread32 } from "../inputs.ts";
import { jaxjs, jit, np, type JaxArray, jaxArray } from "../libraries/jax.ts";
import { noDoubles, tensorflow, tf } from "../libraries/tensorflow.ts";
import { ourThreads } from "../libraries/threads.ts";

/** Four rows of y at a time, so that a row of the result is read and written a quarter as often. */
function product<A extends Float32Array | Float64Array>(x: A, y: A, result: A, size: number): A {
  result.fill(0);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let k = 0; k < size; k += 4) {
      const [a, b, c, d] = [x[row + k]!, x[row + k + 1]!, x[row + k + 2]!, x[row + k + 3]!];
      let p = k * size;
      let q = p + size;
      let r = q + size;
      let s = r + size;
      for (let into = row; into < row + size; into++)
        result[into]! += a * y[p++]! + b * y[q++]! + c * y[r++]! + d * y[s++]!;
    }
  }
  return result;
}

/** Square matrices whose size is a multiple of four. */
export function matmulBenchmark(dtype: "f32" | "f64", size: number): Benchmark {
  const single = dtype === "f32";
  const make = single ? spread32 : spread;
  const [x, y] = [make(size * size, 1), make(size * size, 2)];
  const shape = [size, size];
  const compiled = compile((left: Tensor, right: Tensor) => matmul(left, right));
  const [left, right] = [tensor(x, { shape }), tensor(y, { shape })];
  const jaxProduct = jit((a: JaxArray, b: JaxArray) => np.matmul(a, b));
  const [jaxLeft, jaxRight] = [jaxArray(x, shape), jaxArray(y, shape)];
  const [tfLeft, tfRight] = single
    ? [x, y].map((data) => tf.tensor2d(data as Float32Array, [size, size]))
    : [];
  const result = single ? new Float32Array(size * size) : new Float64Array(size * size);
  return {
    name: `matmul-${dtype}-${size}`,
    title: `product of two matrices ${size} × ${size}, ${dtype}`,
    unit: size < 256 ? "µs" : "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: () => compiled(left, right),
      numbers: ({ data }) => sample(data),
    }),
    others: [
      ...(size < 512 ? [] : ourThreads(matmul, [left, right] as Tensor[], sample)),
      contender({ label: "plain JavaScript", run: () => product(x, y, result, size), numbers: sample }),
      contender({
        label: jaxjs,
        run: () => jaxProduct(jaxLeft.ref, jaxRight.ref).dataSync(),
        numbers: (data) => sample(data as Float32Array | Float64Array),
      }),
      ...(tfLeft && tfRight
        ? [
            contender({
              label: tensorflow,
              run: () => tf.tidy(() => tf.matMul(tfLeft, tfRight).dataSync()),
              numbers: sample,
            }),
          ]
        : []),
    ],
    notes: single ? {} : noDoubles,
    tolerance: single ? 1e-5 : 1e-13,
    operations: 2 * size ** 3,
    ...(single && size === 512 ? { goal: ((2 * size ** 3) / 33e9) * 1e3 } : {}),
    python: { work: "matmul", inputs: { x: { data: x, shape }, y: { data: y, shape } } },
  };
}
