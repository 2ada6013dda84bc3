import type { Benchmark } from "../benchmark.ts";
import type { ReductionName } from "./reductions.ts";

/** Makes a benchmark when it is run: that may allocate a lot, and what is not run need not be loaded. */
export interface Entry {
  readonly group: string;
  make(): Promise<Benchmark>;
}

type Named = [name: string, make: Entry["make"]];

const powers = [1e3, 1e4, 1e5, 1e6, 1e7];
const dtypes = ["f32", "f64"] as const;

const matmul = dtypes.flatMap((dtype) =>
  [64, 128, 256, 512, 1024].map((size): Named => [
    `matmul-${dtype}-${size}`,
    async () => (await import("./matmul.ts")).matmulBenchmark(dtype, size),
  ]),
);

const elementwise = dtypes.flatMap((dtype) =>
  powers.map((size, index): Named => [
    `elementwise-${dtype}-1e${index + 3}`,
    async () => (await import("./elementwise.ts")).elementwiseBenchmark(dtype, size),
  ]),
);

const reduction = (which: ReductionName, dtype: "f32" | "f64"): Named[] =>
  powers.map((size, index): Named => [
    `${which}-${dtype}-1e${index + 3}`,
    async () => (await import("./reductions.ts")).reductionBenchmark(which, dtype, size),
  ]);

/** Every benchmark by group and name. */
const groups: Readonly<Record<string, Readonly<Record<string, Entry["make"]>>>> = {
  fitting: {
    "normal-equations": async () => (await import("./normal-equations.ts")).normalEquationsBenchmark(),
  },
  derivatives: {
    "rosenbrock-gradient": async () => (await import("./rosenbrock.ts")).rosenbrockBenchmark(),
    hessian: async () => (await import("./hessian.ts")).hessianBenchmark(),
  },
  optimising: {
    "minimize-rosenbrock-2": async () => (await import("./minimize.ts")).minimizeBenchmark(2),
    "minimize-rosenbrock-1000": async () => (await import("./minimize.ts")).minimizeBenchmark(1000),
  },
  training: {
    "train-small": async () => (await import("./small-network.ts")).smallNetworkBenchmark(),
    "train-digits": async () => (await import("./digits-network.ts")).digitsNetworkBenchmark(),
    "train-conv": async () => (await import("./conv-network.ts")).convNetworkBenchmark(),
  },
  matmul: Object.fromEntries(matmul),
  elementwise: Object.fromEntries(elementwise),
  reductions: Object.fromEntries([
    ...reduction("sum-of-squares", "f32"),
    ...reduction("sum-of-squares", "f64"),
    ...reduction("mean-of-columns", "f32"),
    ...reduction("mean-of-rows", "f32"),
  ]),
  overhead: {
    "compile-cold": async () => (await import("./compile-time.ts")).compileColdBenchmark(),
    "compile-formula": async () => (await import("./compile-time.ts")).compileFormulaBenchmark(),
    "compile-network": async () => (await import("./compile-time.ts")).compileNetworkBenchmark(),
    "call-numbers": async () => (await import("./call-overhead.ts")).callWithNumbersBenchmark(),
    "call-vectors": async () => (await import("./call-overhead.ts")).callWithVectorsBenchmark(),
  },
  eager: {
    "eager-history": async () => (await import("./eager.ts")).eagerHistoryBenchmark(),
    "eager-gradient": async () => (await import("./eager.ts")).eagerGradientBenchmark(),
    "eager-nested": async () => (await import("./eager.ts")).eagerNestedBenchmark(),
    "eager-vector": async () => (await import("./eager.ts")).eagerVectorBenchmark(),
  },
};

export const groupNames: readonly string[] = Object.keys(groups);

/** Every benchmark by name. */
export const benchmarks: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries(groups).flatMap(([group, members]) =>
    Object.entries(members).map(([name, make]) => [name, { group, make }]),
  ),
);
