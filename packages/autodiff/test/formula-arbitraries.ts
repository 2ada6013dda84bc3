import fc from "fast-check";
import {
  binary,
  call,
  constant,
  negate,
  number,
  symbol,
  type Ast,
  type Operator,
} from "../src/formula/ast.ts";

/** Random formulas as trees. */
export interface TreeOptions {
  readonly symbols: readonly string[];
  readonly functions: readonly string[];
  readonly operators: readonly Operator[];
  readonly numbers: fc.Arbitrary<number>;
  readonly constants?: boolean;
  readonly depth?: number;
}

export function formulaTree(options: TreeOptions): fc.Arbitrary<Ast> {
  const { symbols, functions, operators, numbers, constants = true, depth = 4 } = options;
  const leaves = [numbers.map(number), fc.constantFrom(...symbols).map(symbol)];
  if (constants) leaves.push(fc.constantFrom(constant("pi"), constant("e")));
  return fc.letrec<{ tree: Ast }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: depth, depthSize: "max", withCrossShrink: true },
      ...leaves.map((arbitrary) => ({ arbitrary, weight: 1 })),
      { arbitrary: tie("tree").map(negate), weight: 1 },
      {
        arbitrary: fc
          .tuple(fc.constantFrom(...operators), tie("tree"), tie("tree"))
          .map(([operator, left, right]) => binary(operator, left, right)),
        weight: 6,
      },
      {
        arbitrary: fc
          .tuple(fc.constantFrom(...functions), tie("tree"))
          .map(([name, argument]) => call(name, argument)),
        weight: 3,
      },
    ),
  })).tree;
}
