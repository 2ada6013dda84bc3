import type { Op } from "../../../ops/op.ts";
import * as arithmetic from "./arithmetic.ts";
import { inline, large, type ElementwiseMath } from "./elementwise-math.ts";
import { exp } from "./exponential.ts";
import { log, log1p } from "./logarithm.ts";
import { sechSquared, sigmoid, tanh } from "./logistic.ts";
import { pow } from "./power.ts";
import { cos, sin, tan } from "./trigonometric.ts";

export type { ElementwiseMath } from "./elementwise-math.ts";
export { powInteger } from "./arithmetic.ts";
export { emitSinCos } from "./trigonometric.ts";
export { VectorFunction } from "./vector-function.ts";

export type ElementwiseName =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "neg"
  | "abs"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "sqrt"
  | "square"
  | "exp"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "tanh"
  | "sigmoid"
  | "sechSquared"
  | "relu"
  | "minimum"
  | "maximum"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "logicalAnd"
  | "logicalOr"
  | "logicalNot"
  | "where";

/** The vector code of the elementwise functions that every program may use; that of others comes with their operation. */
export const vectorMath: Readonly<Record<ElementwiseName, ElementwiseMath>> = {
  add: inline(1, (v, a, b) => v.add(a, b)),
  sub: inline(1, (v, a, b) => v.sub(a, b)),
  mul: inline(1, (v, a, b) => v.mul(a, b)),
  div: inline(3, (v, a, b) => v.div(a, b)),
  pow: large(80, pow),
  neg: inline(1, (v, x) => v.neg(x)),
  abs: inline(1, (v, x) => v.abs(x)),
  sign: inline(2, arithmetic.sign),
  floor: inline(1, (v, x) => v.floor(x)),
  ceil: inline(1, (v, x) => v.ceil(x)),
  round: inline(1, (v, x) => v.nearest(x)),
  sqrt: inline(5, (v, x) => v.sqrt(x)),
  square: inline(1, arithmetic.square),
  exp: inline(10, exp),
  log: inline(13, log),
  log1p: large(35, log1p),
  sin: inline(17, sin),
  cos: inline(17, cos),
  tan: large(35, tan),
  tanh: inline(21, tanh),
  sigmoid: inline(21, sigmoid),
  sechSquared: inline(24, sechSquared),
  relu: inline(1, arithmetic.relu),
  minimum: inline(2, (v, a, b) => v.min(a, b)),
  maximum: inline(2, (v, a, b) => v.max(a, b)),
  equal: inline(1, (v, a, b) => v.equal(a, b)),
  notEqual: inline(1, (v, a, b) => v.notEqual(a, b)),
  less: inline(1, (v, a, b) => v.less(a, b)),
  lessEqual: inline(1, (v, a, b) => v.lessEqual(a, b)),
  greater: inline(1, (v, a, b) => v.greater(a, b)),
  greaterEqual: inline(1, (v, a, b) => v.greaterEqual(a, b)),
  logicalAnd: inline(1, (v, a, b) => v.and(a, b)),
  logicalOr: inline(1, (v, a, b) => v.or(a, b)),
  logicalNot: inline(1, (v, x) => v.not(x)),
  where: inline(2, (v, condition, a, b) => v.select(condition, a, b)),
};

/** The vector code of an operation, or nothing where it is not elementwise or has none. */
export function vectorCode(op: Op<never>): ElementwiseMath | undefined {
  const common: Readonly<Record<string, ElementwiseMath | undefined>> = vectorMath;
  return common[op.name] ?? op.elementwise?.vector;
}
