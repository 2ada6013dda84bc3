import * as arithmetic from "./arithmetic.ts";
import { castOps } from "./cast.ts";
import * as compare from "./compare.ts";
import * as elementary from "./elementary.ts";
import { linalgOps } from "./linalg.ts";
import type { Op } from "./op.ts";
import { reduceOps } from "./reduce.ts";
import { shapeOps } from "./shape.ts";
import { sechSquaredOps } from "./sech-squared.ts";
import { stopGradientOps } from "./stop-gradient.ts";
import * as special from "./special.ts";

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

/** The op table: every operation there is, by name. Tests, printers and the formula language loop over it. */
export const ops: ReadonlyMap<string, Op> = new Map(
  [
    ...Object.values(elementwiseFunctions).map(({ op }) => op),
    ...([...castOps, ...sechSquaredOps, ...stopGradientOps, ...shapeOps, ...reduceOps, ...linalgOps] as Op[]),
  ].map((op) => [op.name, op]),
);
