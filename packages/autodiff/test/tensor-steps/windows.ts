import { avgPool, conv2d, maxPool, take, tensor, type Range, type Tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { asFloat, bounded, type Step, type StepContext } from "./context.ts";
import { lead } from "./reductions.ts";

/** Images [batch, channels, height, width] made of a tensor: not more than a few of everything. */
function images(x: Tensor): Tensor {
  const padded = [...new Array<number>(Math.max(0, 4 - x.shape.length)).fill(1), ...x.shape];
  const shape = [sizeOf(padded.slice(0, -3)), ...padded.slice(-3)];
  const most = [3, 4, 17, 19];
  return x
    .reshape(shape)
    .slice(...most.map((count, axis): Range => [0, Math.min(count, shape[axis] as number)]));
}

/** So many elements, one after another and round again. */
export function elements(x: Tensor, count: number): Tensor {
  const places = Int32Array.from({ length: count }, (_, k) => k % x.size);
  return take(x.reshape([x.size]), tensor(places));
}

const windowed =
  (f: (image: Tensor, y: Tensor, c: StepContext) => Tensor): Step =>
  (x, y, c) => {
    const image = images(asFloat(x, c));
    const other = asFloat(y, c);
    return image.size === 0 || other.size === 0 ? image : f(image, other, c);
  };

/** Windows of two by two, without what is left over at the ends; rows alone where there is but one. */
function pairs(image: Tensor): { even: Tensor; window: [number, number]; apart: Tensor } {
  const [batch, channels, height, width] = image.shape as [number, number, number, number];
  const window: [number, number] = [Math.min(2, height), Math.min(2, width)];
  const [rows, columns] = [Math.floor(height / window[0]), Math.floor(width / window[1])];
  const even = image.slice([], [], [0, rows * window[0]], [0, columns * window[1]]);
  return { even, window, apart: even.reshape([batch, channels, rows, window[0], columns, window[1]]) };
}

export const windows: Readonly<Record<string, Step>> = {
  conv2d: windowed((image, y, c) => {
    const [, channels, height, width] = image.shape as [number, number, number, number];
    const groups = channels % 2 === 0 && c.choose("groups − 1", 2) === 1 ? 2 : 1;
    const size = [
      1 + c.choose("rows − 1", Math.min(3, height)),
      1 + c.choose("columns − 1", Math.min(3, width)),
    ];
    const shape = [groups * (1 + c.choose("outputs − 1", 3)), channels / groups, ...size];
    const count = shape.reduce((product, extent) => product * extent, 1);
    const padding = (["same", "valid", 1] as const)[c.choose("padding", 3)] as "same" | "valid" | 1;
    const dilation = padding === "same" ? 1 + c.choose("dilation − 1", 2) : 1;
    const stride = 1 + c.choose("stride − 1", 2);
    const weights = bounded(elements(y, count)).reshape(shape);
    return bounded(conv2d(image, weights, { padding, dilation, stride, groups }).mul((2 / count) ** 0.5));
  }),
  maxPool: windowed((image, _, c) => {
    const { even, window, apart } = pairs(image);
    c.kink(() => lead(apart, [3, 5]));
    return maxPool(even, window);
  }),
  avgPool: windowed((image, _, c) => {
    const [, , height, width] = image.shape as [number, number, number, number];
    const window = [
      1 + c.choose("rows − 1", Math.min(3, height)),
      1 + c.choose("columns − 1", Math.min(3, width)),
    ];
    return avgPool(image, window as [number, number], { stride: 1 + c.choose("stride − 1", 2) });
  }),
};
