import type { Tensor } from "../tensor/tensor.ts";
import { anywhere, binary, ternary, unary, type Binary, type Ternary, type Unary } from "./define.ts";

function comparison(
  name: string,
  symbol: string,
  latex: string,
  holds: (x: number, y: number) => boolean,
): Binary {
  return binary({
    name,
    kernel: (x, y) => (holds(x, y) ? 1 : 0),
    result: "bool",
    text: `#1 ${symbol} #2`,
    latex: `#1 ${latex} #2`,
    domain: [anywhere, anywhere],
  });
}

export const equal: Binary = comparison("equal", "==", "=", (x, y) => x === y);
export const notEqual: Binary = comparison("notEqual", "!=", "\\ne", (x, y) => x !== y);
export const less: Binary = comparison("less", "<", "<", (x, y) => x < y);
export const lessEqual: Binary = comparison("lessEqual", "<=", "\\le", (x, y) => x <= y);
export const greater: Binary = comparison("greater", ">", ">", (x, y) => x > y);
export const greaterEqual: Binary = comparison("greaterEqual", ">=", "\\ge", (x, y) => x >= y);

/** True where both are non-zero. */
export const logicalAnd: Binary = comparison("logicalAnd", "and", "\\land", (x, y) => x !== 0 && y !== 0);
/** True where at least one is non-zero. */
export const logicalOr: Binary = comparison("logicalOr", "or", "\\lor", (x, y) => x !== 0 || y !== 0);

/** True where x is zero. */
export const logicalNot: Unary = unary({
  name: "logicalNot",
  kernel: (x) => (x === 0 ? 1 : 0),
  result: "bool",
  latex: "\\lnot #1",
  domain: [anywhere],
});

/**
 * `where(condition, a, b)`: a where the condition is non-zero, b elsewhere. The derivative goes to the branch that
 * is taken, the other one's adjoint is exactly 0, and stays 0 whatever its slopes are there, infinite ones included.
 */
export const where: Ternary = ternary({
  name: "where",
  kernel: (condition, a, b) => (condition !== 0 ? a : b),
  selectors: 1,
  rules: [
    undefined,
    (d, [condition]) => where(condition as Tensor, d, 0),
    (d, [condition]) => where(condition as Tensor, 0, d),
  ],
  linearity: "linear",
  chooses: ([condition], position) =>
    [undefined, notEqual(condition as Tensor, 0), logicalNot(condition as Tensor)][position],
  result: "same",
  latex: "\\begin{cases}#2 & #1\\\\ #3 & \\text{otherwise}\\end{cases}",
  domain: [[0, 1], anywhere, anywhere],
});
