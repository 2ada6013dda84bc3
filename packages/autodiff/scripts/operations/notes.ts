import type { ElementwiseName } from "../../src/ops/elementwise.ts";

/**
 * What the op table cannot say about an operation, kept out of the library so that nobody downloads it. An operation
 * without a note gets a row, too: with the interval where its tests differentiate it, or with what its linearity says.
 */

/** Where an operation has a finite value, apart from overflow. */
export interface Domain {
  readonly latex: string;
  /** The same in code, for the tests. */
  holds(x: number, y: number): boolean;
}

const everywhere: Domain = { latex: "\\mathbb{R}", holds: () => true };

export const domains: Partial<Record<ElementwiseName, Domain>> = {
  add: everywhere,
  sub: everywhere,
  mul: everywhere,
  neg: everywhere,
  abs: everywhere,
  sign: everywhere,
  floor: everywhere,
  ceil: everywhere,
  round: everywhere,
  cbrt: everywhere,
  square: everywhere,
  hypot: everywhere,
  maximum: everywhere,
  minimum: everywhere,
  equal: everywhere,
  notEqual: everywhere,
  less: everywhere,
  lessEqual: everywhere,
  greater: everywhere,
  greaterEqual: everywhere,
  logicalAnd: everywhere,
  logicalOr: everywhere,
  logicalNot: everywhere,
  where: everywhere,
  exp: everywhere,
  expm1: everywhere,
  sin: everywhere,
  cos: everywhere,
  atan: everywhere,
  sinh: everywhere,
  cosh: everywhere,
  tanh: everywhere,
  asinh: everywhere,
  atan2: everywhere,
  erf: everywhere,
  erfc: everywhere,
  sigmoid: everywhere,
  softplus: everywhere,
  relu: everywhere,
  div: { latex: "y \\ne 0", holds: (_, y) => y !== 0 },
  pow: {
    latex: "x > 0,\\text{ or } x = 0 \\le y,\\text{ or } x < 0 \\text{ and } y \\in \\mathbb{Z}",
    holds: (x, y) => x > 0 || (x === 0 && y >= 0) || (x < 0 && Number.isInteger(y)),
  },
  sqrt: { latex: "x \\ge 0", holds: (x) => x >= 0 },
  log: { latex: "x > 0", holds: (x) => x > 0 },
  log1p: { latex: "x > -1", holds: (x) => x > -1 },
  log2: { latex: "x > 0", holds: (x) => x > 0 },
  log10: { latex: "x > 0", holds: (x) => x > 0 },
  // No number in f64 is a pole.
  tan: { latex: "x \\ne \\frac{\\pi}{2} + k \\pi", holds: () => true },
  asin: { latex: "-1 \\le x \\le 1", holds: (x) => Math.abs(x) <= 1 },
  acos: { latex: "-1 \\le x \\le 1", holds: (x) => Math.abs(x) <= 1 },
  acosh: { latex: "x \\ge 1", holds: (x) => x >= 1 },
  atanh: { latex: "-1 < x < 1", holds: (x) => Math.abs(x) < 1 },
};

/** Other names for the inputs than x, y, z. */
export const inputNames: Partial<Record<ElementwiseName, readonly string[]>> = {
  atan2: ["y", "x"],
  where: ["c", "x", "y"],
};

/** An operation that does not act on each element alone. */
export interface Note {
  /** How it is called, or what it is for if only derivatives use it. */
  readonly signature: string;
  /** Names for the inputs that stand in the operation's LaTeX; x, y, … by default. */
  readonly inputs?: readonly string[];
  /** The tangent of the result from the tangents of the inputs, in LaTeX. */
  readonly forward: string;
  /** The adjoints of the inputs from that of the result, in LaTeX. */
  readonly reverse: string;
}

