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
    if (extent === undefined) throw new TypeError("a scalar tensor cannot be taken apart");
    for (let index = 0; index < extent; index++) yield this.slice(index);
  });
}

function isOperation(exported: unknown): exported is (...operands: unknown[]) => Tensor {
  return typeof exported === "function";
}

function define(name: string | symbol, value: unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}

install();
