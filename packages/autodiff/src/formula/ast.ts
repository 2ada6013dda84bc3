/** How a formula is put together. Trees are immutable, may share subtrees, and carry no positions. */
export type Ast = NumberAst | ConstantAst | SymbolAst | NegateAst | BinaryAst | CallAst;

/** A number, never negative: `-2` is the negation of 2. */
export interface NumberAst {
  readonly kind: "number";
  readonly value: number;
}

export interface ConstantAst {
  readonly kind: "constant";
  readonly name: ConstantName;
}

export interface SymbolAst {
  readonly kind: "symbol";
  readonly name: string;
}

export interface NegateAst {
  readonly kind: "negate";
  readonly operand: Ast;
}

export interface BinaryAst {
  readonly kind: "binary";
  readonly operator: Operator;
  readonly left: Ast;
  readonly right: Ast;
}

/** A call of a function of the formula language, by its own name, never an alias. */
export interface CallAst {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Ast[];
}

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type Operator = "+" | "-" | "*" | "/" | "^" | Comparison;
export type ConstantName = "pi" | "e";

/** Named numbers of the formula language. */
export const constantValues: Readonly<Record<ConstantName, number>> = { pi: Math.PI, e: Math.E };

export function number(value: number): Ast {
  return value < 0 || Object.is(value, -0)
    ? negate({ kind: "number", value: -value })
    : { kind: "number", value };
}

export function symbol(name: string): SymbolAst {
  return { kind: "symbol", name };
}

export function constant(name: ConstantName): ConstantAst {
  return { kind: "constant", name };
}

export function negate(operand: Ast): NegateAst {
  return { kind: "negate", operand };
}

export function binary(operator: Operator, left: Ast, right: Ast): BinaryAst {
  return { kind: "binary", operator, left, right };
}

export function call(name: string, ...args: readonly Ast[]): CallAst {
  return { kind: "call", name, args };
}

/** The direct parts of a node, left to right. */
export function children(ast: Ast): readonly Ast[] {
  switch (ast.kind) {
    case "negate":
      return [ast.operand];
    case "binary":
      return [ast.left, ast.right];
    case "call":
      return ast.args;
    default:
      return [];
  }
}

/**
 * Computes a result for every node from the results of its parts. Works without recursion, because a long sum is
 * a deep tree, and visits a shared subtree once.
 */
export function fold<Result>(
  root: Ast,
  combine: (ast: Ast, parts: readonly Result[]) => Result,
  partsOf: (ast: Ast) => readonly Ast[] = children,
): Result {
  const results = new Map<Ast, Result>();
  const stack: Ast[] = [root];
  while (stack.length > 0) {
    const ast = stack.at(-1) as Ast;
    const parts = partsOf(ast);
    const waiting = parts.filter((part) => !results.has(part));
    if (waiting.length > 0) {
      stack.push(...waiting.reverse());
      continue;
    }
    stack.pop();
    if (results.has(ast)) continue;
    results.set(
      ast,
      combine(
        ast,
        parts.map((part) => results.get(part) as Result),
      ),
    );
  }
  return results.get(root) as Result;
}
