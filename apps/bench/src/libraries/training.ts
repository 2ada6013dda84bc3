import { compileStep, tensor, type Tensor } from "@steepest/autodiff";
import { contender, type Contender, type Input } from "../benchmark.ts";
import { jaxjs, type JaxArray, jaxArray } from "./jax.ts";
import { tensorflow, tf } from "./tensorflow.ts";

/** A turn starts with the first step: long training comes to numbers so small that processors stumble over them. */
const training = { compared: 4, numbers: (loss: number) => [loss] } as const;

/** A step of ours, (state, ...inputs) → [next state, loss], compiled to keep its state. */
export function ourTraining<S>(
  first: S,
  step: (state: S, x: Tensor, y: Tensor) => readonly [S, Tensor],
  x: Tensor,
  y: Tensor,
): Contender {
  // Whatever tree the state is, for the types it is a list of tensors.
  type Listed = (state: Tensor[], x: Tensor, y: Tensor) => readonly [Tensor[], Tensor];
  const compiled = compileStep(step as unknown as Listed, first as Tensor[]);
  return contender({
    ...training,
    label: "Steepest, compiled",
    start: () => compiled.reset(),
    run: () => compiled(x, y).item(),
  });
}

export function plainTraining(start: () => () => number): Contender {
  let step = start();
  return contender({
    ...training,
    label: "plain JavaScript",
    start: () => (step = start()),
    run: () => step(),
  });
}

/** The step owns the state that it is given; it gives the loss first, then the next state. */
export function jaxTraining(
  first: readonly Input[],
  step: (state: JaxArray[]) => readonly [loss: JaxArray, ...state: JaxArray[]],
): Contender {
  let state: JaxArray[] = [];
  return contender({
    ...training,
    label: jaxjs,
    start: () => {
      for (const each of state) each.dispose();
      state = first.map(({ data, shape }) => jaxArray(data, shape));
    },
    run: () => {
      const [loss, ...next] = step(state);
      state = next;
      return loss.dataSync()[0] as number;
    },
  });
}

export function tensorflowTraining(
  parameters: readonly Input[],
  makeOptimizer: () => tf.Optimizer,
  loss: (parameters: readonly tf.Tensor[]) => tf.Scalar,
): Contender {
  const variables = parameters.map(({ data, shape }) => tf.variable(tf.tensor(data, [...shape])));
  let optimizer = makeOptimizer();
  return contender({
    ...training,
    label: tensorflow,
    start: () => {
      optimizer.dispose();
      optimizer = makeOptimizer();
      variables.forEach((variable, index) => {
        const { data, shape } = parameters[index]!;
        tf.tidy(() => {
          variable.assign(tf.tensor(data, [...shape]));
        });
      });
    },
    run: () => {
      const cost = optimizer.minimize(() => loss(variables), true, variables)!;
      const value = cost.dataSync()[0] as number;
      cost.dispose();
      return value;
    },
  });
}

/** Inputs as tensors of ours. */
export function tensors(inputs: readonly Input[]): Tensor[] {
  return inputs.map(({ data, shape }) => tensor(data, { shape }));
}
