import { binary, call, constant, negate, number, symbol, type Ast } from "../formula/ast.ts";
import { formulaNameOf } from "../formula/functions.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Operations that change how elements are arranged or stored, not what they are. */
const transparent: ReadonlySet<string> = new Set(["variable", "broadcastTo", "cast"]);

/**
 * A graph of operations as a formula. `leafOf` names the nodes to stop at; a placeholder it does not know goes by
 * its own name, a known number by its value.
 */
export function graphToAst(output: Tensor, leafOf: (tensor: Tensor) => Ast | undefined): Ast {
  const asts = new Map<Tensor, Ast>();
  const stack = [output];
  // Without recursion: a long chain of operations is a deep graph.
  while (stack.length > 0) {
    const tensor = stack.at(-1) as Tensor;
    const leaf = asts.get(tensor) ?? leafOf(tensor);
    if (leaf === undefined) {
      const waiting = tensor.inputs.filter((input) => !asts.has(input));
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
    }
    stack.pop();
    asts.set(
      tensor,
      leaf ??
        write(
          tensor,
          tensor.inputs.map((input) => asts.get(input) as Ast),
        ),
    );
  }
  return asts.get(output) as Ast;
}

function write(tensor: Tensor, inputs: readonly Ast[]): Ast {
  const [first, second] = inputs;
  if (first === undefined) return writeLeaf(tensor);
  if (transparent.has(tensor.op.name)) return first;
  if (tensor.op.name === "neg") return negate(first);
  if (tensor.op.name === "sechSquared")
    return binary("-", number(1), binary("^", call("tanh", first), number(2)));
  const { operator, name } = formulaNameOf(tensor.op.name);
  if (operator !== undefined && second !== undefined) return binary(operator, first, second);
  return call(name, ...inputs);
}

function writeLeaf(tensor: Tensor): Ast {
  if (tensor.hasValue && tensor.size > 0) {
    const value = tensor.data[0] as number;
    if (tensor.data.every((element) => element === value) && Number.isFinite(value)) return recognize(value);
  }
  return symbol(typeof tensor.attributes === "string" ? tensor.attributes : `c${tensor.id}`);
}

const roots = {
  pi: call("sqrt", constant("pi")),
  two: call("sqrt", number(2)),
  twoPi: call("sqrt", binary("*", number(2), constant("pi"))),
};

/** Numbers that derivative rules bring with them, in the form in which they are read. */
const known: readonly (readonly [value: number, ast: Ast])[] = [
  [Math.LN2, call("log", number(2))],
  [Math.LN10, call("log", number(10))],
  [1 / Math.LN2, binary("/", number(1), call("log", number(2)))],
  [1 / Math.LN10, binary("/", number(1), call("log", number(10)))],
  [Math.PI, constant("pi")],
  [1 / Math.PI, binary("/", number(1), constant("pi"))],
  [1 / Math.sqrt(Math.PI), binary("/", number(1), roots.pi)],
  [Math.sqrt(Math.PI), roots.pi],
  [Math.sqrt(2 * Math.PI), roots.twoPi],
  [1 / Math.sqrt(2 * Math.PI), binary("/", number(1), roots.twoPi)],
  [Math.SQRT2, roots.two],
  [Math.SQRT1_2, binary("/", number(1), roots.two)],
];

/** A number as a small fraction, or as a small multiple of a known irrational number, or as its digits. */
function recognize(value: number): Ast {
  const plain = fraction(value);
  if (plain !== undefined) return plain;
  for (const [unit, ast] of known) {
    const multiple = fraction(value / unit, 4 * Number.EPSILON);
    if (multiple !== undefined) return binary("*", multiple, ast);
  }
  return number(value);
}

const largestDenominator = 12;

function fraction(value: number, tolerance = 0): Ast | undefined {
  if (Number.isInteger(value)) return number(value);
  if (value < 0) {
    const magnitude = fraction(-value, tolerance);
    return magnitude === undefined ? undefined : negate(magnitude);
  }
  for (let denominator = 1; denominator <= largestDenominator; denominator++) {
    const numerator = Math.round(value * denominator);
    if (
      numerator !== 0 &&
      numerator < 1000 &&
      Math.abs(numerator / denominator - value) <= tolerance * Math.abs(value)
    )
      return denominator === 1 ? number(numerator) : binary("/", number(numerator), number(denominator));
  }
  return undefined;
}
