/**
 * First and second derivatives in closed form, in plain numbers (Abramowitz & Stegun chapters 4 and 7; DLMF): of one
 * argument [f', f''], of two [fx, fy, fxx, fxy, fyy].
 */
export const slopes: Readonly<Record<string, (x: number, y: number) => readonly number[]>> = {
  add: () => [1, 1, 0, 0, 0],
  sub: () => [1, -1, 0, 0, 0],
  mul: (x, y) => [y, x, 0, 1, 0],
  div: (x, y) => [1 / y, -x / y ** 2, 0, -1 / y ** 2, (2 * x) / y ** 3],
  pow: (x, y) => [
    y * x ** (y - 1),
    x ** y * Math.log(x),
    y * (y - 1) * x ** (y - 2),
    x ** (y - 1) * (1 + y * Math.log(x)),
    x ** y * Math.log(x) ** 2,
  ],
  neg: () => [-1, 0],
  abs: (x) => [Math.sign(x), 0],
  sqrt: (x) => [0.5 / Math.sqrt(x), -0.25 * x ** -1.5],
  cbrt: (x) => [Math.cbrt(x) / (3 * x), (-2 * Math.cbrt(x)) / (9 * x * x)],
  square: (x) => [2 * x, 2],
  hypot: (x, y) => {
    const r = Math.hypot(x, y);
    return [x / r, y / r, y ** 2 / r ** 3, (-x * y) / r ** 3, x ** 2 / r ** 3];
  },
  maximum: (x, y) => (x > y ? [1, 0, 0, 0, 0] : [0, 1, 0, 0, 0]),
  minimum: (x, y) => (x < y ? [1, 0, 0, 0, 0] : [0, 1, 0, 0, 0]),
  exp: (x) => [Math.exp(x), Math.exp(x)],
  expm1: (x) => [Math.exp(x), Math.exp(x)],
  log: (x) => [1 / x, -1 / x ** 2],
  log1p: (x) => [1 / (1 + x), -1 / (1 + x) ** 2],
  log2: (x) => [1 / (x * Math.LN2), -1 / (x ** 2 * Math.LN2)],
  log10: (x) => [1 / (x * Math.LN10), -1 / (x ** 2 * Math.LN10)],
  sin: (x) => [Math.cos(x), -Math.sin(x)],
  cos: (x) => [-Math.sin(x), -Math.cos(x)],
  tan: (x) => [1 / Math.cos(x) ** 2, (2 * Math.sin(x)) / Math.cos(x) ** 3],
  asin: (x) => [1 / Math.sqrt(1 - x * x), x / (1 - x * x) ** 1.5],
  acos: (x) => [-1 / Math.sqrt(1 - x * x), -x / (1 - x * x) ** 1.5],
  atan: (x) => [1 / (1 + x * x), (-2 * x) / (1 + x * x) ** 2],
  sinh: (x) => [Math.cosh(x), Math.sinh(x)],
  cosh: (x) => [Math.sinh(x), Math.cosh(x)],
  tanh: (x) => [1 / Math.cosh(x) ** 2, (-2 * Math.sinh(x)) / Math.cosh(x) ** 3],
  asinh: (x) => [1 / Math.sqrt(x * x + 1), -x / (x * x + 1) ** 1.5],
  acosh: (x) => [1 / Math.sqrt(x * x - 1), -x / (x * x - 1) ** 1.5],
  atanh: (x) => [1 / (1 - x * x), (2 * x) / (1 - x * x) ** 2],
  atan2: (y, x) => {
    const r = x * x + y * y;
    return [x / r, -y / r, (-2 * x * y) / r ** 2, (y * y - x * x) / r ** 2, (2 * x * y) / r ** 2];
  },
  erf: (x) => [gauss(x), -2 * x * gauss(x)],
  erfc: (x) => [-gauss(x), 2 * x * gauss(x)],
  sigmoid: (x) => {
    const s = 1 / (1 + Math.exp(-x));
    return [s * (1 - s), s * (1 - s) * (1 - 2 * s)];
  },
  softplus: (x) => {
    const s = 1 / (1 + Math.exp(-x));
    return [s, s * (1 - s)];
  },
  relu: (x) => [x > 0 ? 1 : 0, 0],
};

function gauss(x: number): number {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}
