import type { Op } from "../../../ops/op.ts";
import type { FunctionReference, Local } from "../encoder.ts";
import * as arithmetic from "./arithmetic.ts";
import { erf, erfc } from "./error-function.ts";
import { exp, expm1, sigmoid } from "./exponential.ts";
import { cosh, sinh, tanh } from "./hyperbolic.ts";
import { acosh, asinh, atanh } from "./inverse-hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./inverse-trigonometric.ts";
import { log, log10, log1p, log2, softplus } from "./logarithm.ts";
import { cbrt, hypot, pow } from "./power.ts";
import { cos, sin, tan } from "./trigonometric.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

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
  | "cbrt"
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
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "hypot"
  | "erf"
  | "erfc"
  | "sigmoid"
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

/** Appends code that leaves the result for one vector of elements on the stack. */
export type VectorEmitter = (v: VectorFunction, ...args: Local[]) => void;

export interface ElementwiseMath {
  readonly arity: 1 | 2 | 3;
  /** Comparisons give masks (all ones or all zeros in a lane); logical operations and the condition take them. */
  readonly emit: VectorEmitter;
  /** Roughly, the time per f64 element relative to that of an addition from and to memory, as measured. */
  readonly cost: number;
}

type Build<Args extends Local[]> = (v: VectorFunction, ...args: Args) => Expression;

/** Temporary locals of `build` are recycled as soon as its result is on the stack. */
function elementwise<Args extends Local[]>(
  arity: 1 | 2 | 3,
  cost: number,
  build: Build<Args>,
): ElementwiseMath {
  const emit = (v: VectorFunction, ...args: Local[]): void => {
    if (args.length !== arity) throw new RangeError(`expected ${arity} operands: ${args.length}`);
    v.code.scope(() => v.push(build(v, ...(args as Args))));
  };
  return { arity, cost, emit };
}

const unary = (cost: number, build: Build<[Local]>): ElementwiseMath => elementwise(1, cost, build);
const binary = (cost: number, build: Build<[Local, Local]>): ElementwiseMath => elementwise(2, cost, build);
const ternary = (cost: number, build: Build<[Local, Local, Local]>): ElementwiseMath =>
  elementwise(3, cost, build);

/** A function whose code is kept once per module and called for every vector. */
function large(name: string, arity: 1 | 2, cost: number, build: Build<Local[]>): ElementwiseMath {
  const helper = (v: VectorFunction): FunctionReference =>
    v.helper(`vector ${name}`, arity, (w, ...args) => w.push(build(w, ...args)));
  return elementwise<Local[]>(arity, cost, (v, ...args) => v.value(v.call(helper(v), ...args)[0] as Local));
}

/** The vector code of every elementwise function. */
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
  cbrt: large("cbrt", 1, 35, cbrt),
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
  asin: large("asin", 1, 65, asin),
  acos: large("acos", 1, 68, acos),
  atan: large("atan", 1, 40, atan),
  atan2: large("atan2", 2, 65, atan2),
  sinh: large("sinh", 1, 40, sinh),
  cosh: large("cosh", 1, 36, cosh),
  tanh: unary(40, tanh),
  asinh: large("asinh", 1, 60, asinh),
  acosh: large("acosh", 1, 60, acosh),
  atanh: large("atanh", 1, 47, atanh),
  hypot: large("hypot", 2, 33, hypot),
  erf: large("erf", 1, 78, erf),
  erfc: large("erfc", 1, 98, erfc),
  sigmoid: unary(30, sigmoid),
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

/** The vector code of an elementwise operation, where it has some: from the table above or its own. */
export function vectorCode({ name, elementwise }: Op): ElementwiseMath | undefined {
  return (vectorMath as Partial<Record<string, ElementwiseMath>>)[name] ?? elementwise?.vector;
}
