import type { Benchmark } from "../benchmark.ts";
import {
  eagerGradientBenchmark,
  eagerHistoryBenchmark,
  eagerNestedBenchmark,
  eagerVectorBenchmark,
} from "./eager.ts";
import { normalEquationsBenchmark } from "./normal-equations.ts";

/** Every benchmark by name, made when it is run: making one may allocate a lot. */
export const benchmarks: Readonly<Record<string, () => Benchmark>> = {
  "normal-equations": () => normalEquationsBenchmark(),
  "eager-history": eagerHistoryBenchmark,
  "eager-gradient": () => eagerGradientBenchmark(),
  "eager-nested": eagerNestedBenchmark,
  "eager-vector": () => eagerVectorBenchmark(),
};
