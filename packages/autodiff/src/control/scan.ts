import { scanControl } from "../compile/control-scan.ts";
import { ShapeError } from "../errors.ts";
import { moveAxis } from "../ops/axis-order.ts";
import { apply, batchExtent, withBatchAxis, type Op, type Signature } from "../ops/op.ts";
import { pack, packedSignature, unpack } from "../ops/pack.ts";
import { stack } from "../ops/shape.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { isTracing } from "../tensor/record.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Storage, Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { fullLike } from "../transform/sweep.ts";
import { vmap } from "../transform/vmap.ts";
import { checkCarry } from "./carry.ts";
import { pullBack, pushForward } from "./derivatives.ts";
import { makeSubprogram, replay, signaturesOf, type Subprogram } from "./subprogram.ts";

export interface ScanOptions {
  /** Number of steps, needed when there is nothing to walk along. */
  readonly length?: number;
  /** Walks from the last element to the first; the results stay in the places of their elements. */
  readonly reverse?: boolean;
}

/**
 * A loop that hands a value from step to step while it walks along the first axis of `xs`: `step(carry, x)` gives
 * `[next carry, result]`. Gives `[last carry, results]`, the results stacked along a new first axis. Trees everywhere;
 * `xs` may be `[]` (then `length` says how many steps there are) and so may the result.
 *
 * With known values it is an ordinary loop. Inside `compile` and `vmap` it stays a loop, whose code does not grow with
 * its length; its reverse rule keeps the carries and walks back.
 *
 * @example
 * const [total, sums] = scan((sum, x) => [sum.add(x), sum], 0, tensor([1, 2, 3]));
 * total; // → 6
 * sums; // → [0, 1, 3]
 *
 * @throws {ShapeError} when a step returns a carry of another structure or shape, or the extents of `xs` differ.
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => readonly [carry: C, result: Y],
  initial: TreeLike<C>,
  xs: TreeLike<X>,
  options: ScanOptions = {},
): [carry: C, results: Y] {
  const { reverse = false } = options;
  const start = flatten<TensorLike>(initial);
  const along = flatten<TensorLike>(xs);
  const carries = start.leaves.map(asTensor);
  const walked = along.leaves.map(asTensor);
  const length = stepCount(walked, along.paths, options.length);
  const checked = (carry: unknown, x: unknown): readonly [unknown, unknown] => {
    const [next, result] = step(carry as C, x as X);
    checkCarry("scan", start, carries, next);
    return [next, result];
  };
  if (isTracing() || length === 0) {
    const elements = walked.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
    const body = makeSubprogram(checked, [start, along], [...signaturesOf(carries), ...elements]);
    const inputs = [...body.captured, ...carries, ...walked];
    if (length === 0 || inputs.some(({ hasValue }) => !hasValue)) {
      const results = signaturesOf(body.outputs.slice(carries.length));
      const stacked = results.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }));
      const signatures = [...signaturesOf(carries), ...stacked];
      const packed = apply(scanOp, inputs, { body, carries: carries.length, length, reverse, signatures });
      return body.result.rebuild(unpack(packed, signatures, [])) as [C, Y];
    }
  }
  let carry = start.rebuild(carries);
  const results = new Array<unknown>(length);
  for (const index of order(length, reverse)) {
    const x = along.rebuild(walked.map((each) => each.slice(index)));
    [carry, results[index]] = checked(carry, x);
  }
  return [carry, stackTrees(results)] as [C, Y];
}

function stepCount(walked: readonly Tensor[], paths: readonly string[], given: number | undefined): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0))
    throw new ShapeError(`scan: the length must be a whole number of steps: ${given}`);
  let length = given;
  walked.forEach(({ shape }, index) => {
    const [extent] = shape;
    if (extent === undefined)
      throw new ShapeError(
        `scan: a scalar has no axis to walk along; use it inside the step: ${paths[index] || "xs"}`,
      );
    length ??= extent;
    if (extent !== length)
      throw new ShapeError(
        `scan: all first axes must have the extent ${length}: ${paths[index] || "xs"} has shape ${formatShape(shape)}`,
      );
  });
  if (length === undefined)
    throw new ShapeError("scan: with nothing to walk along, give the number of steps: { length: … }");
  return length;
}

function order(length: number, reverse: boolean): number[] {
  return Array.from({ length }, (_, index) => (reverse ? length - 1 - index : index));
}

/** Trees of one form as a tree of stacked tensors. */
function stackTrees(trees: readonly unknown[]): unknown {
  const flat = trees.map((tree) => flatten<TensorLike>(tree));
  const [first] = flat as [(typeof flat)[number]];
  for (const { form, paths } of flat)
    if (form !== first.form)
      throw new ShapeError(
        `scan: every step must return results of one structure: [${first.paths.join(", ")}] and [${paths.join(", ")}]`,
      );
  return first.rebuild(
    first.leaves.map((_, leaf) => stack(flat.map(({ leaves }) => leaves[leaf] as TensorLike))),
  );
}

