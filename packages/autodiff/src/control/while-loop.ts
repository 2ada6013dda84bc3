import { whileControl } from "../compile/control-while.ts";
import { DifferentiationError, DTypeError, ShapeError } from "../errors.ts";
import { apply, batchExtent, withBatchAxis, type Op, type Signature } from "../ops/op.ts";
import { pack, packedSignature, unpack } from "../ops/pack.ts";
import { arange } from "../tensor/create.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { isTracing } from "../tensor/record.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Storage, Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type TreeLike } from "../tensor/tree.ts";
import { fullLike } from "../transform/sweep.ts";
import { vmap } from "../transform/vmap.ts";
import { checkCarry } from "./carry.ts";
import { select } from "./cond.ts";
import { pushForward } from "./derivatives.ts";
import { scan } from "./scan.ts";
import { makeSubprogram, replay, signaturesOf, type Subprogram } from "./subprogram.ts";

/**
 * Applies `body` to a tree of tensors as long as `condition` holds for it, and gives the last one.
 *
 * With known values it is an ordinary loop with derivatives in both modes. Inside `compile` and `vmap` it stays a loop,
 * which has derivatives in forward mode only: how many steps there will be to walk back is not known. Use `fori` or
 * `scan` for a number of steps that is, or `implicit` for the point that an iteration converges to.
 *
 * @example
 * const halvings = whileLoop((x) => x.greater(1), (x) => x.div(2), 100);
 * halvings; // → 0.78125
 *
 * @throws {ShapeError} when the body returns something of another structure or shape.
 */
export function whileLoop<C>(
  condition: (carry: C) => TensorLike,
  body: (carry: C) => C,
  initial: TreeLike<C>,
): C {
  const start = flatten<TensorLike>(initial);
  const carries = start.leaves.map(asTensor);
  const goesOn = (carry: unknown): Tensor => {
    const truth = asTensor(condition(carry as C));
    if (truth.size !== 1)
      throw new ShapeError(
        `whileLoop: the condition must be one truth value; use min() for "all of them": shape ${formatShape(truth.shape)}`,
      );
    return truth.reshape([]);
  };
  const step = (carry: unknown): unknown => {
    const next = body(carry as C);
    checkCarry("whileLoop", start, carries, next);
    return next;
  };
  if (isTracing()) {
    const [test, turn] = [goesOn, step].map((f) => makeSubprogram(f, [start], signaturesOf(carries))) as [
      Subprogram,
      Subprogram,
    ];
    const inputs = [...test.captured, ...turn.captured, ...carries];
    if (inputs.some(({ hasValue }) => !hasValue)) {
      const signatures = signaturesOf(carries);
      const packed = apply(whileOp, inputs, { test, turn, signatures });
      return start.rebuild(unpack(packed, signatures, [])) as C;
    }
  }
  let carry = start.rebuild(carries);
  while (goesOn(carry).item() !== 0) carry = step(carry);
  return carry as C;
}

/**
 * Applies `body(index, carry)` for every index from `start` to before `end`, and gives the last carry. With bounds that
 * are known it has derivatives in both modes, like `scan`; otherwise those of `whileLoop`.
 *
 * @example
 * fori(1, 6, (i, product) => product.mul(i), 1); // → 120
 */
export function fori<C>(
  start: TensorLike,
  end: TensorLike,
  body: (index: Tensor, carry: C) => C,
  initial: TreeLike<C>,
): C {
  const [first, last] = [start, end].map((bound) => wholeNumber(bound)) as [Tensor, Tensor];
  if (first.hasValue && last.hasValue) {
    const [from, to] = [first.item(), last.item()];
    const indices = arange(Math.max(0, to - from), "i32").add(from);
    const [carry] = scan<C, Tensor, readonly never[]>((so, index) => [body(index, so), []], initial, indices);
    return carry;
  }
  const [, carry] = whileLoop<[Tensor, C]>(
    ([index]) => index.less(last),
    ([index, so]) => [index.add(1), body(index, so)],
    [first, initial] as TreeLike<[Tensor, C]>,
  );
  return carry;
}

