import { compile, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark, type Contender } from "../benchmark.ts";
import { sample, spread, spread32 } from "../inputs.ts";
import { jaxjs, jit, np, type JaxArray, jaxArray } from "../libraries/jax.ts";
import { noDoubles, tensorflow, tf } from "../libraries/tensorflow.ts";
import { power } from "./power.ts";

type Vector = Float32Array | Float64Array;

interface Reduction {
  readonly title: string;
  ours(x: Tensor): Tensor;
  plain(x: Vector, rows: number): Vector;
  jax(x: JaxArray): JaxArray;
  tensorflow(x: tf.Tensor): tf.Tensor;
}

const sumOfSquares: Reduction = {
  title: "Σ x²",
  ours: (x) => x.square().sum(),
  jax: (x) => np.square(x).sum(),
  tensorflow: (x) => x.square().sum(),
  // Four sums at a time: one alone waits for itself.
  plain: (x) => {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < x.length; i += 4) {
      a += x[i]! ** 2;
      b += x[i + 1]! ** 2;
      c += x[i + 2]! ** 2;
      d += x[i + 3]! ** 2;
    }
    return Float64Array.of(a + b + (c + d));
  },
};

const meanOfColumns: Reduction = {
  title: "mean along the first axis",
  ours: (x) => x.mean({ axis: 0 }),
  jax: (x) => x.mean(0),
  tensorflow: (x) => x.mean(0),
  plain: (x, rows) => {
    const columns = x.length / rows;
    const result = new Float64Array(columns);
    for (let i = 0, from = 0; i < rows; i++) for (let j = 0; j < columns; j++, from++) result[j]! += x[from]!;
    return result.map((total) => total / rows);
  },
};

const meanOfRows: Reduction = {
  title: "mean along the last axis",
  ours: (x) => x.mean({ axis: 1 }),
  jax: (x) => x.mean(1),
  tensorflow: (x) => x.mean(1),
  plain: (x, rows) => {
    const columns = x.length / rows;
    const result = new Float64Array(rows);
    for (let i = 0, from = 0; i < rows; i++) {
      let [a, b] = [0, 0];
      for (let j = 0; j < columns; j += 2, from += 2) {
        a += x[from]!;
        b += x[from + 1]!;
      }
      result[i] = (a + b) / columns;
    }
    return result;
  },
};

export type ReductionName = "sum-of-squares" | "mean-of-columns" | "mean-of-rows";

const reductions: Readonly<Record<ReductionName, Reduction>> = {
  "sum-of-squares": sumOfSquares,
  "mean-of-columns": meanOfColumns,
  "mean-of-rows": meanOfRows,
};

/** Matrices a little wider than high. */
const rowsOf: Readonly<Record<number, number>> = { 1e3: 25, 1e4: 100, 1e5: 250, 1e6: 1000, 1e7: 2500 };

/** `size`: a power of ten from 10³ to 10⁷. */
export function reductionBenchmark(name: ReductionName, dtype: "f32" | "f64", size: number): Benchmark {
  const reduction = reductions[name];
  const single = dtype === "f32";
  // All positive: results near 0 would be all rounding.
  const x = (single ? spread32 : spread)(size).map((value) => 1.5 + value) as Vector;
  const rows = rowsOf[size]!;
  const shape = [rows, size / rows] as const;
  const compiled = compile((value: Tensor) => reduction.ours(value));
  const at = tensor(x, { shape });
  const jaxCompiled = jit((value: JaxArray) => reduction.jax(value));
  const jaxAt = jaxArray(x, shape);
  // One sum in f32 from the first element to the last loses what is small beside it.
  const drifts = single && name === "sum-of-squares" && size >= 1e6;
  const loose = drifts ? { tolerance: 0.02 } : {};
  const drifting = "adds up in f32, one after another: 10⁷ squares are 0.8 % off";
  const others: Contender[] = [
    contender({ label: "plain JavaScript", run: () => reduction.plain(x, rows), numbers: sample }),
    contender({
      label: jaxjs,
      ...loose,
      run: () => jaxCompiled(jaxAt.ref).dataSync(),
      numbers: (data) => sample(data as Vector),
    }),
  ];
  if (single) {
    const tfAt = tf.tensor2d(x as Float32Array, [...shape]);
    const run = (): ArrayLike<number> => tf.tidy(() => reduction.tensorflow(tfAt).dataSync());
    others.push(contender({ label: tensorflow, ...loose, run, numbers: sample }));
  }
  return {
    name: `${name}-${dtype}-${power(size)}`,
    title: `${reduction.title}, matrix ${shape.join(" × ")}, ${dtype}`,
    unit: size < 1e6 ? "µs" : "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: () => compiled(at),
      numbers: ({ data }) => sample(data),
    }),
    others,
    notes: { ...(drifts ? { [jaxjs]: drifting, [tensorflow]: drifting } : {}), ...(single ? {} : noDoubles) },
    tolerance: single ? 1e-4 : 1e-12,
    python: { work: name, inputs: { x: { data: x, shape } } },
  };
}
