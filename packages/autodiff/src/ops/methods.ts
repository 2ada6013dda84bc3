import { ShapeError, SteepestError } from "../errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import * as arithmetic from "./arithmetic.ts";
import * as castings from "./cast.ts";
import * as compare from "./compare.ts";
import * as elementary from "./elementary.ts";
import * as linalg from "./linalg.ts";
import * as reduce from "./reduce.ts";
import * as shape from "./shape.ts";
import * as special from "./special.ts";

/** What a module exports besides operations on one tensor: lists of primitives, operations on lists of tensors. */
type NotMethods = `${string}Ops` | "concatenate" | "stack";

/**
 * Every operation whose first parameter is a tensor, as a method: this is what makes `x.sin()` out of `sin(x)`.
 */
type MethodsOf<M> = {
  [K in keyof M as K extends NotMethods ? never : K]: M[K] extends (x: infer _, ...rest: infer R) => infer T
    ? (...rest: R) => T
    : never;
};

export interface TensorMethods
  extends
    MethodsOf<typeof arithmetic>,
    MethodsOf<typeof castings>,
    MethodsOf<typeof compare>,
    MethodsOf<typeof elementary>,
    MethodsOf<typeof linalg>,
    MethodsOf<typeof reduce>,
    MethodsOf<typeof shape>,
    MethodsOf<typeof special> {
  /** The parts along the first axis, so that `const [x, y] = point` takes a vector apart. */
  [Symbol.iterator](): Iterator<Tensor>;
}

const notMethods = new Set<unknown>([shape.concatenate, shape.stack]);

function install(): void {
  for (const module of [arithmetic, castings, compare, elementary, linalg, reduce, shape, special])
    for (const [name, operation] of Object.entries<unknown>({ ...module }))
      if (isOperation(operation) && !notMethods.has(operation))
        define(name, function (this: Tensor, ...rest: unknown[]) {
          return operation(this, ...rest);
        });
  define(Symbol.for("nodejs.util.inspect.custom"), Tensor.prototype.inspect);
  define(Symbol.iterator, function* (this: Tensor) {
    const [extent] = this.shape;
    if (extent === undefined)
      throw new ShapeError("a scalar tensor cannot be taken apart; use it as it is: shape []");
    for (let index = 0; index < extent; index++) yield this.slice(index);
  });
}

/** Attempts to read or change elements in place, as one would with an array, are answered with what to do instead. */
function refuseBrackets(): void {
  const refuse = (name: string, place: string, get: () => unknown): void => {
    const set = (): never => {
      throw new SteepestError(`tensors are immutable; make a new one, with where or reshape, say: x${place}`);
    };
    Object.defineProperty(Tensor.prototype, name, { get, set, configurable: true });
  };
  for (const name of ["data", "shape"] as const) {
    const { get } = Object.getOwnPropertyDescriptor(Tensor.prototype, name) as { get: () => unknown };
    refuse(name, `.${name}`, get);
  }
  for (let index = 0; index < 16; index++)
    refuse(`${index}`, `[${index}]`, () => {
      throw new SteepestError(`tensors take no brackets; use slice(x, ${index}): x[${index}]`);
    });
}

function isOperation(exported: unknown): exported is (...operands: unknown[]) => Tensor {
  return typeof exported === "function";
}

function define(name: string | symbol, value: unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}

install();
refuseBrackets();
