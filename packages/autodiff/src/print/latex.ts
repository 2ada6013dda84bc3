import { fold, type Ast, type CallAst, type Operator } from "../formula/ast.ts";
import { elementwiseFunctions } from "../ops/elementwise.ts";
import { linalgOps } from "../ops/linalg.ts";
import type { Op } from "../ops/op.ts";
import { reduceOps } from "../ops/reduce.ts";
import { shapeOps } from "../ops/shape.ts";
import { solveOps } from "../ops/solve.ts";
import { isSingleLetter, latexName } from "./names.ts";

/** How to set a formula in LaTeX. */
export interface LatexOptions {
  /** A colour for a symbol (`\textcolor`), such as `"#c33"`; nothing leaves it as it is. */
  readonly color?: (symbol: string) => string | undefined;
  /** A class for a symbol (`\htmlClass`, which KaTeX understands when it trusts its input). */
  readonly className?: (symbol: string) => string | undefined;
}

/** The operations that formulas can hold, by name. */
const formulaOps = new Map<string, Op<never>>(
  [
    ...Object.values(elementwiseFunctions).map(({ op }) => op as Op<never>),
    ...reduceOps,
    ...shapeOps,
    ...linalgOps,
    ...solveOps,
  ].map((op) => [op.name, op]),
);

interface Piece {
  readonly latex: string;
  readonly binding: number;
  /** How it meets a neighbour in a product: as a number, a letter, or something that wants a small space. */
  readonly first: "digit" | "letter" | "other";
  readonly last: "digit" | "letter" | "other";
  /** A name to which a power can be attached before the bracket: `\sin` in sin(x). */
  readonly head?: string;
  /** Fractions, and powers of e, need brackets before a power is attached. */
  readonly raised?: boolean;
}

const logical = -1;
const loosest = 0;
const additive = 1;
const multiplicative = 2;
const powers = 3;
const atomic = 4;

const relations: Readonly<Partial<Record<Operator, string>>> = {
  "<": "<",
  "<=": "\\le",
  ">": ">",
  ">=": "\\ge",
  "==": "=",
  "!=": "\\ne",
};

const circular = /^\\(?:(?:sin|cos|tan)h?|arc(?:sin|cos|tan))$/;

/** Writes a formula in LaTeX: fractions, roots, powers, Greek letters, subscripts, as few brackets as possible. */
export function toLatex(ast: Ast, options: LatexOptions = {}): string {
  return fold<Piece>(ast, (node, parts) => write(node, parts, options)).latex;
}

/** A symbol in LaTeX, with its colour and class. */
export function symbolLatex(name: string, { color, className }: LatexOptions): string {
  let latex = latexName(name);
  const chosenClass = className?.(name);
  if (chosenClass !== undefined) latex = `\\htmlClass{${chosenClass}}{${latex}}`;
  const chosenColor = color?.(name);
  if (chosenColor !== undefined) latex = `\\textcolor{${chosenColor}}{${latex}}`;
  return latex;
}

function write(ast: Ast, parts: readonly Piece[], options: LatexOptions): Piece {
  switch (ast.kind) {
    case "number":
      return writeNumber(ast.value);
    case "constant":
      return { latex: ast.name === "pi" ? "\\pi" : "e", binding: atomic, first: "letter", last: "letter" };
    case "symbol": {
      const kind = isSingleLetter(latexName(ast.name)) ? "letter" : "other";
      return { latex: symbolLatex(ast.name, options), binding: atomic, first: kind, last: kind };
    }
    case "negate":
      return {
        latex: `-${bracket(parts[0] as Piece, multiplicative)}`,
        binding: additive,
        first: "other",
        last: "other",
      };
    case "call":
      return writeCall(ast, parts);
    case "binary":
      return writeBinary(ast.operator, parts as [Piece, Piece]);
  }
}

function writeNumber(value: number): Piece {
  const [mantissa, exponent] = String(value).split("e") as [string, string?];
  if (exponent === undefined) return { latex: mantissa, binding: atomic, first: "digit", last: "digit" };
  const tens = `10^{${Number(exponent)}}`;
  if (mantissa === "1") return { latex: tens, binding: powers, first: "digit", last: "digit" };
  return { latex: `${mantissa} \\cdot ${tens}`, binding: multiplicative, first: "digit", last: "digit" };
}

function writeBinary(operator: Operator, [left, right]: readonly [Piece, Piece]): Piece {
  const relation = relations[operator];
  if (relation !== undefined)
    return {
      latex: `${bracket(left, additive)} ${relation} ${bracket(right, additive)}`,
      binding: loosest,
      first: "other",
      last: "other",
    };
  switch (operator) {
    case "/":
      return {
        latex: `\\frac{${left.latex}}{${right.latex}}`,
        binding: atomic,
        first: "other",
        last: "other",
        raised: true,
      };
    case "^":
      return writePower(left, right);
    case "*":
      return writeProduct(left, right);
    default:
      return {
        latex: `${bracket(left, additive)} ${operator} ${bracket(right, multiplicative)}`,
        binding: additive,
        first: "other",
        last: "other",
      };
  }
}

