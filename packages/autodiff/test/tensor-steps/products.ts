import { matmul, type Range, type Tensor } from "../../src/index.ts";
import { broadcastShapes, sizeOf } from "../../src/tensor/shape.ts";
import { asFloat, average, bounded, mostElements, type Step } from "./context.ts";

/** Matrices and batches of them with their rows and columns exchanged. */
function turned(x: Tensor): Tensor {
  const rank = x.shape.length;
  return x.transpose(x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)));
}

/** Whether the rows of two batches of matrices can be multiplied with each other. */
function rowsFit(x: Tensor, y: Tensor): boolean {
  const shift = x.shape.length - y.shape.length;
  return (
    y.shape.length >= 2 &&
    y.shape.at(-1) === x.shape.at(-1) &&
    y.shape.slice(0, -2).every((extent, axis) => {
      const other = x.shape[axis + shift] ?? 1;
      return extent === other || extent === 1 || other === 1;
    })
  );
}

/** x yᵀ, y xᵀ or x v, for the operands' rows: where those of y have another length, those of x stand in for them. */
const product: Step = (x, y, c) => {
  const left = x.shape.length < 2 ? x.reshape([1, x.size]) : x;
  const right = rowsFit(left, y) ? y : left;
  const inner = left.shape.at(-1) as number;
  const scale = 1 / Math.sqrt(Math.max(1, inner));
  const [rows, columns] = [left.shape.at(-2) as number, right.shape.at(-2) as number];
  const batches = sizeOf(broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2), "matmul"));
  const most = Math.max(1, Math.min(columns, Math.floor(mostElements / Math.max(1, rows * batches))));
  const range: Range = [0, most - c.choose("columns less", Math.min(most, 4))];
  const some = right.slice(
    ...right.shape.map((_, axis): Range => (axis === right.shape.length - 2 ? range : [])),
  );
  const form = c.choose("form", 3);
  if (form === 1) return bounded(matmul(some, turned(left)).mul(scale));
  if (form === 2) {
    const vector = average(some, [...some.shape.keys()].slice(0, -1)).reshape([inner]);
    return bounded(matmul(left, vector).mul(scale));
  }
  return bounded(matmul(left, turned(some)).mul(scale));
};

export const products: Readonly<Record<string, Step>> = {
  matmul: (x, y, c) => product(asFloat(x, c), asFloat(y, c), c),
};
