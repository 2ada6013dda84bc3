import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compile, tensor } from "@steepest/autodiff";
import { contender, type Benchmark, type Contender, type Notes } from "../benchmark.ts";
import { firstCall as firstCallInJax } from "../first-call/jax.ts";
import { firstCall } from "../first-call/ours.ts";
import { spread32 } from "../inputs.ts";
import { jaxArray, jaxjs } from "../libraries/jax.ts";
import { tensorflow } from "../libraries/tensorflow.ts";
import { compileJaxDigitsStep, digitsStep, jaxDigitsState, ourDigitsState } from "./digits-network.ts";
import { denseParameters, labels } from "./parameters.ts";

const notes: Notes = {
  [tensorflow]: "does not compile",
  [jaxjs]: "keeps compiled kernels: only those with the constant that changes are compiled again",
};

/** Every compilation has a constant of its own (in f32, too), so that nothing kept from the last one helps. */
function constants(): () => number {
  let made = 0;
  return () => 1 + ++made * 1e-5;
}

/** The first call of a formula where many have been compiled before it. */
export function compileFormulaBenchmark(): Benchmark {
  const [ourConstant, jaxConstant] = [constants(), constants()];
  return {
    name: "compile-formula",
    title: "first call of a formula of ten operations with its gradient, the compiler warm",
    unit: "ms",
    ours: contender({ label: "Steepest, compiled", run: () => firstCall(ourConstant()) }),
    others: [contender({ label: jaxjs, run: () => firstCallInJax(jaxConstant()) })],
    notes,
    tolerance: 1e-4,
    goal: 5,
  };
}

/** The first call of all: every time in a new process, which has loaded its library and done nothing with it yet. */
export function compileColdBenchmark(): Benchmark {
  return {
    name: "compile-cold",
    title: "first call of a formula of ten operations with its gradient, first of all in its process",
    unit: "ms",
    ours: inNewProcess("Steepest, compiled", "ours"),
    others: [inNewProcess(jaxjs, "jax")],
    notes: { [tensorflow]: "does not compile" },
    tolerance: 1e-4,
    goal: 5,
  };
}

const run = promisify(execFile);

function inNewProcess(label: string, which: "ours" | "jax"): Contender {
  const file = (name: string): string => fileURLToPath(new URL(`../first-call/${name}.ts`, import.meta.url));
  const once = async (): Promise<{ milliseconds: number; numbers: number[] }> => {
    const words = ["--conditions=@steepest/source", file("main"), file(which)];
    return JSON.parse((await run(process.execPath, words)).stdout) as Awaited<ReturnType<typeof once>>;
  };
  return {
    label,
    result: async () => (await once()).numbers,
    turn: async (repeats) => {
      let total = 0;
      for (let repeat = 0; repeat < repeats; repeat++) total += (await once()).milliseconds;
      return total;
    },
  };
}

/** The first step of training: the network of `train-digits`, with a weight decay that differs every time. */
export function compileNetworkBenchmark(batch = 64, hidden = 128): Benchmark {
  const [ourConstant, jaxConstant] = [constants(), constants()];
  const parameters = denseParameters(784, hidden, 10);
  const x = spread32(batch * 784, 11);
  const { oneHot } = labels(batch);
  const [xShape, yShape] = [
    [batch, 784],
    [batch, 10],
  ];
  const state = ourDigitsState(parameters);
  const [inputs, targets] = [tensor(x, { shape: xShape }), tensor(oneHot, { shape: yShape })];
  const jaxState = jaxDigitsState(parameters).map(({ data, shape }) => jaxArray(data, shape));
  const [jaxX, jaxY] = [jaxArray(x, xShape), jaxArray(oneHot, yShape)];
  return {
    name: "compile-network",
    title: `first training step of a 784-${hidden}-10 network, batch ${batch}, Adam, f32, the compiler warm`,
    unit: "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: () => compile(digitsStep(ourConstant() * 1e-4))(state, inputs, targets)[1],
      numbers: (loss) => [loss.item()],
    }),
    others: [
      contender({
        label: jaxjs,
        run: () => {
          const step = compileJaxDigitsStep(jaxConstant() * 1e-4);
          const [loss, ...next] = step(
            jaxState.map((each) => each.ref),
            jaxX.ref,
            jaxY.ref,
          );
          for (const each of next) each.dispose();
          return [loss.dataSync()[0] as number];
        },
      }),
    ],
    notes,
    tolerance: 1e-4,
    goal: 40,
  };
}
