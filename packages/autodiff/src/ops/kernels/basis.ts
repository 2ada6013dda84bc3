import { euclideanLength } from "./scale.ts";

/**
 * Fills in the missing ones of n column-major columns of n numbers, so that all together are orthonormal as the
 * present ones are: coordinate axes, those nearest to what is missing first, by Gram & Schmidt twice over.
 */
export function completeBasis(columns: Float64Array, n: number, missing: readonly number[]): void {
  const present = Array.from({ length: n }, (_, j) => j).filter((j) => !missing.includes(j));
  // How much of each axis the present columns hold already: 1 if all of it.
  const held = new Float64Array(n);
  const hold = (j: number): void => {
    for (let k = 0; k < n; k++) held[k] = (held[k] as number) + (columns[j * n + k] as number) ** 2;
  };
  present.forEach(hold);
  for (const j of missing) {
    const axis = held.indexOf(held.reduce((least, value) => Math.min(least, value), Infinity));
    const own = j * n;
    columns.fill(0, own, own + n);
    columns[own + axis] = 1;
    for (let pass = 0; pass < 2; pass++)
      for (const other of present) {
        let along = 0;
        for (let k = 0; k < n; k++)
          along += (columns[own + k] as number) * (columns[other * n + k] as number);
        for (let k = 0; k < n; k++)
          columns[own + k] = (columns[own + k] as number) - along * (columns[other * n + k] as number);
      }
    const length = euclideanLength(columns, own, own + n);
    for (let k = own; k < own + n; k++) columns[k] = (columns[k] as number) / length;
    present.push(j);
    hold(j);
  }
}
