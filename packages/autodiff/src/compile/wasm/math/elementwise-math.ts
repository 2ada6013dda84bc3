import type { Local } from "../encoder.ts";
import type { Expression, VectorFunction } from "./vector-function.ts";

/** Appends code that leaves the result for one vector of elements on the stack. */
export type VectorEmitter = (v: VectorFunction, ...args: Local[]) => void;

/** The vector code of an elementwise operation. */
export interface ElementwiseMath {
  /** Comparisons give masks (all ones or all zeros in a lane); logical operations and the condition take them. */
  readonly emit: VectorEmitter;
  /** Roughly, the time per f64 element relative to that of an addition from and to memory, as measured. */
  readonly cost: number;
}

/** Takes as many operands as the operation has. */
type Build = (v: VectorFunction, ...args: Local[]) => Expression;

/** Temporary locals of `build` are recycled as soon as its result is on the stack. */
/* @__NO_SIDE_EFFECTS__ */
export function inline(cost: number, build: Build): ElementwiseMath {
  return { cost, emit: (v, ...args) => v.code.scope(() => v.push(build(v, ...args))) };
}

/** How many there are: their numbers tell them apart in a module. */
let largeFunctions = 0;

/** A function whose code is kept once per module and called for every vector. */
/* @__NO_SIDE_EFFECTS__ */
export function large(cost: number, build: Build): ElementwiseMath {
  const name = `large ${largeFunctions++}`;
  return inline(cost, (v, ...args) => {
    const helper = v.helper(name, args.length, (w, ...own) => w.push(build(w, ...own)));
    return v.value(v.call(helper, ...args)[0] as Local);
  });
}
