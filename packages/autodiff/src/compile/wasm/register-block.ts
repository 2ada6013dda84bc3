import type { Lanes } from "./lanes.ts";
import type { Local } from "./encoder.ts";

/** Sums that are kept in registers at once; of sixteen, others hold the factors. */
const mostSums = 12;
/** Sums, factors and one more must fit. */
const registers = 15;

/**
 * How a rows × columns array of sums of products is best cut into blocks, of which each product takes one factor per row
 * and one per column: with the fewest loads.
 */
export function blockOf(rows: number, columns: number): [rows: number, columns: number] {
  let best: [number, number] = [1, 1];
  let fewest = Infinity;
  for (let height = 1; height <= Math.min(rows, mostSums); height++)
    for (let width = 1; width <= Math.min(columns, mostSums / height); width++) {
      if (height * width + Math.min(height, width) + 1 > registers) continue;
      const loads = columns * Math.ceil(rows / height) + rows * Math.ceil(columns / width);
      if (loads < fewest) [fewest, best] = [loads, [height, width]];
    }
  // Blocks of about the same size instead of a small one at the end.
  return [even(rows, best[0]), even(columns, best[1])];
}

function even(extent: number, block: number): number {
  return Math.ceil(extent / Math.ceil(extent / block));
}

interface Factors {
  readonly size: number;
  /** Leaves a factor on the stack. */
  load(index: number): void;
}

/** Adds the product of each factor with each of the other kind to its sum; those that are fewer stay in registers. */
export function multiply(
  lanes: Lanes,
  [a, b]: readonly [Factors, Factors],
  sum: (a: number, b: number) => Local,
): void {
  if (a.size > b.size) return multiply(lanes, [b, a], (i, j) => sum(j, i));
  const { f } = lanes;
  const held = Array.from({ length: a.size }, (_, i) => {
    a.load(i);
    return lanes.keep();
  });
  const other = f.local("v128");
  for (let j = 0; j < b.size; j++) {
    b.load(j);
    f.set(other);
    held.forEach((factor, i) => {
      f.get(factor);
      f.get(other);
      lanes.mulAdd(sum(i, j));
      f.set(sum(i, j));
    });
  }
}
