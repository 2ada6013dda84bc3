import { concatenate, stack, take, tensor, type Range, type Shape, type Tensor } from "../../src/index.ts";
import { broadcastShapes, sizeOf } from "../../src/tensor/shape.ts";
import {
  asFloat,
  bounded,
  chooseAxis,
  fit,
  mostElements,
  withAxis,
  type Step,
  type StepContext,
} from "./context.ts";

/** A shape with as many elements. */
function regrouped(shape: Shape, c: StepContext): number[] {
  const size = sizeOf(shape);
  const first = shape[0] ?? 1;
  const last = shape.at(-1) ?? 1;
  const divisor = [2, 3, 5].find((d) => size % d === 0 && size > 0) ?? 1;
  const forms = [
    [size],
    [...shape, 1],
    [1, ...shape],
    shape.length < 2 ? [size] : [first * (shape[1] as number), ...shape.slice(2)],
    shape.length < 2 ? [size] : [...shape.slice(0, -2), (shape.at(-2) as number) * last],
    [divisor, size / divisor],
    [size / divisor, divisor],
  ];
  return forms[c.choose("form", forms.length)] as number[];
}

export const rearrangements: Readonly<Record<string, Step>> = {
  transpose: (x, _, c) => {
    const axes = [...x.shape.keys()];
    const order: number[] = [];
    while (axes.length > 0)
      order.push(...axes.splice(axes.length - 1 - c.choose("axis from last", axes.length), 1));
    return x.transpose(order);
  },
  reshape: (x, _, c) => x.reshape(regrouped(x.shape, c)),
  slice: (x, _, c) =>
    x.slice(
      ...x.shape.map((extent): Range => {
        if (extent > 0 && c.choose("index", 4) === 3) return c.choose("at", extent);
        const start = c.choose("start", Math.min(extent, 3) + 1);
        return [start, extent - c.choose("end", 2), 1 + c.choose("step − 1", 3)];
      }),
    ),
  concatenate: (x, y, c) => {
    const [first, second] = sameShape(withAxis(x), y);
    const axis = chooseAxis(first, c);
    const ranges = first.shape.map((_, a): Range => (a === axis ? [c.choose("start", 2)] : []));
    return limited(concatenate([first, second.slice(...ranges)], axis));
  },
  stack: (x, y, c) => {
    const [first, second] = sameShape(x, y);
    return limited(stack([first, second, first], c.choose("axis", first.shape.length + 1)));
  },
  take: (x, _, c) => {
    const input = withAxis(x);
    const axis = chooseAxis(input, c);
    const extent = input.shape[axis] as number;
    if (extent === 0) return input;
    const indices = Array.from({ length: 1 + c.choose("count − 1", 5) }, (__, k) => (7 * k + 2) % extent);
    return limited(take(input, tensor(indices, { dtype: "i32" }), axis));
  },
  takeComputed: (x, y, c) => {
    const input = withAxis(x);
    const axis = chooseAxis(input, c);
    const extent = input.shape[axis] as number;
    const from = asFloat(y, c);
    if (extent === 0 || from.size * (input.size / extent) > mostElements) return input;
    const position = bounded(from)
      .add(1.003)
      .mul(extent / 2.01);
    c.jump(() => position.sub(position.round()));
    return take(input, position.cast("i32"), axis);
  },
};

function sameShape(x: Tensor, y: Tensor): [Tensor, Tensor] {
  const other = fit(
    y.dtype === x.dtype ? y : y.cast(x.dtype === "bool" || x.dtype === "i32" ? "f64" : x.dtype),
    x.shape,
  );
  const shape = broadcastShapes(x.shape, other.shape, "sameShape");
  return [x.broadcastTo(shape), other.broadcastTo(shape)];
}

/** Not more elements than allowed, by leaving some of the last axis out. */
function limited(x: Tensor): Tensor {
  if (x.size <= mostElements) return x;
  const ranges = x.shape.map((extent, axis): Range =>
    axis === x.shape.length - 1 ? [0, Math.floor((extent * mostElements) / x.size)] : [],
  );
  return x.slice(...ranges);
}
