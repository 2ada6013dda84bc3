import type { Tensor } from "@steepest/autodiff";
import { lbfgs, minimize, prepared } from "@steepest/optim";
import { contender, type Benchmark, type Contender } from "../benchmark.ts";
import { fmin } from "../libraries/fmin.ts";

/** Σ 100 (x[i+1] − x[i]²)² + (1 − x[i])² */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice([0, -1]), x.slice([1])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
}

/** The same with its derivative worked out on paper, in one pass. */
function rosenbrockByHand(x: number[], gradient: number[]): number {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const here = x[i]!;
    const miss = x[i + 1]! - here * here;
    value += 100 * miss * miss + (1 - here) * (1 - here);
    gradient[i]! += -400 * here * miss - 2 * (1 - here);
    gradient[i + 1] = 200 * miss;
  }
  return value;
}

/** The same for two parameters, as nobody would write it with loops. */
function rosenbrockOfTwoByHand(x: number[], gradient: number[]): number {
  const [a, b] = x as [number, number];
  const miss = b - a * a;
  gradient[0] = -400 * a * miss - 2 * (1 - a);
  gradient[1] = 200 * miss;
  return 100 * miss * miss + (1 - a) * (1 - a);
}

/** A minimum found from the start to convergence, as a user calls for it. */
export function minimizeBenchmark(parameters: number): Benchmark {
  // For two parameters the classical start, for more that of SciPy's tutorial.
  const start =
    parameters === 2
      ? [-1.2, 1]
      : Array.from({ length: parameters }, (_, i) => [1.3, 0.7, 0.8, 1.9, 1.2][i % 5]!);
  const x0 = Float64Array.from(start);
  const method = lbfgs();
  const kept = prepared(rosenbrock);
  const found = ({ x }: { readonly x: Tensor }): ArrayLike<number> => x.data;
  const byHand = parameters === 2 ? rosenbrockOfTwoByHand : rosenbrockByHand;
  const room = start.map(() => 0);
  const simplex: Contender[] =
    parameters > 10
      ? []
      : [
          contender({
            label: "fmin, Nelder–Mead",
            run: () => fmin.nelderMead((x) => byHand(x, room), start.slice()),
            numbers: ({ x }) => x,
          }),
        ];
  return {
    name: `minimize-rosenbrock-${parameters}`,
    title: `minimum of Rosenbrock's function of ${parameters} parameters from start to convergence, f64`,
    unit: "µs",
    ours: contender({
      label: "Steepest, L-BFGS",
      run: () => minimize(kept, x0, { method }),
      numbers: found,
    }),
    others: [
      contender({
        label: "Steepest, L-BFGS, compiled anew every time",
        run: () => minimize((x: Tensor) => rosenbrock(x), x0, { method }),
        numbers: found,
      }),
      contender({
        label: "fmin, conjugate gradients",
        run: () => fmin.conjugateGradient(byHand, start.slice(), { maxIterations: 100 * parameters }),
        numbers: ({ x }) => x,
      }),
      ...simplex,
    ],
    // Each stops by its own test.
    tolerance: 1e-4,
    python: { work: "minimize-rosenbrock", inputs: { x: { data: x0, shape: [parameters] } } },
  };
}
