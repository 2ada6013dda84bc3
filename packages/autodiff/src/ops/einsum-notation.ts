import { ShapeError } from "../errors.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";

/** An axis by its index's letter, or, where it belongs to an ellipsis, by how far from that ellipsis's end it is. */
export type Label = string;

export interface Notation {
  /** For each operand the labels of its axes. */
  readonly operands: readonly (readonly Label[])[];
  readonly output: readonly Label[];
}

interface Term {
  readonly text: string;
  /** Position of the text in the whole string. */
  readonly at: number;
}

const ellipsis = "...";

/**
 * Reads subscripts such as `ij,jk->ik` for operands of the given shapes: a letter for each axis, spaces anywhere, `...`
 * once per operand for any number of axes. Without an arrow the output has the axes of the ellipsis and then, in
 * alphabetical order, the letters that occur once.
 *
 * @throws {ShapeError} saying what is wrong and at which position of the string.
 */
export function readNotation(subscripts: string, shapes: readonly Shape[]): Notation {
  const fail = (problem: string, at: number): never => {
    throw new ShapeError(`einsum: ${problem} at position ${at} of "${subscripts}"`);
  };
  const arrow = subscripts.indexOf("->");
  const left = arrow < 0 ? subscripts : subscripts.slice(0, arrow);
  const terms = splitTerms(left);
  if (terms.length !== shapes.length)
    throw new ShapeError(
      `einsum: expected as many operands as "${subscripts}" has terms, ${terms.length}: ${shapes.length}`,
    );
  const operands = terms.map((term, index) => {
    const shape = shapes[index] as Shape;
    const labels = readTerm(term, fail);
    const named = labels.length - (labels.includes(ellipsis) ? 1 : 0);
    if (labels.includes(ellipsis) ? named > shape.length : named !== shape.length)
      fail(
        `operand ${index} of shape ${formatShape(shape)} does not have the ${named} axes of "${term.text.trim()}"`,
        term.at,
      );
    return expand(labels, shape.length - named);
  });
  const depth = Math.max(0, ...operands.map((labels) => labels.filter((label) => isEllipsis(label)).length));
  if (arrow < 0) return { operands, output: implicitOutput(operands, depth) };
  const term = { text: subscripts.slice(arrow + 2), at: arrow + 2 };
  const labels = readTerm(term, fail);
  labels.forEach((label, index) => {
    const at = positionOf(term, index);
    if (labels.indexOf(label) < index) fail(`the output has the index "${label}" twice`, at);
    if (label !== ellipsis && !operands.some((each) => each.includes(label)))
      fail(`the output has the index "${label}", which no operand has,`, at);
  });
  if (depth > 0 && !labels.includes(ellipsis)) fail(`the output lacks the "..." of an operand`, term.at);
  return { operands, output: expand(labels, depth) };
}

export function isEllipsis(label: Label): boolean {
  return label.startsWith(ellipsis);
}

function splitTerms(text: string): Term[] {
  let at = 0;
  return text.split(",").map((part) => {
    const term = { text: part, at };
    at += part.length + 1;
    return term;
  });
}

const symbols = /\.\.\.|\S/g;

/** Letters and at most one ellipsis. */
function readTerm(term: Term, fail: (problem: string, at: number) => never): Label[] {
  const labels: Label[] = term.text.match(symbols) ?? [];
  labels.forEach((label, index) => {
    const at = positionOf(term, index);
    if (label !== ellipsis && !/^\p{L}$/u.test(label))
      fail(`expected a letter, "...", "," or "->", found "${label}"`, at);
    if (label === ellipsis && labels.indexOf(label) < index) fail(`a second "..."`, at);
  });
  return labels;
}

/** Where in the whole string the symbol of this number stands. */
function positionOf({ text, at }: Term, index: number): number {
  return at + ([...text.matchAll(symbols)][index]?.index ?? 0);
}

/** Axes of ellipses are matched from their ends, as shapes are when they broadcast. */
function expand(labels: readonly Label[], depth: number): Label[] {
  return labels.flatMap((label) =>
    label === ellipsis ? Array.from({ length: depth }, (_, axis) => `${ellipsis}${depth - axis}`) : [label],
  );
}

function implicitOutput(operands: readonly (readonly Label[])[], depth: number): Label[] {
  const letters = operands.flat().filter((label) => !isEllipsis(label));
  const single = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...expand([ellipsis], depth), ...single.sort()];
}
