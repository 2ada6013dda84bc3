import "../ops/methods.ts";
import { neg } from "../ops/arithmetic.ts";
import { asTensor } from "../tensor/convert.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type TensorLike } from "../tensor/tensor.ts";
import { constantValues, fold, type Ast } from "./ast.ts";
import { applyFunction, applyOperator } from "./functions.ts";

/**
 * Builds the value of a formula out of operations, so that it can be differentiated and compiled and broadcasts
 * as they do. Numbers stay plain numbers as long as they meet no tensor: they take the dtype of what they meet.
 */
export function evaluateAst(ast: Ast, valueOf: (leaf: Ast) => TensorLike): Tensor {
  return asTensor(
    fold<TensorLike>(ast, (node, parts) => {
      switch (node.kind) {
        case "number":
        case "constant":
        case "symbol":
          return valueOf(node);
        case "negate":
          return plainWherePossible(neg(parts[0] as TensorLike), parts);
        case "binary":
          return plainWherePossible(
            applyOperator(node.operator, parts[0] as TensorLike, parts[1] as TensorLike),
            parts,
          );
        case "call":
          return plainWherePossible(applyFunction(node.name, parts), parts);
      }
    }),
  );
}

/** The value of a number or a named constant. */
export function literalValue(leaf: Ast): number {
  if (leaf.kind === "number") return leaf.value;
  return leaf.kind === "constant" ? constantValues[leaf.name] : NaN;
}

/** What is made of plain numbers alone is a plain number again, so that `2*pi*x` keeps the dtype of x. */
function plainWherePossible(result: Tensor, parts: readonly TensorLike[]): TensorLike {
  const allPlain = result.dtype === "f64" && parts.every((part) => typeof part === "number");
  return allPlain ? result.item() : result;
}
