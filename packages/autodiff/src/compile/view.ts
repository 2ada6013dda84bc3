import { sizeOf, stridesOf, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Where the elements of a tensor are among those of another one: element (i, j, …) is number
 * offset + i·strides[0] + j·strides[1] + … of the source's row-major elements. Reshapes, transposes, broadcasts,
 * slices and flips move nothing: they are other views of the same elements.
 */
export interface View {
  readonly source: Tensor;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Neighbouring axes that are walked with one stride count as one. */
export interface Run {
  readonly extent: number;
  readonly stride: number;
}

interface Window {
  readonly start: readonly number[];
  readonly step: readonly number[];
}

/** The view that a node is of the node that holds its elements: of itself, unless it only moves those of another. */
export function viewOf(node: Tensor): View {
  const own: View = { source: node, shape: node.shape, strides: stridesOf(node.shape), offset: 0 };
  const [input] = node.inputs;
  if (node.hasValue || input === undefined || node.size === 0) return own;
  const { shape, attributes } = node;
  switch (node.op.name) {
    case "reshape": {
      const base = viewOf(input);
      const strides = reshapedStrides(runsOf(base), shape);
      return strides === undefined ? own : { ...base, shape, strides };
    }
    case "broadcastTo": {
      const base = viewOf(input);
      const missing = shape.length - base.shape.length;
      const strides = shape.map((_, axis) =>
        base.shape[axis - missing] === 1 ? 0 : (base.strides[axis - missing] ?? 0),
      );
      return { ...base, shape, strides };
    }
    case "transpose": {
      const base = viewOf(input);
      const order = attributes as readonly number[];
      return { ...base, shape, strides: order.map((axis) => base.strides[axis] as number) };
    }
    case "slice": {
      const base = viewOf(input);
      const { start, step } = attributes as Window;
      const offset = start.reduce((sum, at, axis) => sum + at * (base.strides[axis] as number), base.offset);
      const strides = base.strides.map((stride, axis) => stride * (step[axis] as number));
      return { ...base, shape, strides, offset };
    }
    case "flip": {
      const base = viewOf(input);
      const strides = [...base.strides];
      let { offset } = base;
      for (const axis of attributes as readonly number[]) {
        offset += ((shape[axis] as number) - 1) * (strides[axis] as number);
        strides[axis] = -(strides[axis] as number);
      }
      return { ...base, shape, strides, offset };
    }
    default:
      return own;
  }
}

/** Where the elements of a window lie in the whole that they are embedded in. */
export function windowIn(whole: Shape, { start, step }: Window, shape: Shape): Omit<View, "source"> {
  const strides = stridesOf(whole);
  const offset = start.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);
  return { shape, strides: strides.map((stride, axis) => stride * (step[axis] as number)), offset };
}

/** The runs of a view, outermost first; an axis of extent 1 belongs to none. */
export function runsOf({ shape, strides }: Pick<View, "shape" | "strides">): Run[] {
  const runs: Run[] = [];
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const stride = strides[axis] as number;
    const last = runs.at(-1);
    if (last?.stride === stride * extent) runs[runs.length - 1] = { extent: last.extent * extent, stride };
    else runs.push({ extent, stride });
  });
  return runs;
}

/** True when the elements lie one after another. */
export function isContiguous(view: Pick<View, "shape" | "strides">): boolean {
  const [run, ...others] = runsOf(view);
  return others.length === 0 && (run === undefined || run.stride === 1);
}

/** True for a view of all elements of its source in their order. */
export function isIdentity(view: View): boolean {
  return view.source.size === sizeOf(view.shape) && isContiguous(view);
}

/** The strides of the same elements in another shape, where there are such. */
function reshapedStrides(runs: readonly Run[], shape: Shape): number[] | undefined {
  const strides = new Array<number>(shape.length).fill(0);
  let axis = shape.length - 1;
  for (const { extent, stride } of runs.toReversed()) {
    let inside = 1;
    while (inside < extent) {
      const own = shape[axis] as number;
      if (extent % (inside * own) !== 0) return undefined;
      strides[axis--] = stride * inside;
      inside *= own;
    }
  }
  return strides;
}

/**
 * Where the runs end, counted in elements from the innermost end: a loop nest over the elements needs a level that ends
 * at each of these.
 */
export function cutsOf(runs: readonly Run[]): number[] {
  const cuts: number[] = [];
  let size = 1;
  for (const { extent } of runs.slice(1).toReversed()) cuts.push((size *= extent));
  return cuts;
}

/** Where reduced axes and others meet, counted likewise. */
export function axisCuts(shape: Shape, axes: readonly number[]): number[] {
  const marked = shape.map((extent, axis) => ({ extent, stride: axes.includes(axis) ? 1 : 0, axis }));
  const own = marked.filter(({ extent }) => extent !== 1);
  return own.flatMap(({ axis, stride }, index) =>
    index > 0 && stride !== own[index - 1]?.stride ? [sizeOf(shape.slice(axis))] : [],
  );
}

/** The stride of each level of a loop nest that has a level for every run, or several. */
export function stridesOver(runs: readonly Run[], extents: readonly number[]): number[] {
  const strides = new Array<number>(extents.length).fill(0);
  let level = extents.length - 1;
  for (const { extent, stride } of runs.toReversed())
    for (let inside = 1; inside < extent; inside *= extents[level--] as number)
      strides[level] = stride * inside;
  return strides;
}