function writeProduct(left: Piece, right: Piece): Piece {
  const leftLatex = bracket(left, multiplicative);
  const rightLatex = bracket(right, multiplicative);
  const leftEnd = left.binding < multiplicative ? "other" : left.last;
  const rightStart = right.binding < multiplicative ? "other" : right.first;
  let joint = "\\,";
  if (rightStart === "digit") joint = "\\cdot";
  else if (rightStart === "letter" && leftEnd !== "other") joint = "";
  // "2(x + 1)" needs no space, and "\pi" must not swallow the letter after it.
  else if (right.binding < multiplicative && leftEnd !== "other") joint = "";
  return {
    latex: [leftLatex, joint, rightLatex].filter((part) => part !== "").join(" "),
    binding: multiplicative,
    first: left.binding < multiplicative ? "other" : left.first,
    last: right.binding < multiplicative ? "other" : right.last,
  };
}

function writePower(base: Piece, exponent: Piece): Piece {
  const result = { binding: powers, last: "letter" } as const;
  if (base.head !== undefined && circular.test(base.head) && !exponent.latex.startsWith("-")) {
    const rest = base.latex.slice(base.head.length);
    return { ...result, latex: `${base.head}^{${exponent.latex}}${rest}`, first: "other", last: "other" };
  }
  const needsBracket = base.binding < atomic || base.raised === true || base.head !== undefined;
  const first = needsBracket ? "other" : base.first;
  return {
    ...result,
    latex: `${needsBracket ? parenthesize(base.latex) : base.latex}^{${exponent.latex}}`,
    first,
  };
}

function writeCall({ name, args }: CallAst, parts: readonly Piece[]): Piece {
  const inner = parts.map(({ latex }) => latex);
  const plain = { binding: atomic, first: "other", last: "other" } as const;
  const [first] = parts as [Piece];
  switch (name) {
    case "exp":
      return { latex: `e^{${first.latex}}`, binding: powers, first: "letter", last: "letter" };
    case "square":
      return writePower(first, writeNumber(2));
    case "where":
      return {
        ...plain,
        latex: `\\begin{cases} ${inner[1]} & \\text{if } ${inner[0]} \\\\ ${inner[2]} & \\text{otherwise} \\end{cases}`,
        raised: true,
      };
    case "and":
    case "or":
      return {
        latex: parts.map((part) => bracket(part, loosest)).join(name === "and" ? " \\land " : " \\lor "),
        binding: logical,
        first: "other",
        last: "other",
      };
    case "not":
      return { ...plain, latex: `\\lnot ${bracket(first, powers)}`, raised: true };
    case "expm1":
      return { latex: `e^{${first.latex}} - 1`, binding: additive, first: "letter", last: "digit" };
    case "hypot":
      return {
        ...plain,
        latex: `\\sqrt{${parts.map((part) => writePower(part, writeNumber(2)).latex).join(" + ")}}`,
      };
    case "sum":
      return {
        latex: `\\sum ${bracket(first, multiplicative)}`,
        binding: multiplicative,
        first: "other",
        last: "other",
      };
    case "transpose":
      return writePower(first, { ...writeNumber(0), latex: "\\mathsf T" });
    case "matmul":
      return writeProduct(first, parts[1] as Piece);
    case "dot":
      return {
        ...plain,
        latex: parts.map((part) => bracket(part, powers)).join(" \\cdot "),
        binding: multiplicative,
      };
    case "solve":
      return writeProduct(writePower(first, { ...writeNumber(0), latex: "-1" }), parts[1] as Piece);
    case "min":
    case "max":
      return called(`\\${name}`, inner);
    default:
      return fromOpTable(name, args.length, inner);
  }
}

/** The op table knows how each operation is written; `#1` is its first input. */
function fromOpTable(name: string, arity: number, inner: readonly string[]): Piece {
  const template = formulaOps.get(name)?.latex ?? `\\operatorname{${name}}\\left(#*\\right)`;
  const head = /^(\\operatorname\{[^}]*\}|\\[a-z]+(?:_\{?\d+\}?)?)\\left\(/.exec(template)?.[1];
  if (head !== undefined && arity === 1 && template === `${head}\\left(#1\\right)`)
    return called(head, inner);
  const latex = template.replaceAll(/#([\d*])/g, (_, which: string) =>
    which === "*" ? inner.join(", ") : (inner[Number(which) - 1] ?? ""),
  );
  return { latex, binding: atomic, first: "other", last: "other", ...(head === undefined ? {} : { head }) };
}

function called(head: string, inner: readonly string[]): Piece {
  return {
    latex: `${head}${parenthesize(inner.join(", "))}`,
    binding: atomic,
    first: "other",
    last: "other",
    head,
  };
}

function bracket({ latex, binding }: Piece, atLeast: number): string {
  return binding < atLeast ? parenthesize(latex) : latex;
}

function parenthesize(latex: string): string {
  return `\\left(${latex}\\right)`;
}
