import type { Benchmark } from "../benchmark.ts";
import { normalEquationsBenchmark } from "./normal-equations.ts";

/** Every benchmark by name, made when it is run: making one may allocate a lot. */
export const benchmarks: Readonly<Record<string, () => Benchmark>> = {
  "normal-equations": () => normalEquationsBenchmark(),
};
