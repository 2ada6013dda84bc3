import {
  argmax,
  concatenate,
  cond,
  cumsum,
  flip,
  fori,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  mean,
  min,
  scan,
  softmax,
  stack,
  sum,
  take,
  tensor,
  variance,
  whileLoop,
  where,
  zeros,
  type DType,
  type Range,
  type ReduceOptions,
  type Shape,
  type Tensor,
} from "../src/index.ts";
import { broadcastShapes, sizeOf } from "../src/tensor/shape.ts";

/** No value of a program has more elements. */
export const mostElements = 40_000;

/** What a step may ask for while it runs. */
export interface StepContext {
  /** The dtype of the program's floating-point inputs. */
  readonly dtype: "f64" | "f32";
  /** One of 0 … `count` − 1, the same in every run of the program; the choice is shown under its label. */
  choose(label: string, count: number): number;
  /** The step decides something by the sign of these numbers: one too close to 0 makes the result arbitrary. */
  jump(distances: () => Tensor): void;
  /** The same for a result that is continuous there, while its derivative is not. */
  kink(distances: () => Tensor): void;
}

/** A step makes one value of two earlier ones; its numbers stay near 1, or `bounded` brings them back. */
export type Step = (x: Tensor, y: Tensor, c: StepContext) => Tensor;
type Shaped = (x: Tensor, c: StepContext) => Tensor;

const isFloat = (dtype: DType): boolean => dtype === "f64" || dtype === "f32";
export const asFloat = (x: Tensor, { dtype }: StepContext): Tensor => (isFloat(x.dtype) ? x : x.cast(dtype));
/** From any number to one between −1 and 1. */
export const bounded = (x: Tensor): Tensor => x.div(x.square().add(1).sqrt());

const average = (x: Tensor, axis: readonly number[]): Tensor => {
  const options = { axis, keepDims: true };
  return axis.some((a) => x.shape[a] === 0) ? sum(x, options) : mean(x, options);
};

/** `y` with the axes averaged away along which it can't be broadcast against a shape. */
function fit(y: Tensor, shape: Shape): Tensor {
  const shift = shape.length - y.shape.length;
  const clashes = y.shape.flatMap((extent, axis) => {
    const other = shape[axis + shift] ?? 1;
    return extent !== other && extent !== 1 && other !== 1 ? [axis] : [];
  });
  const fitted = clashes.length > 0 ? average(y, clashes) : y;
  const together = broadcastShapes(fitted.shape, shape, "fit");
  return sizeOf(together) <= mostElements ? fitted : average(fitted, [...fitted.shape.keys()]).reshape([]);
}

const binary =
  (f: (x: Tensor, y: Tensor, c: StepContext) => Tensor): Step =>
  (x, y, c) =>
    f(asFloat(x, c), fit(asFloat(y, c), x.shape), c);

const chooseAxis = ({ shape }: Tensor, c: StepContext): number => c.choose("axis", shape.length);
/** For steps that need an axis: a scalar is a vector of one number. */
const withAxis = (x: Tensor): Tensor => (x.shape.length === 0 ? x.reshape([1]) : x);

function chooseReduction({ shape }: Tensor, c: StepContext): ReduceOptions & { axis: number[] } {
  const subset = shape.length === 0 ? 0 : 1 + c.choose("axes (bits − 1)", 2 ** shape.length - 1);
  return {
    axis: [...shape.keys()].filter((axis) => ((subset >> axis) & 1) === 1),
    keepDims: c.choose("keepDims", 2) === 1,
  };
}

const countAlong = ({ shape }: Tensor, axis: readonly number[]): number =>
  axis.reduce((count, a) => count * (shape[a] as number), 1);

/** How far the largest number along the axes is from the second. */
function lead(x: Tensor, axis: readonly number[]): Tensor {
  if (countAlong(x, axis) < 2 || x.size === 0) return tensor(Infinity);
  const largest = max(x, { axis, keepDims: true });
  const isLargest = x.equal(largest);
  const second = max(where(isLargest, -Infinity, x), { axis, keepDims: true });
  const alone = sum(isLargest.cast("f64"), { axis, keepDims: true }).equal(1);
  return where(alone, largest.sub(second), 0);
}

