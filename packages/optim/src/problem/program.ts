import { compile, PlaceholderError, type Tensor, type TypedArray } from "@steepest/autodiff";
import type { Packing } from "./packing.ts";

/** A function of flat points. Its results are overwritten by the next call. */
export type Program = (...points: readonly Float64Array[]) => readonly ArrayLike<number>[];

/**
 * A function of trees, given by their leaves, as a function of flat points: compiled, its arguments written and its results
 * read in place. From the first call on that shows that it takes decisions on its values (`if`, `while`) and so cannot
 * be compiled, it is evaluated step by step.
 */
export function program(
  f: (...trees: readonly (readonly Tensor[])[]) => readonly Tensor[],
  packing: Packing,
  wanted: boolean,
): Program {
  const plain: Program = (...points) =>
    f(...points.map((point) => packing.leaves(point))).map(({ data }) => data);
  if (!wanted) return plain;
  let run: Program | undefined;
  return (...points) => {
    try {
      run ??= inPlace(f, packing, points);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
      run = plain;
    }
    return run(...points);
  };
}

function inPlace(
  f: (...trees: readonly (readonly Tensor[])[]) => readonly Tensor[],
  packing: Packing,
  examples: readonly Float64Array[],
): Program {
  const call = compile(f).inPlace(...examples.map((point) => packing.leaves(point)));
  const inputs = call.inputs;
  const outputs = call.outputs;
  return (...points) => {
    for (let tree = 0; tree < points.length; tree++) {
      const leaves = inputs[tree] as readonly TypedArray[];
      const point = points[tree] as Float64Array;
      for (let k = 0; k < leaves.length; k++) {
        const { from, size } = packing.places[k] as Packing["places"][number];
        const leaf = leaves[k] as TypedArray;
        if (size === 1) leaf[0] = point[from] as number;
        else leaf.set(size === point.length ? point : point.subarray(from, from + size));
      }
    }
    call.run();
    return outputs;
  };
}
