import { compile, jvp, linspace, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { jaxArray, jaxjs, jit, jvp as jaxJvp, np, singleAccuracy, type JaxArray } from "../libraries/jax.ts";
import { noDoubles } from "../libraries/tensorflow.ts";

type Parameters = [a: Tensor, b: Tensor, c: Tensor, w: Tensor, d: Tensor, e: Tensor];

/** a e^(−b t) + c sin(w t + d) + e */
function model([a, b, c, w, d, e]: Parameters, t: Tensor): Tensor {
  return a
    .mul(b.mul(t).neg().exp())
    .add(c.mul(w.mul(t).add(d).sin()))
    .add(e);
}

/** The direction in which only parameter k moves. */
function unit(k: number): [number, number, number, number, number, number] {
  return [0, 1, 2, 3, 4, 5].map((j) => Number(j === k)) as ReturnType<typeof unit>;
}

/** Cost, Jᵀr and the lower triangle of JᵀJ, row by row, from exact derivatives. */
function normalEquations(parameters: Parameters, t: Tensor, y: Tensor): Tensor[] {
  const residuals = (p: Parameters): Tensor => model(p, t).sub(y);
  const r = residuals(parameters);
  const columns = parameters.map((_, k) => jvp(residuals)(parameters, unit(k))[1]);
  return [
    r.square().sum(),
    ...columns.map((column) => column.mul(r).sum()),
    ...columns.flatMap((left, k) => columns.slice(0, k + 1).map((right) => left.mul(right).sum())),
  ];
}

/** The same with jax-js: a function of the six parameters, the times and the values. */
function normalEquationsInJax(parameters: JaxArray[], t: JaxArray, y: JaxArray): JaxArray[] {
  const residuals = (...p: JaxArray[]): JaxArray => {
    const [a, b, c, w, d, e] = p as [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];
    const decay = a.mul(np.exp(np.negative(b.mul(t.ref))));
    return decay
      .add(c.mul(np.sin(w.mul(t.ref).add(d))))
      .add(e)
      .sub(y.ref);
  };
  const columns = parameters.map((_, k) => {
    const primals = parameters.map((each) => each.ref);
    const tangents = unit(k).map((value) => np.array(value, { dtype: np.float64 }));
    return jaxJvp(residuals, primals, tangents)[1];
  });
  const r = residuals(...parameters);
  const products = [
    np.square(r.ref).sum(),
    ...columns.map((column) => column.ref.mul(r.ref).sum()),
    ...columns.flatMap((left, k) => columns.slice(0, k + 1).map((right) => left.ref.mul(right.ref).sum())),
  ];
  for (const each of [r, ...columns, t, y]) each.dispose();
  return products;
}

/** The same pass as a careful person writes it by hand, with the derivatives worked out on paper. */
function plainLoop(p: readonly number[], t: Float64Array, y: Float64Array): number[] {
  const [a, b, c, w, d, e] = p as [number, number, number, number, number, number];
  let cost = 0;
  const gradient = new Float64Array(6);
  const products = new Float64Array(21);
  const row = new Float64Array(6);
  for (let i = 0; i < t.length; i++) {
    const time = t[i] as number;
    const decay = Math.exp(-b * time);
    const sine = Math.sin(w * time + d);
    const cosine = Math.cos(w * time + d);
    const r = a * decay + c * sine + e - (y[i] as number);
    row[0] = decay;
    row[1] = -a * time * decay;
    row[2] = sine;
    row[3] = c * time * cosine;
    row[4] = c * cosine;
    row[5] = 1;
    cost += r * r;
    for (let k = 0, entry = 0; k < 6; k++) {
      const left = row[k] as number;
      gradient[k] = (gradient[k] as number) + left * r;
      for (let j = 0; j <= k; j++, entry++)
        products[entry] = (products[entry] as number) + left * (row[j] as number);
    }
  }
  return [cost, ...gradient, ...products];
}

/** One pass over the data of a least-squares fit, as Levenberg–Marquardt needs it at every step. */
export function normalEquationsBenchmark(points = 1_000_000): Benchmark {
  const t = linspace(0, 10, points);
  const at = [1.1, 0.45, 0.6, 2.1, 0.2, 0.15];
  const truth = [1, 0.5, 0.7, 2, 0.1, 0.2].map((value) => tensor(value)) as Parameters;
  const y = model(truth, t);
  const compiled = compile((...p: Tensor[]) => normalEquations(p as Parameters, t, y));
  const [times, values] = [t.data as Float64Array, y.data as Float64Array];
  const jaxCompiled = jit(normalEquationsInJax);
  const jaxAt = at.map((value) => jaxArray(Float64Array.of(value), []));
  const [jaxTimes, jaxValues] = [jaxArray(times), jaxArray(values)];
  return {
    name: "normal-equations",
    title: `cost, JᵀJ and Jᵀr of a 6-parameter exp + sin model, ${points} points, f64, one thread`,
    unit: "ms",
    ours: contender({ label: "Steepest, compiled", run: () => compiled(...at).map((value) => value.item()) }),
    others: [
      contender({ label: "plain JavaScript", run: () => plainLoop(at, times, values) }),
      contender({
        label: jaxjs,
        run: () =>
          jaxCompiled(
            jaxAt.map((each) => each.ref),
            jaxTimes.ref,
            jaxValues.ref,
          ).map((each) => each.dataSync()[0] as number),
        tolerance: 1e-5,
      }),
    ],
    notes: { ...noDoubles, ...singleAccuracy },
    tolerance: 1e-10,
    goal: 20,
    python: {
      work: "normal-equations",
      settings: { at },
      inputs: { t: { data: times, shape: [points] }, y: { data: values, shape: [points] } },
    },
  };
}
