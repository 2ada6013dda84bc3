import { solveLeastSquares } from "../linalg/solve-least-squares.ts";
import { at, scaled } from "../linalg/vector.ts";
import type { LinearSystem } from "./system-problem.ts";

/** The Newton step s of J s = −F, its rows scaled to length one so that the units of equations do not matter. */
export interface NewtonDirection {
  readonly step: Float64Array;
  /** Whether J has full rank; else the step solves as many equations as it can. */
  readonly regular: boolean;
}

/** Solves J s = −F by a rank-revealing QR of J. */
export function newtonDirection({ residuals, jacobian }: LinearSystem): NewtonDirection {
  const n = residuals.length;
  const columns = new Float64Array(n * n);
  const right = scaled(-1, residuals);
  for (let i = 0; i < n; i++) {
    let size = 0;
    for (let j = 0; j < n; j++) size = Math.max(size, Math.abs(at(jacobian, i * n + j)));
    if (size === 0) continue;
    for (let j = 0; j < n; j++) columns[j * n + i] = at(jacobian, i * n + j) / size;
    right[i] = at(right, i) / size;
  }
  const { x, rank } = solveLeastSquares(columns, right, n, n);
  return { step: x, regular: rank === n };
}