/** Reductions that need at least one number are sums where there is none. */
const reduction =
  (f: (x: Tensor, options: ReduceOptions & { axis: number[] }, c: StepContext) => Tensor): Step =>
  (x, _, c) => {
    const input = asFloat(x, c);
    const options = chooseReduction(input, c);
    return countAlong(input, options.axis) === 0 ? sum(input, options) : f(input, options, c);
  };

/** Steps that keep the shape: also the bodies of loops and branches. */
const shaped: Readonly<Record<string, Shaped>> = {
  sin: (x) => x.sin(),
  tanh: (x) => x.tanh(),
  exp: (x) => x.tanh().exp(),
  log: (x) => x.square().add(1).log(),
  sqrt: (x) => x.square().add(0.5).sqrt(),
  atan: (x) => x.atan(),
  sigmoid: (x) => x.sigmoid(),
  erf: (x) => x.erf(),
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
const chooseBody = (c: StepContext): Shaped => {
  const name = shapedNames[c.choose("body", shapedNames.length)] as string;
  return shaped[name] as Shaped;
};

const arithmetic: Readonly<Record<string, Step>> = {
  add: binary((x, y) => bounded(x.add(y))),
  sub: binary((x, y) => bounded(x.sub(y))),
  mul: binary((x, y) => x.mul(y)),
  div: binary((x, y) => x.div(y.square().add(1))),
  pow: binary((x, y) => x.abs().add(0.5).pow(y.tanh()).mul(0.5)),
  atan2: binary((x, y) => x.atan2(y.square().add(1))),
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

const reductions: Readonly<Record<string, Step>> = {
  sum: reduction((x, options) =>
    bounded(sum(x, options).mul(1 / Math.sqrt(Math.max(1, countAlong(x, options.axis))))),
  ),
  mean: reduction((x, options) => mean(x, options)),
  max: reduction((x, options, c) => {
    c.kink(() => lead(x, options.axis));
    return max(x, options);
  }),
  min: reduction((x, options, c) => {
    c.kink(() => lead(x.neg(), options.axis));
    return min(x, options);
  }),
  logsumexp: reduction((x, options) => bounded(logsumexp(x, options))),
  variance: reduction((x, options) => variance(x, options)),
};

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

const rearrangements: Readonly<Record<string, Step>> = {
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
    return limited(concatenate([first, second.slice(...ranges)], axis), c);
  },
  stack: (x, y, c) => {
    const [first, second] = sameShape(x, y);
    return limited(stack([first, second, first], c.choose("axis", first.shape.length + 1)), c);
  },
  take: (x, _, c) => {
    const input = withAxis(x);
    const axis = chooseAxis(input, c);
    const extent = input.shape[axis] as number;
    if (extent === 0) return input;
    const indices = Array.from({ length: 1 + c.choose("count − 1", 5) }, (__, k) => (7 * k + 2) % extent);
    return limited(take(input, tensor(indices, { dtype: "i32" }), axis), c);
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
function limited(x: Tensor, _: StepContext): Tensor {
  if (x.size <= mostElements) return x;
  const ranges = x.shape.map((extent, axis): Range =>
    axis === x.shape.length - 1 ? [0, Math.floor((extent * mostElements) / x.size)] : [],
  );
  return x.slice(...ranges);
}

function products(x: Tensor, y: Tensor, c: StepContext): Tensor {
  const left = x.shape.length < 2 ? x.reshape([1, x.size]) : x;
  const inner = left.shape.at(-1) as number;
  const rank = left.shape.length;
  const fits =
    y.shape.length >= 2 &&
    y.shape.at(-1) === inner &&
    y.shape.slice(0, -2).every((extent, axis) => {
      const other = left.shape[axis + rank - y.shape.length] ?? 1;
      return extent === other || extent === 1 || other === 1;
    });
  const right = fits ? y : left;
  const flipped = [...right.shape.keys()].map((axis, _, { length }) =>
    axis < length - 2 ? axis : 2 * length - 3 - axis,
  );
  const [rows, columns] = [left.shape.at(-2) as number, right.shape.at(-2) as number];
  const batches = sizeOf(broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2), "matmul"));
  const few = Math.max(1, Math.min(columns, Math.floor(mostElements / Math.max(1, rows * batches))));
  const cut = right.slice(
    ...right.shape.map((_, axis): Range => (axis === right.shape.length - 2 ? [0, few] : [])),
  );
  const scale = 1 / Math.sqrt(Math.max(1, inner));
  // A vector in place of the matrix, another layout of the operand, or the matrix as it is.
  const form = c.choose("form", 3);
  if (form === 1 && inner > 0)
    return bounded(
      matmul(left, average(cut, [...cut.shape.keys()].slice(0, -1)).reshape([inner])).mul(scale),
    );
  if (form === 2)
    return bounded(
      matmul(
        cut,
        left.transpose(
          [...left.shape.keys()].map((axis, _, { length }) =>
            axis < length - 2 ? axis : 2 * length - 3 - axis,
          ),
        ),
      ).mul(scale),
    );
  return bounded(matmul(left, cut.transpose(flipped)).mul(scale));
}

const control: Readonly<Record<string, Step>> = {
  scan: (x, y, c) => {
    const input = asFloat(withAxis(x), c);
    const body = chooseBody(c);
    const reverse = c.choose("reverse", 2) === 1;
    const element = input.shape.slice(1);
    const captured = fit(asFloat(y, c), element);
    const start = average(input, [0]).reshape(element);
    const clashes = sizeOf(broadcastShapes(element, captured.shape, "scan")) !== sizeOf(element);
    const added = (clashes ? average(captured, [...captured.shape.keys()]).reshape([]) : captured).cast(
      input.dtype,
    );
    const [last, results] = scan<Tensor, Tensor, Tensor>(
      (carry, row) => {
        const next = bounded(body(carry.mul(0.5).add(row), c));
        return [next, carry.mul(row).sub(added)];
      },
      start,
      input,
      { reverse },
    );
    return c.choose("result", 2) === 0 ? bounded(results) : last;
  },
  fori: (x, _, c) => {
    const body = chooseBody(c);
    const start = asFloat(x, c);
    return fori<Tensor>(
      0,
      c.choose("turns", 4),
      (k, z) => bounded(body(z, c).add(k.mul(0.1).cast(z.dtype))),
      start,
    );
  },
  cond: (x, y, c) => {
    const [first, second] = [chooseBody(c), chooseBody(c)];
    const [z, w] = [asFloat(x, c), asFloat(y, c)];
    const measure = average(w, [...w.shape.keys()])
      .reshape([])
      .sub(0.0321);
    c.jump(() => measure);
    return cond<[Tensor], Tensor>(
      measure.greater(0),
      (a) => bounded(first(a, c)),
      (a) => bounded(second(a, c).mul(0.5)),
      z,
    );
  },
};

/** It has no reverse mode when it is traced. */
const whileSteps: Readonly<Record<string, Step>> = {
  whileLoop: (x, _, c) => {
    const body = chooseBody(c);
    const energy = (z: Tensor): Tensor =>
      average(z.square(), [...z.shape.keys()])
        .reshape([])
        .sub(0.0123);
    return whileLoop<[Tensor, Tensor]>(
      ([k, z]) => {
        c.jump(() => energy(z));
        return energy(z).greater(0).logicalAnd(k.less(6));
      },
      ([k, z]) => [k.add(1), bounded(body(z, c).mul(0.6))],
      [tensor(0, { dtype: "i32" }), asFloat(x, c)],
    )[1];
  },
};

/** Truth values and integers. */
const discrete: Readonly<Record<string, Step>> = {
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

/** Conversions between the two floating-point formats round, and what was rounded differently differs by that much. */
const conversions: Readonly<Record<string, Step>> = {
  narrow: (x) => x.cast("f32"),
  widen: (x) => x.cast("f64"),
};

const unary: Readonly<Record<string, Step>> = Object.fromEntries(
  shapedNames.map((name) => [name, (x, _, c) => (shaped[name] as Shaped)(asFloat(x, c), c)]),
);

export type StepGroup =
  | "unary"
  | "arithmetic"
  | "reductions"
  | "rearrangements"
  | "products"
  | "control"
  | "discrete"
  | "conversions"
  | "whileSteps";

/** Every step by its name, in groups that programs draw from equally often. */
export const stepGroups: Readonly<Record<StepGroup, Readonly<Record<string, Step>>>> = {
  unary,
  arithmetic,
  reductions,
  rearrangements,
  products: { matmul: (x, y, c) => products(asFloat(x, c), asFloat(y, c), c) },
  control,
  discrete,
  conversions,
  whileSteps,
};
