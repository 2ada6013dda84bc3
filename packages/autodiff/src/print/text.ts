import { fold, type Ast, type Operator } from "../formula/ast.ts";

/** A piece of text and how tightly its outermost operation binds. */
interface Piece {
  readonly text: string;
  readonly binding: number;
}

const loosest = 0;
const additive = 1;
const multiplicative = 2;
const powers = 3;
const atomic = 4;

const bindings: Readonly<Record<Operator, number>> = {
  "<": loosest,
  "<=": loosest,
  ">": loosest,
  ">=": loosest,
  "==": loosest,
  "!=": loosest,
  "+": additive,
  "-": additive,
  "*": multiplicative,
  "/": multiplicative,
  "^": powers,
};

/** Writes a formula as text that parses back to the same tree, with no bracket that is not needed for that. */
export function toText(ast: Ast): string {
  return fold<Piece>(ast, write).text;
}

function write(ast: Ast, parts: readonly Piece[]): Piece {
  switch (ast.kind) {
    case "number":
      return { text: String(ast.value), binding: atomic };
    case "constant":
    case "symbol":
      return { text: ast.name, binding: atomic };
    case "call":
      return { text: `${ast.name}(${parts.map(({ text }) => text).join(", ")})`, binding: atomic };
    case "negate":
      // A leading minus takes the whole product after it, so it binds like a sum.
      return { text: `-${bracket(parts[0] as Piece, multiplicative)}`, binding: additive };
    case "binary":
      return writeBinary(ast.operator, parts as [Piece, Piece], ast.right);
  }
}

function writeBinary(operator: Operator, [left, right]: readonly [Piece, Piece], rightAst: Ast): Piece {
  const binding = bindings[operator];
  if (operator === "^") {
    const negativeNumber = rightAst.kind === "negate" && rightAst.operand.kind === "number";
    return {
      text: `${bracket(left, atomic)}^${negativeNumber ? right.text : bracket(right, powers)}`,
      binding,
    };
  }
  // Sums and products group to the left, and comparisons do not chain.
  const leftText = bracket(left, binding === loosest ? additive : binding);
  const rightText = bracket(right, binding + 1);
  const space = binding === multiplicative ? "" : " ";
  return { text: `${leftText}${space}${operator}${space}${rightText}`, binding };
}

function bracket({ text, binding }: Piece, atLeast: number): string {
  return binding < atLeast ? `(${text})` : text;
}
