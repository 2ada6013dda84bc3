import { compile, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";
import { contender, type Benchmark, type Notes } from "../benchmark.ts";
import { spread32 } from "../inputs.ts";
import {
  jaxjs,
  jit,
  np,
  valueAndGrad as jaxValueAndGrad,
  type JaxArray,
  jaxArray,
} from "../libraries/jax.ts";
import { tensorflow } from "../libraries/tensorflow.ts";
import { compileDigitsStep, compileJaxDigitsStep, jaxDigitsState, ourDigitsState } from "./digits-network.ts";
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

/** The first call of exp(−x²) sin(y) + log(c + (x y)²), ten operations, with its gradient. */
export function compileFormulaBenchmark(): Benchmark {
  const [ourConstant, jaxConstant] = [constants(), constants()];
  const [x, y] = [0.7, 1.3];
  const first = (): readonly [Tensor, [Tensor, Tensor]] => {
    const c = ourConstant();
    const formula = ([u, v]: [Tensor, Tensor]): Tensor =>
      u.square().neg().exp().mul(v.sin()).add(u.mul(v).square().add(c).log());
    return compile(valueAndGrad(formula))([x, y]);
  };
  const [jaxX, jaxY] = [jaxArray(Float64Array.of(x)), jaxArray(Float64Array.of(y))];
  const firstInJax = (): number[] => {
    const c = jaxConstant();
    const formula = ([u, v]: [JaxArray, JaxArray]): JaxArray =>
      np
        .exp(np.negative(np.square(u.ref)))
        .mul(np.sin(v.ref))
        .add(np.log(np.square(u.mul(v)).add(c)))
        .sum();
    const compiled = jit(jaxValueAndGrad(formula));
    const [value, [du, dv]] = compiled([jaxX.ref, jaxY.ref]);
    const numbers = [value, du, dv].map((each) => each.dataSync()[0] as number);
    compiled.dispose();
    return numbers;
  };
  return {
    name: "compile-formula",
    title: "first call of a formula of ten operations with its gradient",
    unit: "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: first,
      numbers: ([value, [dx, dy]]) => [value.item(), dx.item(), dy.item()],
    }),
    others: [contender({ label: jaxjs, run: firstInJax })],
    notes,
    tolerance: 1e-4,
    goal: 5,
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
    title: `first training step of a 784-${hidden}-10 network, batch ${batch}, Adam, f32`,
    unit: "ms",
    ours: contender({
      label: "Steepest, compiled",
      run: () => compileDigitsStep(ourConstant() * 1e-4)(state, inputs, targets)[1],
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