/** A loop as an operation: its inputs are what the body captures, the first carries, and what it walks along. */
export interface Loop {
  readonly body: Subprogram;
  /** How many tensors are carried: the first outputs of the body. */
  readonly carries: number;
  readonly length: number;
  readonly reverse: boolean;
  /** Of the last carries and the stacked results, which the operation returns packed. */
  readonly signatures: readonly Signature[];
}

/** What the inputs (or a list like them) are. */
function parts<T>(
  list: readonly T[],
  { body, carries }: Loop,
): readonly [captured: T[], carry: T[], xs: T[]] {
  const captured = body.captured.length;
  return [list.slice(0, captured), list.slice(captured, captured + carries), list.slice(captured + carries)];
}

/** Two lists of tensors that go together. */
type Pair = [Tensor[], Tensor[]];

const scanOp: Op<Loop> = {
  name: "scan",
  control: scanControl,
  infer: (_, { signatures }) => packedSignature(signatures, []),

  evaluate: (inputs, loop, { dtype }) => {
    const [captured, initial, xs] = parts(inputs, loop);
    const { body, carries, length, reverse, signatures } = loop;
    let carry = initial;
    const results = new Array<Tensor[]>(length);
    for (const index of order(length, reverse)) {
      const outputs = body.run([...captured, ...carry, ...xs.map((x) => x.slice(index))]);
      carry = outputs.slice(0, carries);
      results[index] = outputs.slice(carries);
    }
    const stacked = signatures
      .slice(carries)
      .map((_, position) =>
        length === 0 ? undefined : stack(results.map((result) => result[position] as Tensor)),
      );
    return pack([...carry, ...stacked], signatures, [], dtype).storage as Storage;
  },

  // The tangents are carried beside the values: (c, ċ), (x, ẋ) ↦ (c', ċ'), (y, ẏ)
  forward: (tangents, inputs, output, loop) => {
    const [captured, initial, xs] = parts(inputs, loop);
    const [movedCaptured, movedInitial, movedXs] = parts(tangents, loop);
    const floating = initial.map(({ dtype }) => isFloat(dtype));
    const zeroed = initial.map((carry, index) => movedInitial[index] ?? fullLike(carry, 0));
    const moves = movedXs.map((tangent) => tangent !== undefined);
    const [[, carryTangents], resultTangents] = scan<Pair, Pair, Tensor[]>(
      ([carry, moved], [x, dx]) => {
        const { outputs, moved: after } = pushForward(
          (values) => replay(loop.body, values),
          [...captured, ...carry, ...x],
          [...movedCaptured, ...spread(moved, floating), ...spread(dx, moves)],
        );
        const filled = outputs.map((each, index) => after[index] ?? fullLike(each, 0));
        const next = outputs.slice(0, loop.carries);
        return [
          [next, filled.slice(0, loop.carries).filter((_, index) => floating[index])],
          filled.slice(loop.carries),
        ];
      },
      [initial, zeroed.filter((_, index) => floating[index])],
      [xs, movedXs.filter((tangent) => tangent !== undefined)],
      loop,
    );
    return pack([...spread(carryTangents, floating), ...resultTangents], loop.signatures, [], output.dtype);
  },

  // Forward once more, keeping every carry; then back, each step pulling the adjoint of its carry and result to those
  // of the carry before it, of its element, and of what the body captures, which add up.
  reverse: (adjoint, inputs, _, loop) => {
    const [captured, initial, xs] = parts(inputs, loop);
    const { body, carries, length, reverse, signatures } = loop;
    const replayed = (values: readonly Tensor[]): Tensor[] => replay(body, values);
    const [, kept] = scan(
      (carry: Tensor[], x: Tensor[]) => [replayed([...captured, ...carry, ...x]).slice(0, carries), carry],
      initial,
      xs,
      loop,
    );
    const adjoints = unpack(adjoint, signatures, []);
    const floating = signatures.map(({ dtype }) => isFloat(dtype));
    const [carryFloats, resultFloats] = [floating.slice(0, carries), floating.slice(carries)];
    const capturedFloats = captured.map(({ dtype }) => isFloat(dtype));
    const xFloats = xs.map(({ dtype }) => isFloat(dtype));
    const chosen = (
      list: readonly (Tensor | undefined)[],
      like: readonly Tensor[],
      which: readonly boolean[],
    ): Tensor[] => like.flatMap((each, index) => (which[index] ? [list[index] ?? fullLike(each, 0)] : []));
    const [[carryAdjoints, capturedAdjoints], xAdjoints] = scan<Pair, [...Pair, Tensor[]], Tensor[]>(
      ([after, total], [carry, x, result]) => {
        const values = [...captured, ...carry, ...x];
        const seeds = [...spread(after, carryFloats), ...spread(result, resultFloats)];
        const [dw, dc, dx] = parts(pullBack(replayed, values, seeds), loop);
        const added = chosen(dw, captured, capturedFloats).map((each, index) => total[index]!.add(each));
        return [[chosen(dc, carry, carryFloats), added], chosen(dx, x, xFloats)];
      },
      [
        adjoints.slice(0, carries).filter((__, index) => carryFloats[index]),
        captured.filter((__, index) => capturedFloats[index]).map((each) => fullLike(each, 0)),
      ],
      [kept, xs, adjoints.slice(carries).filter((__, index) => resultFloats[index])],
      { length, reverse: !reverse },
    );
    return [
      ...spread(capturedAdjoints, capturedFloats),
      ...spread(carryAdjoints, carryFloats),
      ...spread(xAdjoints, xFloats),
    ];
  },

  // One loop whose step does every member of the batch.
  batch: (inputs, batched, loop) => {
    const extent = batchExtent(inputs, batched);
    const [captured, initial, xs] = parts(inputs, loop);
    const [capturedBatched, carryBatched, xBatched] = parts(batched, loop);
    const axes = [...capturedBatched, ...initial.map(() => true), ...xBatched].map((is) =>
      is ? 0 : undefined,
    );
    const step = vmap((...values: Tensor[]) => replay(loop.body, values), { axes });
    const [last, results] = scan(
      (carry: Tensor[], x: Tensor[]) => {
        const outputs = step(...captured, ...carry, ...x);
        return [outputs.slice(0, loop.carries), outputs.slice(loop.carries)];
      },
      initial.map((carry, index) => withBatchAxis(carry, carryBatched[index] === true, extent)),
      xs.map((x, index) => (xBatched[index] ? moveAxis(x, 1, 0) : x)),
      loop,
    );
    const all = [...last, ...results.map((result) => moveAxis(result, 0, 1))];
    const { dtype } = packedSignature(loop.signatures, []);
    return pack(all, signaturesOf(all), [extent], dtype);
  },

  text: "scan(#*)",
  latex: "\\operatorname{scan}\\left(#*\\right)",
};

/** The elements of a list put where `which` says, with nothing everywhere else. */
function spread<T>(list: readonly T[], which: readonly boolean[]): (T | undefined)[] {
  let next = 0;
  return which.map((is) => (is ? list[next++] : undefined));
}

/** The primitive operations of this file. */
export const scanOps: readonly Op<never>[] = [scanOp];
