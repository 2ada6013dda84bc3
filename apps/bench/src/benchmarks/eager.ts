import { grad, tensor, vjp, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark } from "../benchmark.ts";
import { WengertList } from "../wengert-list.ts";

/** y ← sin(y x + 1), starting at x: three operations a round. */
function rounds(count: number): (x: Tensor) => Tensor {
  return (x) => {
    let y = x;
    for (let round = 0; round < count; round++) y = y.mul(x).add(1).sin();
    return y;
  };
}

function roundsByHand(list: WengertList, x: number, count: number): number {
  let y = x;
  for (let round = 0; round < count; round++) y = list.sin(list.add(list.mul(y, x), list.constant(1)));
  return y;
}

/** Starting points that differ, so that nobody computes the same number twice. */
function startingPoints(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 0.2 + (0.6 * index) / count);
}

/** What recording costs: a thousand operations on a scalar that a derivative may be asked of. */
export function eagerHistoryBenchmark(): Benchmark {
  const operations = 999;
  const f = vjp(rounds(operations / 3));
  return {
    name: "eager-history",
    title: `${operations} operations on a scalar, recorded for a derivative`,
    unit: "µs",
    ours: contender({ label: "Steepest, eager", run: () => [f(0.5)[0].item()] }),
    others: [
      contender({
        label: "hand-written tape",
        run: () => {
          const list = new WengertList();
          return [list.values[roundsByHand(list, list.constant(0.5), operations / 3)] as number];
        },
      }),
    ],
    tolerance: 0,
  };
}

/** What a small gradient costs with everything that comes with it: 30 operations there, and the sweep back. */
export function eagerGradientBenchmark(gradients = 100): Benchmark {
  const points = startingPoints(gradients);
  const gradient = grad(rounds(10));
  return {
    name: "eager-gradient",
    title: `${gradients} gradients of a function of 30 operations on a scalar`,
    unit: "µs",
    ours: contender({ label: "Steepest, eager", run: () => points.map((point) => gradient(point).item()) }),
    others: [
      contender({
        label: "hand-written tape",
        run: () =>
          points.map((point) => {
            const list = new WengertList();
            const x = list.constant(point);
            return list.derivative(roundsByHand(list, x, 10), x);
          }),
      }),
    ],
    tolerance: 1e-13,
  };
}

const rate = 0.1;
const descentSteps = 20;

/** How the value after some steps of gradient descent on g(x) = sin(x²) + x² moves with where the descent starts. */
export function eagerNestedBenchmark(): Benchmark {
  const slope = grad((x: Tensor) => {
    const square = x.mul(x);
    return square.sin().add(square);
  });
  const sensitivity = grad((start: Tensor) => {
    let x = start;
    for (let step = 0; step < descentSteps; step++) x = x.add(slope(x).mul(-rate));
    return x.mul(x);
  });
  const byHand = (start: number): number => {
    const list = new WengertList();
    const first = list.constant(start);
    let x = first;
    for (let step = 0; step < descentSteps; step++) {
      const square = list.mul(x, x);
      const descent = list.recordedDerivative(list.add(list.sin(square), square), x);
      x = list.add(x, list.mul(descent, list.constant(-rate)));
    }
    return list.derivative(list.mul(x, x), first);
  };
  const points = startingPoints(10);
  return {
    name: "eager-nested",
    title: `${points.length} gradients through ${descentSteps} steps of gradient descent, a gradient in each`,
    unit: "µs",
    ours: contender({
      label: "Steepest, eager",
      run: () => points.map((point) => sensitivity(tensor(point)).item()),
    }),
    others: [contender({ label: "hand-written tape", run: () => points.map(byHand) })],
    tolerance: 1e-12,
  };
}

/** Small vectors: Σ sin(x y) over a hundred elements, whose gradient is y cos(x y). */
export function eagerVectorBenchmark(elements = 100, gradients = 100): Benchmark {
  const x = Float64Array.from({ length: elements }, (_, index) => index / elements);
  const y = Float64Array.from({ length: elements }, (_, index) => 1 + index / elements);
  const [left, right] = [tensor(x), tensor(y)];
  const gradient = grad((given: Tensor) => given.mul(right).sin().sum());
  const repeat = (once: () => ArrayLike<number>): number[] => {
    let last: ArrayLike<number> = [];
    for (let turn = 0; turn < gradients; turn++) last = once();
    return Array.from(last);
  };
  return {
    name: "eager-vector",
    title: `${gradients} gradients of a sum of sines of products, ${elements} elements`,
    unit: "µs",
    ours: contender({ label: "Steepest, eager", run: () => repeat(() => gradient(left).data) }),
    others: [
      contender({
        label: "plain JavaScript",
        run: () =>
          repeat(() => {
            // The value is computed as well, as reverse mode must.
            let total = 0;
            const result = new Float64Array(elements);
            for (let i = 0; i < elements; i++) {
              const product = (x[i] as number) * (y[i] as number);
              total += Math.sin(product);
              result[i] = (y[i] as number) * Math.cos(product);
            }
            return total > elements ? [] : result;
          }),
      }),
    ],
    tolerance: 1e-14,
  };
}
