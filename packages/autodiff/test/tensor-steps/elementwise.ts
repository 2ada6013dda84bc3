import { atan2, atan, erf, cumsum, flip, logSoftmax, softmax, type Tensor } from "../../src/index.ts";
import {
  asFloat,
  average,
  binary,
  bounded,
  chooseAxis,
  chooseReduction,
  withAxis,
  type Shaped,
  type Step,
  type StepContext,
} from "./context.ts";

/** Steps that keep the shape: also the bodies of loops and branches. */
const shaped: Readonly<Record<string, Shaped>> = {
  sin: (x) => x.sin(),
  tanh: (x) => x.tanh(),
  exp: (x) => x.tanh().exp(),
  log: (x) => x.square().add(1).log(),
  sqrt: (x) => x.square().add(0.5).sqrt(),
  atan: (x) => atan(x),
  sigmoid: (x) => x.sigmoid(),
  erf: (x) => erf(x),
  affine: (x) => x.mul(-0.75).add(0.125),
  abs: (x, c) => {
    const moved = x.add(0.377);
    c.kink(() => moved);
    return moved.abs();
  },
  relu: (x, c) => {
    const moved = x.sub(0.0713);
    c.kink(() => moved);
    return moved.relu();
  },
  centre: (x, c) => {
    const { axis } = chooseReduction(x, c);
    return x.sub(average(x, axis));
  },
  softmax: (x, c) => softmax(withAxis(x), { axis: chooseAxis(withAxis(x), c) }).reshape(x.shape),
  logSoftmax: (x, c) =>
    bounded(logSoftmax(withAxis(x), { axis: chooseAxis(withAxis(x), c) })).reshape(x.shape),
  cumsum: (x, c) => {
    const input = withAxis(x);
    const axis = chooseAxis(input, c);
    const sums = cumsum(input, { axis, reverse: c.choose("reverse", 2) === 1 });
    return bounded(sums.mul(1 / Math.sqrt(Math.max(1, input.shape[axis] as number)))).reshape(x.shape);
  },
  flip: (x, c) => flip(withAxis(x), chooseAxis(withAxis(x), c)).reshape(x.shape),
};
const shapedNames = Object.keys(shaped);
/** One of them, for the body of a loop or branch. */
export const chooseBody = (c: StepContext): ((x: Tensor) => Tensor) => {
  const name = shapedNames[c.choose("body", shapedNames)] as string;
  return (x) => (shaped[name] as Shaped)(x, c.repeated);
};

export const unary: Readonly<Record<string, Step>> = Object.fromEntries(
  shapedNames.map((name) => [name, (x, _, c) => (shaped[name] as Shaped)(asFloat(x, c), c)]),
);

export const arithmetic: Readonly<Record<string, Step>> = {
  add: binary((x, y) => bounded(x.add(y))),
  sub: binary((x, y) => bounded(x.sub(y))),
  mul: binary((x, y) => x.mul(y)),
  div: binary((x, y) => x.div(y.square().add(1))),
  pow: binary((x, y) => x.abs().add(0.5).pow(y.tanh()).mul(0.5)),
  atan2: binary((x, y) => atan2(x, y.square().add(1))),
  maximum: binary((x, y, c) => {
    const other = y.add(0.0519);
    c.kink(() => x.sub(other));
    return x.maximum(other);
  }),
  minimum: binary((x, y, c) => {
    const other = y.sub(0.0631);
    c.kink(() => x.sub(other));
    return x.minimum(other);
  }),
};
