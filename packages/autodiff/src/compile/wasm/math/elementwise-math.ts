import type { FunctionReference, Local } from "../encoder.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** Appends code that leaves the result for one vector of elements on the stack. */
export type VectorEmitter = (v: VectorFunction, ...args: Local[]) => void;

/** The vector code of an elementwise operation. */
export interface ElementwiseMath {
  readonly arity: 1 | 2 | 3;
  /** Comparisons give masks (all ones or all zeros in a lane); logical operations and the condition take them. */
  readonly emit: VectorEmitter;
  /** Roughly, the time per f64 element relative to that of an addition from and to memory, as measured. */
  readonly cost: number;
}

type Build<Args extends Local[]> = (v: VectorFunction, ...args: Args) => Expression;

/** Temporary locals of `build` are recycled as soon as its result is on the stack. */
/* @__NO_SIDE_EFFECTS__ */
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

/* @__NO_SIDE_EFFECTS__ */
export const unary = (cost: number, build: Build<[Local]>): ElementwiseMath => elementwise(1, cost, build);
/* @__NO_SIDE_EFFECTS__ */
export const binary = (cost: number, build: Build<[Local, Local]>): ElementwiseMath =>
  elementwise(2, cost, build);
/* @__NO_SIDE_EFFECTS__ */
export const ternary = (cost: number, build: Build<[Local, Local, Local]>): ElementwiseMath =>
  elementwise(3, cost, build);

/** A function whose code is kept once per module and called for every vector. */
/* @__NO_SIDE_EFFECTS__ */
export function large(name: string, arity: 1 | 2, cost: number, build: Build<Local[]>): ElementwiseMath {
  const helper = (v: VectorFunction): FunctionReference =>
    v.helper(`vector ${name}`, arity, (w, ...args) => w.push(build(w, ...args)));
  return elementwise<Local[]>(arity, cost, (v, ...args) => v.value(v.call(helper(v), ...args)[0] as Local));
}
