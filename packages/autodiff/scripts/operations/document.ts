import { derive, parse } from "../../src/formula/index.ts";
import { makePlaceholder } from "../../src/ops/leaf.ts";
import type { Elementwise, Op } from "../../src/ops/op.ts";
import { fill } from "../../src/print/steps.ts";
import { elementwiseFunctions, type ElementwiseName } from "../../src/ops/elementwise.ts";
import { ops } from "../../src/ops/table.ts";
import { untracked } from "../../src/tensor/record.ts";
import type { DType } from "../../src/tensor/dtype.ts";
import { domains, inputNames, notes } from "./notes.ts";
import { specialRows } from "./special-points.ts";

/** The text of docs/operations.md: a table of all operations, from the op table, its rules and the notes. */
export function operationsDocument(): string {
  const elementwise = (Object.keys(elementwiseFunctions) as ElementwiseName[])
    .sort()
    .map((name) => elementwiseRow(name, elementwiseFunctions[name].op));
  const others = [...ops.values()].filter((op) => !(op.name in elementwiseFunctions)).map(otherRow);
  return `# Operations

Every primitive operation there is; all other functions are written with them. Generated from the op table by
\`npx node scripts/operations.mjs\`: the derivatives of elementwise operations are their own rules, applied to symbols and
simplified, and hold to any order because they are made of operations themselves.

All operations work in f64 and in f32. An elementwise operation broadcasts its inputs; the dtype of its result is

- **float**: f32 for f32, otherwise f64;
- **same**: the widest of its inputs;
- **bool**: true or false.

An elementwise function that is not defined for a number gives NaN, or ±∞ at a pole, as in IEEE 754; it never throws.

## Elementwise

${table(["operation", "value", "defined for", "derivatives", "result"], elementwise)}

## All others

A dot is the tangent of a value, going forward: how it moves when the inputs move. A bar is its adjoint, going back: how
the final result moves when it moves.

${table(["operation", "value", "linear", "forward", "reverse"], others)}

## Special points

Where a derivative does not exist it is decided, and the same in forward and in reverse mode.

${table(["function", "at", "derivative", "because"], specialRows())}
`;
}

/** The operations for which only the op table speaks. */
export function withoutNotes(): string[] {
  return [...ops.keys()].filter((name) => !(name in domains) && !(name in notes));
}

function elementwiseRow(name: ElementwiseName, op: Op): string[] {
  const { arity, domain } = op.elementwise as Elementwise;
  const symbols = inputNames[name] ?? ["x", "y", "z", "t"].slice(0, arity);
  const call = `${name}(${symbols.join(", ")})`;
  const derivatives = symbols.map((symbol) => {
    const written = math(derive(call, { withRespectTo: symbol }).latex());
    return arity === 1 ? written : `∂/∂${symbol} = ${written}`;
  });
  const tested = domain.map(
    ([low, high], index) => `${String(low)} \\le ${String(symbols[index])} \\le ${String(high)}`,
  );
  return [
    `\`${call}\``,
    math(parse(call).latex()),
    domains[name] === undefined ? `tested for ${math(tested.join(", "))}` : math(domains[name].latex),
    derivatives.join("<br>"),
    resultOf(op, arity),
  ];
}

/** What the dtype of a result depends on, found out by asking. */
function resultOf(op: Op, arity: number): string {
  const resultFor = (dtype: DType): DType => {
    const inputs = Array.from({ length: arity }, () => makePlaceholder([], dtype, untracked, ""));
    return op.infer(inputs, undefined).dtype;
  };
  if (resultFor("f64") === "bool") return "bool";
  return resultFor("i32") === "i32" ? "same" : "float";
}

function otherRow(op: Op): string[] {
  const note = notes[op.name];
  const linear = { linear: "yes", bilinear: "in each of two", none: "no" }[op.linearity ?? "none"];
  const fallback =
    op.linearity === "linear" ? ["the operation itself", "its transpose"] : ["by rule", "by rule"];
  return [
    note?.signature ?? `\`${op.name}\``,
    math(fill(op.latex, note?.inputs ?? inputsOf(op.latex), "latex")),
    linear,
    note === undefined ? (fallback[0] as string) : math(note.forward),
    note === undefined ? (fallback[1] as string) : math(note.reverse),
  ];
}

/** In backticks Markdown leaves a formula alone; a vertical bar would still end the cell of a table. */
function math(latex: string): string {
  return `$\`${latex.replaceAll("|", "\\vert ")}\`$`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** As many names as a template has inputs; two stand for any number of them. */
function inputsOf(template: string): string[] {
  if (template.includes("#*")) return ["x", "y"];
  return ["x", "y", "z", "t"].filter((_, index) => template.includes(`#${index + 1}`));
}
