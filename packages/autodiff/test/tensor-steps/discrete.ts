import { argmax, sum, where, type Tensor } from "../../src/index.ts";
import {
  asFloat,
  binary,
  bounded,
  chooseAxis,
  chooseReduction,
  fit,
  isFloat,
  withAxis,
  type Step,
  type StepContext,
} from "./context.ts";
import { lead } from "./reductions.ts";

/** Truth values and integers. */
export const discrete: Readonly<Record<string, Step>> = {
  less: binary((x, y, c) => {
    const other = y.add(0.1234);
    c.jump(() => x.sub(other));
    return c.choose("or greater", 2) === 0 ? x.less(other) : x.greaterEqual(other);
  }),
  where: (x, y, c) => {
    const condition = truth(x, c);
    const other = fit(asFloat(y, c), condition.shape);
    return where(condition, other, bounded(other.sub(0.75)));
  },
  choose: (x, y, c) => {
    const other = asFloat(y, c);
    const fitted = fit(asFloat(x, c), other.shape);
    const condition = truth(fitted, c);
    return where(condition, fitted, other);
  },
  and: (x, y, c) => truth(x, c).logicalAnd(truth(fit(asFloat(y, c), x.shape), c)),
  or: (x, y, c) => truth(x, c).logicalOr(truth(fit(asFloat(y, c), x.shape), c).logicalNot()),
  toInteger: (x, _, c) => {
    if (!isFloat(x.dtype)) return x.cast("i32");
    const scaled = bounded(x).mul(7).add(0.31);
    c.jump(() => scaled.sub(scaled.round()));
    return scaled.cast("i32");
  },
  arithmetic: (x, y, c) => {
    const [a, b] = [x, fit(asFloat(y, c), x.shape)].map((operand) => integers(operand, c)) as [
      Tensor,
      Tensor,
    ];
    return (c.choose("form", 2) === 0 ? a.add(b) : a.mul(b).sub(b)).minimum(9).maximum(-9);
  },
  count: (x, _, c) => {
    const mask = truth(x, c);
    return sum(mask, chooseReduction(mask, c));
  },
  argmax: (x, _, c) => {
    const input = asFloat(withAxis(x), c);
    const axis = chooseAxis(input, c);
    if (input.shape[axis] === 0) return input;
    c.jump(() => lead(input, [axis]));
    return argmax(input, { axis });
  },
  toFloat: (x, _, c) => asFloat(x, c).mul(0.25),
};

function truth(x: Tensor, c: StepContext): Tensor {
  if (x.dtype === "bool") return x;
  if (x.dtype === "i32") return x.greater(0);
  const distance = x.sub(0.0437);
  c.jump(() => distance);
  return distance.greater(0);
}

function integers(x: Tensor, c: StepContext): Tensor {
  return (discrete["toInteger"] as Step)(x, x, c);
}
