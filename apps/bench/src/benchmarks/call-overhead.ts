import { compile, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { jaxjs, jit, np, type JaxArray, jaxArray, singleAccuracy } from "../libraries/jax.ts";
import { noDoubles } from "../libraries/tensorflow.ts";

/** x y + sin(x) */
const small = (x: Tensor, y: Tensor): Tensor => x.mul(y).add(x.sin());
const smallInJax = (x: JaxArray, y: JaxArray): JaxArray => x.ref.mul(y).add(np.sin(x));

/** What a call costs when there is next to nothing to do in it. */
export function callWithNumbersBenchmark(): Benchmark {
  const compiled = compile(small);
  const jaxCompiled = jit(smallInJax);
  const byHand = (x: number, y: number): number => x * y + Math.sin(x);
  const [x, y] = [0.5, 2];
  const [jaxX, jaxY] = [jaxArray(Float64Array.of(x)), jaxArray(Float64Array.of(y))];
  const numbers = (value: number): number[] => [value];
  return {
    name: "call-numbers",
    title: "one call of a compiled x y + sin(x), two numbers, f64",
    unit: "µs",
    ours: contender({ label: "Steepest, compiled", run: () => compiled(x, y).item(), numbers }),
    others: [
      contender({ label: "plain JavaScript", run: () => byHand(x, y), numbers }),
      contender({
        label: jaxjs,
        run: () => jaxCompiled(jaxX.ref, jaxY.ref).dataSync()[0] as number,
        tolerance: 1e-6,
        numbers,
      }),
    ],
    notes: { ...noDoubles, ...singleAccuracy },
    tolerance: 1e-15,
    goal: 1,
    python: { work: "call-numbers", settings: { x, y } },
  };
}

export function callWithVectorsBenchmark(): Benchmark {
  const compiled = compile(small);
  const jaxCompiled = jit(smallInJax);
  const [x, y] = [Float64Array.of(0.1, 0.2, 0.3, 0.4), Float64Array.of(4, 3, 2, 1)];
  const byHand = (): Float64Array => {
    const result = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) result[i] = x[i]! * y[i]! + Math.sin(x[i]!);
    return result;
  };
  const [left, right] = [tensor(x), tensor(y)];
  const [jaxX, jaxY] = [jaxArray(x), jaxArray(y)];
  return {
    name: "call-vectors",
    title: "one call of a compiled x y + sin(x), four elements each, f64",
    unit: "µs",
    ours: contender({ label: "Steepest, compiled", run: () => compiled(left, right).data }),
    others: [
      contender({ label: "plain JavaScript", run: byHand }),
      contender({
        label: jaxjs,
        run: () => jaxCompiled(jaxX.ref, jaxY.ref).dataSync() as Float64Array,
        tolerance: 1e-6,
      }),
    ],
    notes: { ...noDoubles, ...singleAccuracy },
    tolerance: 1e-15,
    goal: 1,
    python: { work: "call-vectors", inputs: { x: { data: x, shape: [4] }, y: { data: y, shape: [4] } } },
  };
}
