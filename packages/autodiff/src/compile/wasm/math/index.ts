import type { Op } from "../../../ops/op.ts";
import * as arithmetic from "./arithmetic.ts";
import { binary, large, ternary, unary, type ElementwiseMath } from "./elementwise-math.ts";
import { exp, expm1 } from "./exponential.ts";
import { log, log10, log1p, log2, softplus } from "./logarithm.ts";
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
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sin"
  | "cos"
  | "tan"
  | "tanh"
  | "sigmoid"
  | "sechSquared"
  | "softplus"
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
  add: binary(1, (v, a, b) => v.add(a, b)),
  sub: binary(1, (v, a, b) => v.sub(a, b)),
  mul: binary(1, (v, a, b) => v.mul(a, b)),
  div: binary(3, (v, a, b) => v.div(a, b)),
  pow: large("pow", 2, 80, pow),
  neg: unary(1, (v, x) => v.neg(x)),
  abs: unary(1, (v, x) => v.abs(x)),
  sign: unary(2, arithmetic.sign),
  floor: unary(1, (v, x) => v.floor(x)),
  ceil: unary(1, (v, x) => v.ceil(x)),
  round: unary(1, (v, x) => v.nearest(x)),
  sqrt: unary(5, (v, x) => v.sqrt(x)),
  square: unary(1, arithmetic.square),
  exp: unary(10, exp),
  expm1: large("expm1", 1, 27, expm1),
  log: unary(13, log),
  log1p: large("log1p", 1, 35, log1p),
  log2: large("log2", 1, 36, log2),
  log10: large("log10", 1, 36, log10),
  sin: unary(17, sin),
  cos: unary(17, cos),
  tan: large("tan", 1, 35, tan),
  tanh: unary(21, tanh),
  sigmoid: unary(21, sigmoid),
  sechSquared: unary(24, sechSquared),
  softplus: large("softplus", 1, 78, softplus),
  relu: unary(1, arithmetic.relu),
  minimum: binary(2, (v, a, b) => v.min(a, b)),
  maximum: binary(2, (v, a, b) => v.max(a, b)),
  equal: binary(1, (v, a, b) => v.equal(a, b)),
  notEqual: binary(1, (v, a, b) => v.notEqual(a, b)),
  less: binary(1, (v, a, b) => v.less(a, b)),
  lessEqual: binary(1, (v, a, b) => v.lessEqual(a, b)),
  greater: binary(1, (v, a, b) => v.greater(a, b)),
  greaterEqual: binary(1, (v, a, b) => v.greaterEqual(a, b)),
  logicalAnd: binary(1, (v, a, b) => v.and(a, b)),
  logicalOr: binary(1, (v, a, b) => v.or(a, b)),
  logicalNot: unary(1, (v, x) => v.not(x)),
  where: ternary(2, (v, condition, a, b) => v.select(condition, a, b)),
};

/** The vector code of an operation, or nothing where it is not elementwise or has none. */
export function vectorCode(op: Op<never>): ElementwiseMath | undefined {
  const common: Readonly<Record<string, ElementwiseMath | undefined>> = vectorMath;
  return common[op.name] ?? op.elementwise?.vector;
}
