import {
  argsort,
  concatenate,
  cumprod,
  oneHot,
  pad,
  scatterAdd,
  sort,
  stack,
  takeAlongAxis,
  tensor,
  tile,
  type Range,
  type Tensor,
} from "../../src/index.ts";
import {
  asFloat,
  average,
  bounded,
  chooseAxis,
  mostElements,
  withAxis,
  type Step,
  type StepContext,
} from "./context.ts";
import { elements } from "./windows.ts";

/** How far neighbours in sorted order are apart. */
function gaps(x: Tensor, axis: number): Tensor {
  const sorted = sort(x, { axis });
  const ranges = (range: Range): Range[] => x.shape.map((_, a): Range => (a === axis ? range : []));
  return sorted
    .slice(...ranges([1]))
    .sub(sorted.slice(...ranges([0, Math.max(0, (x.shape[axis] as number) - 1)])));
}

/** Indices that follow from numbers. */
function places(x: Tensor, extent: number, c: StepContext): Tensor {
  const position = bounded(x)
    .add(1.003)
    .mul(extent / 2.01);
  c.jump(() => position.sub(position.round()));
  return position.cast("i32");
}

const onAxis =
  (f: (x: Tensor, axis: number, y: Tensor, c: StepContext) => Tensor): Step =>
  (x, y, c) => {
    const input = asFloat(withAxis(x), c);
    return input.size === 0 ? input : f(input, chooseAxis(input, c), asFloat(y, c), c);
  };

export const indexing: Readonly<Record<string, Step>> = {
  sort: onAxis((x, axis, _, c) => {
    c.kink(() => gaps(x, axis));
    return sort(x, { axis });
  }),
  argsort: onAxis((x, axis, _, c) => {
    c.jump(() => gaps(x, axis));
    return argsort(x, { axis });
  }),
  takeAlongAxis: onAxis((x, axis, y, c) => {
    if (y.size === 0) return x;
    const indices = places(elements(y, x.size).reshape(x.shape), x.shape[axis] as number, c);
    return takeAlongAxis(x, indices, axis);
  }),
  scatterAdd: onAxis((x, axis, y, c) => {
    const extent = x.shape[axis] as number;
    const count = Math.min(extent, 1 + c.choose("count − 1", 7));
    const indices = Int32Array.from({ length: count }, (_, k) => (5 * k * k) % extent);
    const some = x.slice(...x.shape.map((__, a): Range => (a === axis ? [0, count] : [])));
    return bounded(
      scatterAdd(
        x,
        tensor(indices),
        some.mul(average(y, [...y.shape.keys()]).reshape([])).cast(x.dtype),
        axis,
      ),
    );
  }),
  oneHot: onAxis((x, _, __, c) => {
    const depth = 2 + c.choose("depth − 2", 4);
    const few = x.size * depth > mostElements ? average(x, [...x.shape.keys()]).reshape([]) : x;
    return oneHot(places(few, depth, c), depth, c.dtype);
  }),
  cumprod: onAxis((x, axis) => bounded(cumprod(bounded(x).mul(0.2).add(1), { axis }))),
  pad: onAxis((x, _, __, c) => {
    const widths = x.shape.map((): [number, number] => [c.choose("before", 3), c.choose("after", 2)]);
    const padded = pad(x, widths, { value: c.choose("value", 2) / 2 });
    return padded.size > mostElements ? x : padded;
  }),
  tile: onAxis((x, axis, _, c) => {
    const times = x.shape.map((__, a) => (a === axis ? 1 + c.choose("times − 1", 3) : 1));
    return 3 * x.size > mostElements ? x : tile(x, times);
  }),
  roll: onAxis((x, axis, _, c) => {
    const at = c.choose("at", x.shape[axis] as number);
    const part = (range: Range): Tensor =>
      x.slice(...x.shape.map((__, a): Range => (a === axis ? range : [])));
    return concatenate([part([at]), part([0, at])], axis);
  }),
  scalars: (x, y, c) => {
    const [a, b] = [x, y].map((each) => {
      const float = asFloat(each, c);
      return average(float, [...float.shape.keys()])
        .reshape([])
        .cast(c.dtype);
    }) as [Tensor, Tensor];
    return stack([a, b, a.mul(b), tensor(0.25, { dtype: c.dtype }), b.sin()]);
  },
};
