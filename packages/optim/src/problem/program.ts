import { compile, PlaceholderError, tensor, type Tensor, type TypedArray } from "@steepest/autodiff";
import type { Packing } from "./packing.ts";

/** A function of flat points. Its results are overwritten by the next call. */
export type Program = (...points: readonly Float64Array[]) => readonly ArrayLike<number>[];

/** How an argument falls into leaves. */
export type Leaving = Pick<Packing, "leaves" | "places">;

/** An argument that is one vector, of any length. */
export const wholeVector: Leaving = { leaves: (flat) => [tensor(flat)], places: [] };

/**
 * A function of trees, given by their leaves, as a function of flat points: compiled, its arguments written and its results
 * read in place. From the first call on that shows that it takes decisions on its values (`if`, `while`) and so cannot
 * be compiled, it is evaluated step by step.
 *
 * @param packings of the arguments in turn; one alone is that of them all
 */
export function program(
  f: (...trees: readonly (readonly Tensor[])[]) => readonly Tensor[],
  packings: Leaving | readonly Leaving[],
  wanted: boolean,
): Program {
  const packingOf = (argument: number): Leaving =>
    "leaves" in packings ? packings : (packings[argument] as Leaving);
  const plain: Program = (...points) =>
    f(...points.map((point, argument) => packingOf(argument).leaves(point))).map(({ data }) => data);
  if (!wanted) return plain;
  let run: Program | undefined;
  return (...points) => {
    try {
      run ??= inPlace(f, packingOf, points);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
      run = plain;
    }
    return run(...points);
  };
}

function inPlace(
  f: (...trees: readonly (readonly Tensor[])[]) => readonly Tensor[],
  packingOf: (argument: number) => Leaving,
  examples: readonly Float64Array[],
): Program {
  const call = compile(f).inPlace(...examples.map((point, argument) => packingOf(argument).leaves(point)));
  const inputs = call.inputs;
  const outputs = call.outputs;
  return (...points) => {
    for (let tree = 0; tree < points.length; tree++) {
      const leaves = inputs[tree] as readonly TypedArray[];
      const point = points[tree] as Float64Array;
      const { places } = packingOf(tree);
      for (let k = 0; k < leaves.length; k++) {
        const leaf = leaves[k] as TypedArray;
        const size = leaf.length;
        const from = leaves.length === 1 ? 0 : (places[k] as Packing["places"][number]).from;
        if (size === 1) leaf[0] = point[from] as number;
        else leaf.set(size === point.length ? point : point.subarray(from, from + size));
      }
    }
    call.run();
    return outputs;
  };
}
