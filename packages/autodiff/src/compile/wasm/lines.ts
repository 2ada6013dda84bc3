import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Elements, fromInteger, kernelOf, wrapped, type Scalar, type Unit } from "./scalar.ts";

/** Elements along one axis: where they start, and where the one is that is this far from there. */
interface Line {
  readonly extent: number;
  at(k: Scalar): () => void;
}

/** The line along the axis that a unit of work is about, one for every index of the other axes. */
function lineOf({ i, unit }: Unit, shape: readonly number[], axis: number): Line {
  const extent = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
  const outer = i.let(i.op("div_u", unit, inner));
  // unit = outer · inner + rest, and the line starts at outer · extent · inner + rest.
  const start = i.let(i.add(unit, i.mul(outer, (extent - 1) * inner)));
  return { extent, at: (k) => i.add(start, i.mul(k, inner)) };
}

function linesIn(shape: readonly number[], axis: number): number {
  return shape.reduce((product, extent, other) => (other === axis ? product : product * extent), 1);
}

/** Running sums, compensated as by the reference kernel. */
export function runningSums(
  context: KernelContext,
  [x]: readonly Operand[],
  output: Operand,
  { axis, reverse }: { readonly axis: number; readonly reverse: boolean },
): Kernel | undefined {
  if (x === undefined) return undefined;
  return kernelOf(context, linesIn(x.shape, axis), 0, (unit) => {
    const { i, x: v, elements } = unit;
    const line = lineOf(unit, x.shape, axis);
    const [sum, cutOff] = [v.let(0), v.let(0)];
    i.each(0, line.extent, (k) => {
      const at = i.let(line.at(reverse ? i.sub(line.extent - 1, k) : k));
      const term = v.let(elements(x).at(at));
      const next = v.let(v.add(sum, term));
      const isLarger = v.op("ge", v.op("abs", sum), v.op("abs", term));
      const [larger, smaller] = [v.let(v.select(isLarger, sum, term)), v.let(v.select(isLarger, term, sum))];
      v.assign(cutOff, v.add(cutOff, v.add(v.sub(larger, next), smaller)));
      v.assign(sum, next);
      // What is cut off infinity is no number.
      const isFinite = v.op("lt", v.op("abs", sum), Infinity);
      const value = v.select(isFinite, v.add(sum, cutOff), sum);
      elements(output).put(at, output.dtype === "i32" ? wrapped(v, value) : value);
    });
  });
}

/** Where the first element is that no other beats; a NaN comes before all numbers. */
export function positions(
  context: KernelContext,
  [x]: readonly Operand[],
  output: Operand,
  axis: number,
  beats: "gt" | "lt",
): Kernel | undefined {
  if (x === undefined) return undefined;
  return kernelOf(context, linesIn(x.shape, axis), 0, (unit) => {
    const { i, x: v, elements } = unit;
    const line = lineOf(unit, x.shape, axis);
    const best = v.let(elements(x).at(line.at(0)));
    const position = i.let(0);
    i.each(1, line.extent, (k) => {
      const candidate = v.let(elements(x).at(line.at(k)));
      const isBetter = i.op("or", v.op(beats, candidate, best), v.op("ne", candidate, candidate));
      i.if(i.op("and", isBetter, v.op("eq", best, best)), () => {
        v.assign(best, candidate);
        i.assign(position, k);
      });
    });
    elements(output).put(unit.unit, fromInteger(v, position));
  });
}

/** The indices that sort: runs of 1, 2, 4, … elements in order are merged, the left one's first of equals. */
export function sortingOrder(
  context: KernelContext,
  [x]: readonly Operand[],
  output: Operand,
  axis: number,
): Kernel | undefined {
  if (x === undefined) return undefined;
  const extent = x.shape[axis] as number;
  return kernelOf(context, linesIn(x.shape, axis), 8 * extent, (unit) => {
    const { i, x: v, scratch, elements } = unit;
    const line = lineOf(unit, x.shape, axis);
    const key = (order: Elements, at: Local): Local => v.let(elements(x).at(line.at(order.at(at))));
    const [from, to] = [i.let(scratch), i.let(i.add(scratch, 4 * extent))];
    const [source, target] = [new Elements(i, "i32", 0, from), new Elements(i, "i32", 0, to)];
    i.each(0, extent, (k) => {
      source.put(k, k);
    });
    const atMost = (number: Scalar): Local => {
      const local = i.let(number);
      i.assign(local, i.select(i.op("lt_s", local, extent), local, extent));
      return local;
    };
    const width = i.let(1);
    const merge = (low: Local): void => {
      const [left, middle] = [i.let(low), atMost(i.add(low, width))];
      const [right, high] = [i.let(middle), atMost(i.add(middle, width))];
      i.each(low, high, (k) => {
        const isLeft = i.let(i.op("ge_s", right, high));
        i.if(i.op("and", i.op("lt_s", left, middle), i.op("eqz", isLeft)), () => {
          const [a, b] = [key(source, left), key(source, right)];
          const isBehind = i.op("and", v.op("ne", a, a), v.op("eq", b, b));
          i.assign(isLeft, i.op("eqz", i.op("or", v.op("lt", b, a), isBehind)));
        });
        i.if(
          i.op("ne", isLeft, 0),
          () => {
            target.put(k, source.at(left));
            i.assign(left, i.add(left, 1));
          },
          () => {
            target.put(k, source.at(right));
            i.assign(right, i.add(right, 1));
          },
        );
      });
    };
    const { f } = unit;
    f.block((done) => {
      f.loop((again) => {
        i.op("ge_s", width, extent)();
        f.brIf(done);
        i.each(0, extent, merge, i.mul(width, 2));
        const held = i.let(from);
        i.assign(from, to);
        i.assign(to, held);
        i.assign(width, i.mul(width, 2));
        f.br(again);
      });
    });
    i.each(0, extent, (k) => {
      elements(output).put(line.at(k), fromInteger(v, source.at(k)));
    });
  });
}
