// Whatever is imported from here, tensors have their methods: bundlers keep this line and drop the exports not used.
import "./ops/methods.ts";

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
  square,
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
export { exp, log, log1p, sin, cos, tan, tanh } from "./ops/elementary.ts";
export { expm1, log2, log10, softplus } from "./ops/exponentials.ts";
export { asin, acos, atan, atan2 } from "./ops/inverse-trigonometric.ts";
export { sinh, cosh } from "./ops/hyperbolic.ts";
export { asinh, acosh, atanh } from "./ops/inverse-hyperbolic.ts";
export { cbrt, hypot } from "./ops/roots.ts";
export { sigmoid, relu } from "./ops/special.ts";
export { erf, erfc } from "./ops/error-function.ts";
export { gamma, lgamma, digamma, polygamma, beta, logBeta } from "./ops/gamma.ts";
export { besselJ, besselJ0, besselJ1 } from "./ops/bessel.ts";
export {
  faddeevaReal,
  faddeevaImaginary,
  faddeevaRealDerivative,
  faddeevaImaginaryDerivative,
} from "./ops/faddeeva.ts";
export { voigt, voigtDerivative, voigtDispersionDerivative } from "./ops/voigt.ts";
export { normalCdf, logNormalCdf, normalQuantile, erfInverse, erfcInverse } from "./ops/normal.ts";
export { cast } from "./ops/cast.ts";
export { stopGradient } from "./ops/stop-gradient.ts";
export { sum, mean, max, min, type ReduceOptions } from "./ops/reduce.ts";
export { prod } from "./ops/product.ts";
export { cumsum, cumprod, type CumulativeOptions } from "./ops/cumulative.ts";
export { variance, standardDeviation, type VarianceOptions } from "./ops/statistics.ts";
export { argmax, argmin, type ArgOptions } from "./ops/extremes.ts";
export { any, all } from "./ops/quantifiers.ts";
export { logsumexp, softmax, logSoftmax, type SoftmaxOptions } from "./ops/softmax.ts";
export { gelu, silu, leakyRelu, elu, type GeluOptions } from "./ops/activation.ts";
export { reshape, broadcastTo, transpose, slice, concatenate, stack, type Range } from "./ops/shape.ts";
export { moveAxis, expandDims, squeeze } from "./ops/axis-order.ts";
export { flip, tile, repeat, split, pad, meshgrid, type PadWidths } from "./ops/rearrange.ts";
export { take, scatterAdd, takeAlongAxis, scatterAddAlongAxis, oneHot } from "./ops/indexing.ts";
export { sort, argsort, type SortOptions } from "./ops/sort.ts";
export {
  diagonal,
  diagonalMatrix,
  lowerTriangle,
  upperTriangle,
  outer,
  type DiagonalOptions,
} from "./ops/diagonal.ts";
export { einsum } from "./ops/einsum.ts";
export { matmul, dot } from "./ops/linalg.ts";
export { solve } from "./ops/solve.ts";
export { triangularSolve, type TriangularOptions } from "./ops/triangular.ts";
export { cholesky } from "./ops/cholesky.ts";
export { qr, type QR } from "./ops/qr.ts";
export { lstsq } from "./ops/lstsq.ts";
export { inverse, matrixTrace } from "./ops/inverse.ts";
export { determinant, logDeterminant, type LogDeterminant } from "./ops/determinant.ts";
export { eigh, type Eigenpairs } from "./ops/eigh.ts";
export { svd, conditionNumber, type SVD } from "./ops/svd.ts";
export { norm, type NormOptions } from "./ops/norm.ts";
export { expm, matrixPower } from "./ops/matrix-functions.ts";
export { conv2d, type Conv2dOptions } from "./ops/conv.ts";
export { maxPool, avgPool, type PoolOptions } from "./ops/pool.ts";
export type { Padding, PerAxis } from "./ops/window.ts";
export {
  randomKey,
  splitKey,
  foldIn,
  uniform,
  normal,
  exponential,
  bernoulli,
  randomInteger,
  permutation,
  type UniformOptions,
} from "./ops/random.ts";
export type { Unary, Binary, Ternary, Quaternary } from "./ops/define.ts";
export { tensor, type TensorOptions } from "./tensor/convert.ts";
export { zeros, ones, full, arange, linspace, eye } from "./tensor/create.ts";
export {
  Tensor,
  type LeafLike,
  type NestedArray,
  type NestedTensors,
  type TensorLike,
} from "./tensor/tensor.ts";
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
export { vjp, type CotangentOf } from "./transform/vjp.ts";
export { jvp } from "./transform/jvp.ts";
export { linearize } from "./transform/linearize.ts";
export { taylor } from "./transform/taylor.ts";
export { jacobian, hessian } from "./transform/jacobian.ts";
export { hessianDiagonal } from "./transform/hessian-diagonal.ts";
export { scan, type ScanOptions } from "./control/scan.ts";
export { cond } from "./control/cond.ts";
export { whileLoop, fori } from "./control/while-loop.ts";
export { customDerivative, type CustomRule } from "./control/custom-derivative.ts";
export { checkpoint } from "./control/checkpoint.ts";
export { implicit } from "./control/implicit.ts";
export { vmap, type VmapOptions } from "./transform/vmap.ts";
export { derivative, hvp } from "./transform/derivative.ts";
export { compile, type Compiled, type CompileOptions, type InPlaceCall } from "./compile/compile.ts";
export { workerPool } from "./compile/threads/pool.ts";
export type { ThreadPool } from "./compile/threads/threads.ts";
export { compileStep, type CompiledStep, type InPlaceStep, type NextState } from "./compile/step.ts";
export { trace, type Tape, type TapeData, type TapeEntry, type TapeEntryData } from "./transform/trace.ts";
export { graphOf, type FunctionGraph, type GraphData, type GraphOptions } from "./transform/graph-of.ts";
export type { ConstantData, GraphStep, GraphStepData } from "./print/steps.ts";
export type { PlainData, PlainValue } from "./print/values.ts";
export { checkGrad, type CheckOptions, type CheckReport } from "./transform/check.ts";
export {
  SteepestError,
  ShapeError,
  DTypeError,
  PlaceholderError,
  MemoryError,
  DifferentiationError,
  LinearAlgebraError,
  GradientCheckError,
  WorkerError,
} from "./errors.ts";
