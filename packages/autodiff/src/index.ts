export {
  add,
  sub,
  mul,
  div,
  pow,
  neg,
  abs,
  sign,
  floor,
  ceil,
  round,
  sqrt,
  cbrt,
  square,
  hypot,
  maximum,
  minimum,
} from "./ops/arithmetic.ts";
export {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  logicalNot,
  where,
} from "./ops/compare.ts";
export {
  exp,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  atan2,
} from "./ops/elementary.ts";
export { erf, erfc, sigmoid, softplus, relu } from "./ops/special.ts";
export { cast } from "./ops/cast.ts";
export { stopGradient } from "./ops/stop-gradient.ts";
export { sum, mean, max, min, type ReduceOptions } from "./ops/reduce.ts";
export { reshape, broadcastTo, transpose, slice, concatenate, stack, type Range } from "./ops/shape.ts";
export { matmul, dot, solve } from "./ops/linalg.ts";
export { randomKey, splitKey, uniform, normal } from "./ops/random.ts";
export type { Unary, Binary, Ternary } from "./ops/define.ts";
export { tensor, type TensorOptions } from "./tensor/convert.ts";
export { zeros, ones, full, arange, linspace, eye } from "./tensor/create.ts";
export { Tensor, type LeafLike, type NestedArray, type TensorLike } from "./tensor/tensor.ts";
export type { DType, TypedArray } from "./tensor/dtype.ts";
export type { Shape } from "./tensor/shape.ts";
export {
  toArrays,
  treeLeaves,
  treeMap,
  treePaths,
  type Tree,
  type TreeLike,
  type MapTree,
} from "./tensor/tree.ts";
export { grad, valueAndGrad } from "./transform/grad.ts";
export { vjp } from "./transform/vjp.ts";
export { jvp } from "./transform/jvp.ts";
export { jacobian, hessian } from "./transform/jacobian.ts";
export { vmap, type VmapOptions } from "./transform/vmap.ts";
export { derivative, hvp } from "./transform/derivative.ts";
export { compile, type Compiled, type CompileOptions } from "./compile/compile.ts";
export { trace, type Tape, type TapeEntry } from "./transform/trace.ts";
export { checkGrad, type CheckOptions, type CheckReport } from "./transform/check.ts";
export {
  SteepestError,
  ShapeError,
  DTypeError,
  PlaceholderError,
  DifferentiationError,
  LinearAlgebraError,
  GradientCheckError,
} from "./errors.ts";
