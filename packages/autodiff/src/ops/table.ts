import * as arithmetic from "./arithmetic.ts";
import { castOps } from "./cast.ts";
import { choleskyOps } from "./cholesky.ts";
import * as compare from "./compare.ts";
import { determinantOps } from "./determinant.ts";
import { eighOps } from "./eigh.ts";
import * as elementary from "./elementary.ts";
import { linalgOps } from "./linalg.ts";
import { lstsqOps } from "./lstsq.ts";
import { matrixFunctionOps } from "./matrix-functions.ts";
import { normOps } from "./norm.ts";
import type { Op } from "./op.ts";
import { qrOps } from "./qr.ts";
import { reduceOps } from "./reduce.ts";
import { shapeOps } from "./shape.ts";
import { solveOps } from "./solve.ts";
import { stopGradientOps } from "./stop-gradient.ts";
import * as special from "./special.ts";
import { svdOps } from "./svd.ts";
import { triangularSolveOps } from "./triangular.ts";

/** The names of the elementwise operations, each the name of its function. */
export type ElementwiseName =
  keyof typeof arithmetic | keyof typeof compare | keyof typeof elementary | keyof typeof special;

type ElementwiseFunction = ((...inputs: never) => unknown) & { readonly op: Op };

/** Every elementwise operation: the callable function, with its definition at `.op`. */
export const elementwiseFunctions: Readonly<Record<ElementwiseName, ElementwiseFunction>> = {
  ...arithmetic,
  ...compare,
  ...elementary,
  ...special,
};

const decompositionOps: readonly Op<never>[] = [
  ...solveOps,
  ...triangularSolveOps,
  ...choleskyOps,
  ...qrOps,
  ...lstsqOps,
  ...determinantOps,
  ...eighOps,
  ...svdOps,
  ...normOps,
  ...matrixFunctionOps,
];

/** The op table: every operation there is, by name. Tests, printers and the formula language loop over it. */
export const ops: ReadonlyMap<string, Op> = new Map(
  [
    ...Object.values(elementwiseFunctions).map(({ op }) => op),
    ...([
      ...castOps,
      ...stopGradientOps,
      ...shapeOps,
      ...reduceOps,
      ...linalgOps,
      ...decompositionOps,
    ] as Op[]),
  ].map((op) => [op.name, op]),
);
