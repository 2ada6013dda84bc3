import { jvp, tensor, type Tensor } from "@steepest/autodiff";
import type { Packing } from "../packing.ts";

/** Residuals and their Jacobian by columns. */
export interface Tangents {
  readonly residuals: Tensor;
  readonly columns: readonly Tensor[];
}

/**
 * The residuals and, for each parameter, their derivative with respect to it, by forward mode along the axes.
 *
 * @param unit the number 1, as an argument of what is compiled: with a constant in its place, everything that only
 * depends on data and on the direction would be computed beforehand into arrays as long as the data
 */
export function tangents(
  residualsOf: (leaves: readonly Tensor[]) => Tensor,
  leaves: readonly Tensor[],
  unit: Tensor,
  { places }: Pick<Packing, "places">,
): Tangents {
  let residuals: Tensor | undefined;
  const columns: Tensor[] = [];
  places.forEach(({ size, shape }, k) => {
    // Only this leaf is a variable, so no zero tangents of the others are carried along.
    const ofLeaf = (leaf: Tensor): Tensor => residualsOf(leaves.map((other, i) => (i === k ? leaf : other)));
    for (let element = 0; element < size; element++) {
      const direction = shape.length === 0 ? unit : tensor(oneHot(size, element), { shape }).mul(unit);
      const [value, tangent] = jvp(ofLeaf)(leaves[k] as Tensor, direction);
      residuals ??= value;
      columns.push(tangent);
    }
  });
  return { residuals: residuals as Tensor, columns };
}

function oneHot(size: number, element: number): Float64Array {
  const direction = new Float64Array(size);
  direction[element] = 1;
  return direction;
}

/** r″(v, v): the second directional derivative, by forward mode over forward mode. */
export function secondTangent(
  residualsOf: (leaves: readonly Tensor[]) => Tensor,
  leaves: readonly Tensor[],
  velocity: readonly Tensor[],
): Tensor {
  const along = (point: readonly Tensor[]): Tensor => jvp(residualsOf)(point, velocity)[1];
  return jvp(along)(leaves, velocity)[1];
}
