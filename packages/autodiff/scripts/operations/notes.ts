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

const noPole: Domain = {
  latex: "x \\notin \\lbrace 0, -1, -2, \\dots\\rbrace",
  holds: (x) => x > 0 || !Number.isInteger(x),
};

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
  besselJ0: everywhere,
  besselJ1: everywhere,
  normalCdf: everywhere,
  logNormalCdf: everywhere,
  gamma: noPole,
  lgamma: noPole,
  digamma: noPole,
  normalQuantile: { latex: "0 < x < 1", holds: (x) => x > 0 && x < 1 },
  erfInverse: { latex: "-1 < x < 1", holds: (x) => x > -1 && x < 1 },
  erfcInverse: { latex: "0 < x < 2", holds: (x) => x > 0 && x < 2 },
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
  polygamma: ["n", "x"],
  besselJ: ["n", "x"],
  faddeevaRealDerivative: ["n", "x", "y"],
  faddeevaImaginaryDerivative: ["n", "x", "y"],
  voigt: ["x", "s", "g"],
  voigtDerivative: ["n", "x", "s", "g"],
  voigtDispersionDerivative: ["n", "x", "s", "g"],
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
  maxPool: {
    signature: "`maxPool(x, size, { stride, padding })`",
    forward: "\\dot y = \\operatorname{meanAtMaximum}(\\dot x, x, y)",
    reverse: "\\bar x = \\operatorname{shareAtMaximum}(\\bar y, x, y)",
  },
  meanAtMaximum: {
    signature: "`meanAtMaximum`: the mean of a where x is its window's maximum y",
    inputs: ["a", "x", "y"],
    forward: "\\dot b = \\operatorname{meanAtMaximum}(\\dot a, x, y)",
    reverse: "\\bar a = \\operatorname{shareAtMaximum}(\\bar b, x, y)",
  },
  shareAtMaximum: {
    signature: "`shareAtMaximum`: a in equal shares where x is its window's maximum y",
    inputs: ["a", "x", "y"],
    forward: "\\dot b = \\operatorname{shareAtMaximum}(\\dot a, x, y)",
    reverse: "\\bar a = \\operatorname{meanAtMaximum}(\\bar b, x, y)",
  },
  cumsum: {
    signature: "`cumsum(x, axis)`",
    forward: "\\dot y = \\operatorname{cumsum}(\\dot x)",
    reverse: "\\bar x_i = \\sum_{k \\ge i} \\bar y_k",
  },
  argmax: { signature: "`argmax(x, axis)`", forward: "\\dot y = 0", reverse: "\\bar x = 0" },
  argmin: { signature: "`argmin(x, axis)`", forward: "\\dot y = 0", reverse: "\\bar x = 0" },
  argsort: { signature: "`argsort(x, axis)`", forward: "\\dot y = 0", reverse: "\\bar x = 0" },
  logsumexp: {
    signature: "`logsumexp(x, { axis })`",
    forward: "\\dot y = \\sum_i e^{x_i - y} \\dot x_i",
    reverse: "\\bar x_i = \\bar y\\, e^{x_i - y}",
  },
  softmax: {
    signature: "`softmax(x, axis)`",
    forward: "\\dot y_i = y_i \\left(\\dot x_i - \\sum_k y_k \\dot x_k\\right)",
    reverse: "\\bar x_i = y_i \\left(\\bar y_i - \\sum_k y_k \\bar y_k\\right)",
  },
  logSoftmax: {
    signature: "`logSoftmax(x, axis)`",
    forward: "\\dot y_i = \\dot x_i - \\sum_k e^{y_k} \\dot x_k",
    reverse: "\\bar x_i = \\bar y_i - e^{y_i} \\sum_k \\bar y_k",
  },
  take: {
    signature: "`take(x, i, axis)`",
    inputs: ["x", "i"],
    forward: "\\dot y = \\dot x_{i}",
    reverse: "\\bar x = \\operatorname{scatter}_{i}(\\bar y)",
  },
  scatter: {
    signature: "`scatter`: elements added up where indices say",
    inputs: ["x", "i"],
    forward: "\\dot y = \\operatorname{scatter}_{i}(\\dot x)",
    reverse: "\\bar x = \\bar y_{i}",
  },
  flip: {
    signature: "`flip(x, axis)`",
    forward: "\\dot y = \\operatorname{flip}(\\dot x)",
    reverse: "\\bar x = \\operatorname{flip}(\\bar y)",
  },
  solveLower: {
    signature: "`solveLower`: `triangularSolve(L, B)`",
    inputs: ["L", "B"],
    forward: "L \\dot X = \\dot B - \\operatorname{tril}(\\dot L) X",
    reverse: "L^{\\mathsf T} \\bar B = \\bar X,\\; \\bar L = -\\operatorname{tril}(\\bar B X^{\\mathsf T})",
  },
  solveUpper: {
    signature: "`solveUpper`: `triangularSolve(U, B, { lower: false })`",
    inputs: ["U", "B"],
    forward: "U \\dot X = \\dot B - \\operatorname{triu}(\\dot U) X",
    reverse: "U^{\\mathsf T} \\bar B = \\bar X,\\; \\bar U = -\\operatorname{triu}(\\bar B X^{\\mathsf T})",
  },
  cholesky: {
    signature: "`cholesky(A)`: L with A = L Lᵀ",
    inputs: ["A"],
    forward:
      "\\dot L = L\\, \\Phi(L^{-1} \\dot A L^{-\\mathsf T}),\\; \\Phi = \\text{lower triangle, diagonal halved}",
    reverse:
      "\\bar A = \\operatorname{sym}\\left(L^{-\\mathsf T} \\Phi(L^{\\mathsf T} \\bar L) L^{-1}\\right)",
  },
  qr: {
    signature: "`qr(A)`: { q, r } with A = Q R",
    inputs: ["A"],
    forward:
      "C = \\dot A R^{-1},\\; M = Q^{\\mathsf T} C,\\; U = \\operatorname{triu}(M) + \\operatorname{stril}(M)^{\\mathsf T}:\\; \\dot R = U R,\\; \\dot Q = C - Q U",
    reverse:
      "G = \\bar R R^{\\mathsf T} - Q^{\\mathsf T} \\bar Q:\\; \\bar A = \\left(\\bar Q + Q\\, (\\operatorname{triu}(G) + \\operatorname{striu}(G)^{\\mathsf T})\\right) R^{-\\mathsf T}",
  },
  lstsq: {
    signature: "`lstsq(A, B)`: the X that makes ‖A X − B‖ least",
    inputs: ["A", "B"],
    forward: "\\dot X = A^{+}(\\dot B - \\dot A X) + (A^{\\mathsf T} A)^{-1} \\dot A^{\\mathsf T} (B - A X)",
    reverse:
      "\\bar B = (A^{+})^{\\mathsf T} \\bar X,\\; \\bar A = -\\bar B X^{\\mathsf T} + (B - A X) \\bar X^{\\mathsf T} (A^{\\mathsf T} A)^{-1}",
  },
  determinant: {
    signature: "`determinant(A)`",
    inputs: ["A"],
    forward: "\\dot d = \\operatorname{tr}(\\operatorname{adj}(A) \\dot A)",
    reverse: "\\bar A = \\bar d \\operatorname{adj}(A)^{\\mathsf T}\\text{, at singular matrices, too}",
  },
  cofactors: {
    signature: "`cofactors`: the derivative of a determinant, and derivatives of that",
    inputs: ["A"],
    forward: "\\text{minors of minors}",
    reverse: "\\text{minors of minors}",
  },
  logDeterminant: {
    signature: "`logDeterminant(A)`: { sign, logAbs }",
    inputs: ["A"],
    forward: "\\dot y = \\operatorname{tr}(A^{-1} \\dot A)",
    reverse: "\\bar A = \\bar y A^{-\\mathsf T}",
  },
  eigh: {
    signature: "`eigh(A)`: { values, vectors } of a symmetric matrix",
    inputs: ["A"],
    forward:
      "\\dot\\lambda_i = v_i^{\\mathsf T} \\dot A v_i,\\; \\dot V = V (F \\circ V^{\\mathsf T} \\dot A V),\\; F_{ij} = \\frac{1}{\\lambda_j - \\lambda_i}\\text{, 0 between equal values}",
    reverse:
      "\\bar A = V (\\operatorname{diag}\\bar\\lambda + F \\circ V^{\\mathsf T} \\bar V) V^{\\mathsf T}",
  },
  svd: {
    signature: "`svd(A)`: { u, s, vt } with A = U S Vᵀ",
    inputs: ["A"],
    forward:
      "P = U^{\\mathsf T} \\dot A V:\\; \\dot s = \\operatorname{diag} P,\\; \\dot U = U (E_- \\circ \\operatorname{sym} P + E_+ \\circ \\operatorname{skew} P) + (1 - U U^{\\mathsf T}) \\dot A V S^{-1}\\text{, likewise }\\dot V",
    reverse:
      "\\bar A = U \\left(\\operatorname{diag} \\bar s + \\operatorname{sym}(E_- \\circ (G_u + G_v)) + \\operatorname{skew}(E_+ \\circ (G_u - G_v))\\right) V^{\\mathsf T} + \\dots,\\; G_u = U^{\\mathsf T} \\bar U,\\; G_v = V^{\\mathsf T} \\bar V",
  },
  norm: {
    signature: "`norm(x, { order, axis })`",
    forward:
      "\\dot y = \\sum_i \\operatorname{sign}(x_i) \\left(\\frac{|x_i|}{y}\\right)^{p-1} \\dot x_i\\text{, and 0 at }x = 0",
    reverse:
      "\\bar x_i = \\bar y \\operatorname{sign}(x_i) \\left(\\frac{|x_i|}{y}\\right)^{p-1}\\text{, and 0 at }x = 0",
  },
  expm: {
    signature: "`expm(A)`: the exponential of a matrix",
    inputs: ["A"],
    forward: "\\exp\\begin{pmatrix} A & \\dot A \\\\ 0 & A \\end{pmatrix}\\text{, upper right block}",
    reverse:
      "\\exp\\begin{pmatrix} A^{\\mathsf T} & \\bar Y \\\\ 0 & A^{\\mathsf T} \\end{pmatrix}\\text{, upper right block}",
  },
  customDerivative: {
    signature: "`customDerivative(f, { forward, reverse })`",
    forward: "\\text{its own rule, or that of the other mode, transposed}",
    reverse: "\\text{its own rule, or that of the other mode, transposed}",
  },
  checkpoint: {
    signature: "`checkpoint(f)`",
    forward: "\\text{that of }f\\text{, which runs again}",
    reverse: "\\text{that of }f\\text{, which runs again}",
  },
  cond: {
    signature: "`cond(p, f, g, ...args)`",
    forward: "\\text{that of the function that is chosen}",
    reverse: "\\text{that of the function that is chosen}",
  },
  scan: {
    signature: "`scan(step, initial, xs)`, `fori(start, end, body, initial)`",
    forward: "\\text{one loop that carries tangents beside the values}",
    reverse: "\\text{one loop that keeps the carries, and one that walks back}",
  },
  whileLoop: {
    signature: "`whileLoop(condition, body, initial)`",
    forward: "\\text{one loop that carries tangents beside the values}",
    reverse: "\\text{with known values only: the steps that were taken, back}",
  },
  sechSquared: {
    signature: "`sechSquared`: the slope of tanh",
    forward: "\\dot y = -2 \\tanh(x)\\, y\\, \\dot x",
    reverse: "\\bar x = -2 \\tanh(x)\\, y\\, \\bar y",
  },
  uniform: {
    signature: "`uniform(key, shape, { low, high })`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  normal: {
    signature: "`normal(key, shape)`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  exponential: {
    signature: "`exponential(key, shape)`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  randomInteger: {
    signature: "`randomInteger(key, low, high, shape)`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  permutation: {
    signature: "`permutation(key, n)`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  splitKey: {
    signature: "`splitKey(key, count)`",
    inputs: ["k"],
    forward: "\\dot y = 0",
    reverse: "\\bar k = 0",
  },
  foldIn: { signature: "`foldIn(key, data)`", inputs: ["k"], forward: "\\dot y = 0", reverse: "\\bar k = 0" },
};