export const notes: Readonly<Record<string, Note>> = {
  cast: {
    signature: "`cast(x, dtype)`",
    forward: "\\dot y = \\operatorname{cast}(\\dot x)",
    reverse: "\\bar x = \\operatorname{cast}(\\bar y)",
  },
  stopGradient: { signature: "`stopGradient(x)`", forward: "\\dot y = 0", reverse: "\\bar x = 0" },
  reshape: {
    signature: "`reshape(x, shape)`",
    forward: "\\dot y = \\operatorname{reshape}(\\dot x)",
    reverse: "\\bar x = \\operatorname{reshape}(\\bar y)",
  },
  broadcastTo: {
    signature: "`broadcastTo(x, shape)`",
    forward: "\\dot y = \\dot x,\\text{ repeated}",
    reverse: "\\bar x = \\sum \\bar y\\text{ over the repeated axes}",
  },
  transpose: {
    signature: "`transpose(x, permutation)`",
    inputs: ["X"],
    forward: "\\dot Y = \\dot X^{\\mathsf T}",
    reverse: "\\bar X = \\bar Y^{\\mathsf T}",
  },
  slice: {
    signature: "`slice(x, ...ranges)`",
    forward: "\\dot y = \\operatorname{slice}(\\dot x)",
    reverse: "\\bar x = \\operatorname{embed}(\\bar y)",
  },
  embed: {
    signature: "`embed`: a slice put back among zeros",
    forward: "\\dot y = \\operatorname{embed}(\\dot x)",
    reverse: "\\bar x = \\operatorname{slice}(\\bar y)",
  },
  concatenate: {
    signature: "`concatenate([x, y, …], axis)`",
    forward: "\\dot z = \\operatorname{concatenate}(\\dot x, \\dot y)",
    reverse: "\\bar x, \\bar y = \\text{the parts of }\\bar z",
  },
  stack: {
    signature: "`stack([x, y, …], axis)`",
    forward: "\\dot z = [\\dot x, \\dot y]",
    reverse: "\\bar x, \\bar y = \\text{the parts of }\\bar z",
  },
  sum: {
    signature: "`sum(x, { axis })`",
    forward: "\\dot y = \\sum \\dot x",
    reverse: "\\bar x_i = \\bar y",
  },
  max: {
    signature: "`max(x, { axis })`",
    forward: "\\dot y = \\frac{1}{k} \\sum_{x_i = y} \\dot x_i,\\; k = \\#\\lbrace i : x_i = y\\rbrace",
    reverse: "\\bar x_i = \\frac{\\bar y}{k}\\text{ if }x_i = y,\\text{ else }0",
  },
  min: {
    signature: "`min(x, { axis })`",
    forward: "\\dot y = \\frac{1}{k} \\sum_{x_i = y} \\dot x_i,\\; k = \\#\\lbrace i : x_i = y\\rbrace",
    reverse: "\\bar x_i = \\frac{\\bar y}{k}\\text{ if }x_i = y,\\text{ else }0",
  },
  matmul: {
    signature: "`matmul(A, B)`",
    inputs: ["A", "B"],
    forward: "\\dot C = \\dot A B + A \\dot B",
    reverse: "\\bar A = \\bar C B^{\\mathsf T},\\; \\bar B = A^{\\mathsf T} \\bar C",
  },
  solve: {
    signature: "`solve(A, B)`",
    inputs: ["A", "B"],
    forward: "A \\dot X = \\dot B - \\dot A X",
    reverse: "A^{\\mathsf T} \\bar B = \\bar X,\\; \\bar A = -\\bar B X^{\\mathsf T}",
  },
  conv2d: {
    signature: "`conv2d(x, w, { stride, padding, dilation, groups })`",
    inputs: ["x", "w"],
    forward: "\\dot y = \\dot x \\star w + x \\star \\dot w",
    reverse:
      "\\bar x = \\operatorname{conv2dInput}(w, \\bar y),\\; \\bar w = \\operatorname{conv2dWeights}(x, \\bar y)",
  },
  conv2dInput: {
    signature: "`conv2dInput`: the adjoint of a convolution's input from w and ȳ",
    inputs: ["w", "y"],
    forward: "\\dot a = \\operatorname{conv2dInput}(\\dot w, y) + \\operatorname{conv2dInput}(w, \\dot y)",
    reverse: "\\bar w = \\operatorname{conv2dWeights}(\\bar a, y),\\; \\bar y = \\bar a \\star w",
  },
  conv2dWeights: {
    signature: "`conv2dWeights`: the adjoint of a convolution's weights from x and ȳ",
    forward:
      "\\dot a = \\operatorname{conv2dWeights}(\\dot x, y) + \\operatorname{conv2dWeights}(x, \\dot y)",
    reverse: "\\bar x = \\operatorname{conv2dInput}(\\bar a, y),\\; \\bar y = x \\star \\bar a",
  },
  windows: {
    signature: "`windows`: an image as its windows, zeros in the padding",
    forward: "\\dot y = \\operatorname{windows}(\\dot x)",
    reverse: "\\bar x = \\operatorname{overlapAdd}(\\bar y)",
  },
  overlapAdd: {
    signature: "`overlapAdd`: windows added up in their places",
    forward: "\\dot y = \\operatorname{overlapAdd}(\\dot x)",
    reverse: "\\bar x = \\operatorname{windows}(\\bar y)",
  },
  maxPool: {
    signature: "`maxPool(x, size, { stride, padding })`",
    forward: "\\text{as }\\max\\text{, window by window}",
    reverse: "\\text{as }\\max\\text{, added up where windows overlap}",
  },
};
