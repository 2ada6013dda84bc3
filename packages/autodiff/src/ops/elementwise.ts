import * as arithmetic from "./arithmetic.ts";
import * as bessel from "./bessel.ts";
import * as compare from "./compare.ts";
import * as elementary from "./elementary.ts";
import * as errorFunction from "./error-function.ts";
import * as faddeeva from "./faddeeva.ts";
import * as gamma from "./gamma.ts";
import * as hyperbolic from "./hyperbolic.ts";
import * as inverseHyperbolic from "./inverse-hyperbolic.ts";
import * as inverseTrigonometric from "./inverse-trigonometric.ts";
import * as exponentials from "./exponentials.ts";
import * as normal from "./normal.ts";
import type { Op } from "./op.ts";
import * as roots from "./roots.ts";
import * as special from "./special.ts";
import * as voigt from "./voigt.ts";

/** The names of the elementwise operations, each the name of its function. */
export type ElementwiseName =
  | keyof typeof arithmetic
  | keyof typeof compare
  | keyof typeof elementary
  | keyof typeof exponentials
  | keyof typeof inverseTrigonometric
  | keyof typeof hyperbolic
  | keyof typeof inverseHyperbolic
  | keyof typeof roots
  | keyof typeof errorFunction
  | keyof typeof special
  | keyof typeof gamma
  | keyof typeof bessel
  | keyof typeof faddeeva
  | keyof typeof voigt
  | keyof typeof normal;

type ElementwiseFunction = ((...inputs: never) => unknown) & { readonly op: Op };

/** Every elementwise operation: the callable function, with its definition at `.op`. The formula language loops over it. */
export const elementwiseFunctions: Readonly<Record<ElementwiseName, ElementwiseFunction>> = {
  ...arithmetic,
  ...compare,
  ...elementary,
  ...exponentials,
  ...inverseTrigonometric,
  ...hyperbolic,
  ...inverseHyperbolic,
  ...roots,
  ...errorFunction,
  ...special,
  ...gamma,
  ...bessel,
  ...faddeeva,
  ...voigt,
  ...normal,
};
