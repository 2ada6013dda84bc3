import { allocate } from "../tensor/dtype.ts";
import { broadcastStrides, stridedOffsets } from "../tensor/shape.ts";
import { makeConstant, type Tensor } from "../tensor/tensor.ts";
import { dependents } from "./sweep.ts";

/**
 * The variables' elements that one element of a result may depend on, in increasing order; `everything` where there are
 * too many to list.
 */
export type Dependencies = readonly number[] | typeof everything;

export const everything: unique symbol = Symbol("everything");

const none: readonly number[] = [];
/** A set with more members is not worth listing. */
const mostListed = 200;

/** Operations that put elements elsewhere and change none: run on labels, their kernels say where each came from. */
const moving: ReadonlySet<string> = new Set([
  "reshape",
  "broadcastTo",
  "transpose",
  "slice",
  "embed",
  "concatenate",
  "stack",
]);

const reductions: ReadonlySet<string> = new Set(["sum", "max", "min"]);

/**
 * For every element of every output the elements of the variables, counted through, that it may depend on: read off the
 * graph, never too few. Elementwise operations, rearrangements, reductions and matrix products are looked into; of
 * every other operation each element is taken to depend on all of its inputs.
 */
export function dependencies(
  outputs: readonly Tensor[],
  variables: readonly Tensor[],
): readonly (readonly Dependencies[])[] {
  const found = new Map<Tensor, readonly Dependencies[]>();
  let count = 0;
  for (const variable of variables) {
    const first = count;
    found.set(
      variable,
      Array.from({ length: variable.size }, (_, element) => [first + element]),
    );
    count += variable.size;
  }
  const of = (node: Tensor): readonly Dependencies[] =>
    found.get(node) ?? new Array<Dependencies>(node.size).fill(none);
  for (const node of dependents(outputs, variables))
    if (!found.has(node)) found.set(node, ofResult(node, node.inputs.map(of)));
  return outputs.map(of);
}

function ofResult(node: Tensor, inputs: readonly (readonly Dependencies[])[]): readonly Dependencies[] {
  const { op, size } = node;
  if (op.name === "variable" || op.name === "cast") return inputs[0] as readonly Dependencies[];
  if (op.elementwise !== undefined) return elementwise(node, inputs);
  if (moving.has(op.name)) return moved(node, inputs);
  if (reductions.has(op.name)) return reduced(node, inputs[0] as readonly Dependencies[]);
  if (op.name === "matmul" && size * ((node.inputs[0] as Tensor).shape.at(-1) ?? 1) <= 1e6)
    return multiplied(node, inputs as [readonly Dependencies[], readonly Dependencies[]]);
  const all = inputs.flat().reduce(union, none);
  return new Array<Dependencies>(size).fill(all);
}

function elementwise(
  { shape, inputs, size }: Tensor,
  parts: readonly (readonly Dependencies[])[],
): Dependencies[] {
  const offsets = inputs.map((input) => stridedOffsets(shape, broadcastStrides(input.shape, shape)));
  return Array.from({ length: size }, (_, element) =>
    parts.reduce<Dependencies>(
      (so, part, index) => union(so, part[(offsets[index] as Int32Array)[element] as number] as Dependencies),
      none,
    ),
  );
}

/** The operation's own kernel on labels: 0 for what depends on nothing, such as the zeros around a window. */
function moved(node: Tensor, parts: readonly (readonly Dependencies[])[]): Dependencies[] {
  const labels: Dependencies[] = [none];
  const labelled = node.inputs.map((input, index) => {
    const data = allocate("f64", input.size);
    for (let element = 0; element < data.length; element++)
      data[element] = labels.push((parts[index] as readonly Dependencies[])[element] as Dependencies) - 1;
    return makeConstant(input.shape, "f64", input.shape.length === 0 ? (data[0] as number) : data);
  });
  const { op, attributes, shape } = node;
  const result = makeConstant(shape, "f64", op.evaluate(labelled, attributes, { shape, dtype: "f64" }));
  return Array.from(result.data, (label) => labels[label] as Dependencies);
}

/** Every element of the input takes part in the element of the result that it is summed into. */
function reduced(node: Tensor, part: readonly Dependencies[]): Dependencies[] {
  const [input] = node.inputs as readonly [Tensor];
  const axes = node.attributes as readonly number[];
  const kept = input.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const into = stridedOffsets(input.shape, broadcastStrides(kept, input.shape));
  const result = new Array<Dependencies>(node.size).fill(none);
  into.forEach((target, element) => {
    result[target] = union(result[target] as Dependencies, part[element] as Dependencies);
  });
  return result;
}

function multiplied(
  node: Tensor,
  [left, right]: readonly [readonly Dependencies[], readonly Dependencies[]],
): Dependencies[] {
  const [a] = node.inputs as readonly [Tensor];
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = node.shape.at(-1) as number;
  return Array.from({ length: node.size }, (_, element) => {
    const matrix = Math.floor(element / (rows * columns));
    const row = Math.floor(element / columns) % rows;
    const column = element % columns;
    let all: Dependencies = none;
    for (let k = 0; k < inner; k++) {
      all = union(all, left[(matrix * rows + row) * inner + k] as Dependencies);
      all = union(all, right[(matrix * inner + k) * columns + column] as Dependencies);
    }
    return all;
  });
}

function union(a: Dependencies, b: Dependencies): Dependencies {
  if (a === b || b === none) return a;
  if (a === none) return b;
  if (a === everything || b === everything) return everything;
  const merged = [...new Set([...a, ...b])].sort((x, y) => x - y);
  if (merged.length > mostListed) return everything;
  return merged.length === a.length ? a : merged;
}

/**
 * Groups elements so that no two of a group are in one set: those of a group can be told apart in a sum over it
 * (Curtis, Powell & Reid 1974). `sets[i]` are the elements that meet in row i.
 */
export function groupsApart(sets: readonly Dependencies[], count: number): number[][] {
  if (sets.includes(everything)) return Array.from({ length: count }, (_, element) => [element]);
  const neighbours = Array.from({ length: count }, () => new Set<number>());
  sets.forEach((set, row) => {
    for (const element of set as readonly number[])
      if (element !== row) {
        neighbours[row]?.add(element);
        neighbours[element]?.add(row);
      }
  });
  const groups: number[][] = [];
  const groupOf = new Array<number>(count).fill(-1);
  for (let element = 0; element < count; element++) {
    const taken = new Set(
      Array.from(neighbours[element] as Set<number>, (other) => groupOf[other] as number),
    );
    let group = 0;
    while (taken.has(group)) group++;
    groupOf[element] = group;
    (groups[group] ??= []).push(element);
  }
  return groups;
}