function wholeNumber(bound: TensorLike): Tensor {
  const tensor = asTensor(bound);
  if (tensor.size !== 1)
    throw new ShapeError(`fori: a bound must be one number: shape ${formatShape(tensor.shape)}`);
  if (tensor.hasValue && !Number.isInteger(tensor.item()))
    throw new DTypeError(`fori: a bound must be a whole number: ${tensor.item()}`);
  return tensor.cast("i32").reshape([]);
}

/** A loop as an operation: its inputs are what the condition and the body capture, and the first carry. */
export interface While {
  readonly test: Subprogram;
  readonly turn: Subprogram;
  readonly signatures: readonly Signature[];
}

function partsOf<T>(list: readonly T[], { test, turn }: While): [forTest: T[], forTurn: T[], carry: T[]] {
  const [first, second] = [test.captured.length, turn.captured.length];
  return [list.slice(0, first), list.slice(first, first + second), list.slice(first + second)];
}

const whileOp: Op<While> = {
  name: "whileLoop",
  control: whileControl,
  infer: (_, { signatures }) => packedSignature(signatures, []),

  evaluate: (inputs, loop, { dtype }) => {
    const [forTest, forTurn, initial] = partsOf(inputs, loop);
    let carry = initial;
    while ((loop.test.run([...forTest, ...carry])[0] as Tensor).item() !== 0)
      carry = loop.turn.run([...forTurn, ...carry]);
    return pack(carry, loop.signatures, [], dtype).storage as Storage;
  },

  forward: (tangents, inputs, output, loop) => {
    const [forTest, forTurn, initial] = partsOf(inputs, loop);
    const [, movedForTurn, movedInitial] = partsOf(tangents, loop);
    const zeroed = initial.map((carry, index) => movedInitial[index] ?? fullLike(carry, 0));
    const [, moved] = whileLoop<[Tensor[], Tensor[]]>(
      ([carry]) => replay(loop.test, [...forTest, ...carry])[0] as Tensor,
      ([carry, tangent]) => {
        const floats = tangent.map((each) => (isFloat(each.dtype) ? each : undefined));
        const { outputs, moved: after } = pushForward(
          (values) => replay(loop.turn, values),
          [...forTurn, ...carry],
          [...movedForTurn, ...floats],
        );
        return [outputs, outputs.map((each, index) => after[index] ?? fullLike(each, 0))];
      },
      [initial, zeroed],
    );
    return pack(moved, loop.signatures, [], output.dtype);
  },

  reverse: () => {
    throw new DifferentiationError(
      "whileLoop: reverse mode cannot walk back a loop of unknown length inside compile or vmap; use fori or scan with a " +
        "known number of steps, forward mode (jvp, derivative), or implicit for a converged iteration",
    );
  },

  // Goes on until every member of the batch is done; those that are stay as they are.
  batch: (inputs, batched, loop) => {
    const extent = batchExtent(inputs, batched);
    const [forTest, forTurn, initial] = partsOf(inputs, loop);
    const [testBatched, turnBatched, carryBatched] = partsOf(batched, loop);
    const mapped = (program: Subprogram, captured: readonly boolean[]): ((...all: Tensor[]) => Tensor[]) =>
      vmap((...values: Tensor[]) => replay(program, values), {
        axes: [...captured, ...initial.map(() => true)].map((is) => (is ? 0 : undefined)),
      });
    const test = mapped(loop.test, testBatched);
    const turn = mapped(loop.turn, turnBatched);
    const goesOn = (carry: Tensor[]): Tensor => test(...forTest, ...carry)[0] as Tensor;
    const last = whileLoop<Tensor[]>(
      (carry) => goesOn(carry).notEqual(0).max(),
      (carry) => select(goesOn(carry), turn(...forTurn, ...carry), carry),
      initial.map((carry, index) => withBatchAxis(carry, carryBatched[index] === true, extent)),
    );
    return pack(last, signaturesOf(last), [extent], packedSignature(loop.signatures, []).dtype);
  },

  text: "whileLoop(#*)",
  latex: "\\operatorname{while}\\left(#*\\right)",
};

/** The primitive operations of this file. */
export const whileOps: readonly Op<never>[] = [whileOp];
