export { parse, type Formula, type Values } from "./formula.ts";
export { derive, type Derivative, type Derivatives, type DeriveOptions } from "./derive.ts";
export { FormulaError, type FormulaProblem } from "./error.ts";
export type { Ast } from "./ast.ts";
export type { LatexOptions } from "../print/latex.ts";
