import { afterAll, describe, expect, it } from "vitest";
import type { Benchmark } from "../src/benchmark.ts";
import { callWithNumbersBenchmark, callWithVectorsBenchmark } from "../src/benchmarks/call-overhead.ts";
import {
  compileColdBenchmark,
  compileFormulaBenchmark,
  compileNetworkBenchmark,
} from "../src/benchmarks/compile-time.ts";
import { convNetworkBenchmark } from "../src/benchmarks/conv-network.ts";
import { digitsNetworkBenchmark } from "../src/benchmarks/digits-network.ts";
import { elementwiseBenchmark } from "../src/benchmarks/elementwise.ts";
import { hessianBenchmark } from "../src/benchmarks/hessian.ts";
import { benchmarks } from "../src/benchmarks/index.ts";
import { minimizeBenchmark } from "../src/benchmarks/minimize.ts";
import { matmulBenchmark } from "../src/benchmarks/matmul.ts";
import { normalEquationsBenchmark } from "../src/benchmarks/normal-equations.ts";
import { reductionBenchmark } from "../src/benchmarks/reductions.ts";
import { rosenbrockBenchmark } from "../src/benchmarks/rosenbrock.ts";
import { smallNetworkBenchmark } from "../src/benchmarks/small-network.ts";
import { startPython } from "../src/libraries/python.ts";
import { checkAgreement } from "../src/timing.ts";

/** Every kind of work, on little data. */
const small: Readonly<Record<string, () => Benchmark>> = {
  "normal-equations": () => normalEquationsBenchmark(1003),
  rosenbrock: () => rosenbrockBenchmark(17),
  hessian: () => hessianBenchmark(7),
  "minimize-rosenbrock": () => minimizeBenchmark(7),
  "train-small": () => smallNetworkBenchmark(5),
  "train-digits": () => digitsNetworkBenchmark(6, 9),
  "train-conv": () => convNetworkBenchmark(2),
  "matmul f32": () => matmulBenchmark("f32", 12),
  "matmul f64": () => matmulBenchmark("f64", 12),
  "elementwise f32": () => elementwiseBenchmark("f32", 1009),
  "elementwise f64": () => elementwiseBenchmark("f64", 1009),
  "sum-of-squares f32": () => reductionBenchmark("sum-of-squares", "f32", 1000),
  "sum-of-squares f64": () => reductionBenchmark("sum-of-squares", "f64", 1000),
  "mean-of-columns": () => reductionBenchmark("mean-of-columns", "f32", 1000),
  "mean-of-rows": () => reductionBenchmark("mean-of-rows", "f32", 1000),
  "call-numbers": callWithNumbersBenchmark,
  "call-vectors": callWithVectorsBenchmark,
  "compile-cold": compileColdBenchmark,
  "compile-formula": compileFormulaBenchmark,
  "compile-network": () => compileNetworkBenchmark(4, 6),
};

const python = await startPython();
afterAll(() => {
  if (typeof python !== "string") python.end();
});

describe("all contenders do the same work", { timeout: 30_000 }, () => {
  it.each(Object.keys(small))("%s", async (name) => {
    await checkAgreement((small[name] as () => Benchmark)());
  });
});

describe("what Python does is the same work", { timeout: 30_000 }, () => {
  const withPython = Object.keys(small).filter((name) => !name.startsWith("compile-"));

  it.skipIf(typeof python === "string").each(withPython)(
    typeof python === "string" ? `%s (skipped: ${python})` : "%s",
    async (name) => {
      if (typeof python === "string") return;
      const alone = (small[name] as () => Benchmark)();
      const joined = await python.join(alone);
      const labels = joined.others.map(({ label }) => label);
      // What NumPy cannot do it says.
      expect(labels.includes("NumPy") || "NumPy" in (joined.notes ?? {})).toBe(true);
      expect(labels.includes("PyTorch")).toBe("PyTorch" in python.about.versions);
      await checkAgreement(joined);
      expect(await joined.others.at(-1)?.turn(2)).toBeGreaterThanOrEqual(0);
    },
  );

  it.skipIf(typeof python === "string")("says what it does not know, and goes on", async () => {
    if (typeof python === "string") return;
    const unknown = { ...callWithNumbersBenchmark(), python: { work: "knitting" } };
    expect((await python.join(unknown)).others).toHaveLength(unknown.others.length);
    const broken = { ...unknown, python: { work: "call-numbers", settings: {} } };
    await expect(python.join(broken)).rejects.toThrow("Python: KeyError: 'x'");
    await checkAgreement(await python.join(callWithNumbersBenchmark()));
  });

  it("is left out with a reason where there is no Python", async () => {
    expect(await startPython("no-such-python")).toBe("there is no no-such-python");
  });

  it("is left out with a reason where it ends at once", async () => {
    expect(await startPython("false")).toContain("Python ended without an answer");
  });
});

describe("benchmarks", () => {
  // The large ones have the same names, but take their time to be made.
  const quick = Object.keys(benchmarks).filter(
    (name) => !/1e[67]|1024/.test(name) && name !== "normal-equations",
  );

  it.each(quick)("%s goes by its name", async (name) => {
    const made = await benchmarks[name]?.make();
    expect(made?.name).toBe(name);
    expect(made?.ours.label).toMatch(/^Steepest/);
  });
});
