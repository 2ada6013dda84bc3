import type { Local } from "../encoder.ts";
import * as arithmetic from "./arithmetic.ts";
import { exp, sigmoid } from "./exponential.ts";
import { tanh } from "./hyperbolic.ts";
import { log } from "./logarithm.ts";
import { cos, sin } from "./trigonometric.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

export { powInteger } from "./arithmetic.ts";
export { emitSinCos } from "./trigonometric.ts";
export { VectorFunction } from "./vector-function.ts";

export type ElementwiseName =
  | "add"
  | "sub"
  | "mul"
  | "div"
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
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
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
  /** Roughly, the price relative to an addition. */
  readonly cost: number;
}

type Build<Args extends Local[]> = (v: VectorFunction, ...args: Args) => Expression;

/** Temporary locals of `build` are recycled as soon as its result is on the stack. */
function elementwise<Args extends Local[]>(
  arity: Args["length"] & (1 | 2 | 3),
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

/** The vector code of every elementwise function. */
export const vectorMath: Readonly<Record<ElementwiseName, ElementwiseMath>> = {
  add: binary(1, (v, a, b) => v.add(a, b)),
  sub: binary(1, (v, a, b) => v.sub(a, b)),
  mul: binary(1, (v, a, b) => v.mul(a, b)),
  div: binary(5, (v, a, b) => v.div(a, b)),
  neg: unary(1, (v, x) => v.neg(x)),
  abs: unary(1, (v, x) => v.abs(x)),
  sign: unary(6, arithmetic.sign),
  floor: unary(2, (v, x) => v.floor(x)),
  ceil: unary(2, (v, x) => v.ceil(x)),
  round: unary(2, (v, x) => v.nearest(x)),
  sqrt: unary(6, (v, x) => v.sqrt(x)),
  square: unary(1, arithmetic.square),
  exp: unary(25, exp),
  log: unary(30, log),
  sin: unary(40, sin),
  cos: unary(40, cos),
  tanh: unary(60, tanh),
  sigmoid: unary(55, sigmoid),
  relu: unary(1, arithmetic.relu),
  minimum: binary(4, (v, a, b) => v.min(a, b)),
  maximum: binary(4, (v, a, b) => v.max(a, b)),
  equal: binary(1, (v, a, b) => v.equal(a, b)),
  notEqual: binary(1, (v, a, b) => v.notEqual(a, b)),
  less: binary(1, (v, a, b) => v.less(a, b)),
  lessEqual: binary(1, (v, a, b) => v.lessEqual(a, b)),
  greater: binary(1, (v, a, b) => v.greater(a, b)),
  greaterEqual: binary(1, (v, a, b) => v.greaterEqual(a, b)),
  logicalAnd: binary(1, (v, a, b) => v.and(a, b)),
  logicalOr: binary(1, (v, a, b) => v.or(a, b)),
  logicalNot: unary(1, (v, x) => v.not(x)),
  where: ternary(3, (v, condition, a, b) => v.select(condition, a, b)),
};
