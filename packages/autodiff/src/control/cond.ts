import { condControl } from "../compile/control-cond.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { apply, batchExtent, withBatchAxis, type Op, type Signature } from "../ops/op.ts";
import { pack, packedSignature, unpack } from "../ops/pack.ts";
import { asTensor } from "../tensor/convert.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Storage, Tensor, TensorLike } from "../tensor/tensor.ts";
import type { Flattened, TreeLike } from "../tensor/tree.ts";
import { fullLike } from "../transform/sweep.ts";
import { vmap } from "../transform/vmap.ts";
import { pullBack, pushForward } from "./derivatives.ts";
import { flattenAll, makeSubprogram, replay, signaturesOf, type Subprogram } from "./subprogram.ts";

/**
 * One of two functions of the same arguments, chosen by a scalar truth value; only the chosen one is computed. Both must
 * return trees of the same structure, shapes and dtypes.
 *
 * With a known predicate it is an ordinary choice. Inside `compile` it stays one; under `vmap` with a predicate that
 * differs from example to example both are computed, and `where` selects.
 *
 * @example
 * const root = (x) => cond(x.greater(0), (x) => x.sqrt(), (x) => x.mul(0), x);
 * root(tensor(4)); // → 2
 *
 * @throws {ShapeError} when the predicate is not a scalar or the results differ.
 */
export function cond<A extends readonly unknown[], Y>(
  predicate: TensorLike,
  whenTrue: (...args: A) => Y,
  whenFalse: (...args: A) => Y,
  ...args: { [K in keyof A]: TreeLike<A[K]> }
): Y {
  const choice = asTensor(predicate);
  if (choice.size !== 1)
    throw new ShapeError(
      `cond: the predicate must be one truth value; use where(condition, a, b) for a choice in every element: shape ${formatShape(choice.shape)}`,
    );
  const { structures, rebuild } = flattenAll(args);
  const operands = structures.flatMap(({ leaves }) => leaves.map(asTensor));
  if (choice.hasValue)
    return (choice.item() !== 0 ? whenTrue : whenFalse)(...(rebuild(operands) as unknown as A));
  const branches = [whenTrue, whenFalse].map((branch) =>
    makeSubprogram(
      branch as (...all: readonly unknown[]) => unknown,
      structures,
      signaturesOf(operands),
      "branch",
    ),
  ) as [Subprogram, Subprogram];
  const signatures = commonSignatures(...branches);
  const inputs = [choice.reshape([]), ...branches.flatMap(({ captured }) => captured), ...operands];
  const packed = apply(condOp, inputs, { branches, signatures });
  return branches[0].result.rebuild(unpack(packed, signatures, [])) as Y;
}

function commonSignatures(whenTrue: Subprogram, whenFalse: Subprogram): Signature[] {
  const describe = ({ form, paths }: Flattened<TensorLike>): string =>
    form === "*" ? "a tensor" : `[${paths.join(", ")}]`;
  if (whenTrue.result.form !== whenFalse.result.form)
    throw new ShapeError(
      `cond: both functions must return the same structure: ${describe(whenTrue.result)} and ${describe(whenFalse.result)}`,
    );
  whenTrue.outputs.forEach((output, index) => {
    const other = whenFalse.outputs[index] as Tensor;
    const name = whenTrue.result.paths[index] || "the result";
    if (!sameShape(output.shape, other.shape))
      throw new ShapeError(
        `cond: both functions must return the same shapes; ${name} has ${formatShape(output.shape)} and ${formatShape(other.shape)}`,
      );
    if (output.dtype !== other.dtype)
      throw new DTypeError(
        `cond: both functions must return the same dtypes; cast ${name}: ${output.dtype} and ${other.dtype}`,
      );
  });
  return signaturesOf(whenTrue.outputs);
}

/** A choice as an operation: its inputs are the predicate, what either branch captures, and the operands of both. */
export interface Choice {
  readonly branches: readonly [whenTrue: Subprogram, whenFalse: Subprogram];
  readonly signatures: readonly Signature[];
}

/** What of the inputs after the predicate (or of a list like them) belongs to each branch. */
function partsOf<T>(list: readonly T[], [whenTrue, whenFalse]: Choice["branches"]): [T[], T[]] {
  const [first, second] = [whenTrue.captured.length, whenFalse.captured.length];
  const operands = list.slice(first + second);
  return [
    [...list.slice(0, first), ...operands],
    [...list.slice(first, first + second), ...operands],
  ];
}

const condOp: Op<Choice> = {
  name: "cond",
  control: condControl,
  infer: (_, { signatures }) => packedSignature(signatures, []),

  evaluate: ([predicate, ...rest], { branches, signatures }, { dtype }) => {
    const chosen = (predicate as Tensor).item() !== 0 ? 0 : 1;
    const outputs = branches[chosen].run(partsOf(rest, branches)[chosen]);
    return pack(outputs, signatures, [], dtype).storage as Storage;
  },

  forward: ([, ...tangents], [predicate, ...rest], output, { branches, signatures }) => {
    const values = partsOf(rest, branches);
    const moving = partsOf(tangents, branches);
    const move = (branch: 0 | 1) => (): Tensor[] => {
      const { outputs, moved } = pushForward(
        (given) => replay(branches[branch], given),
        values[branch],
        moving[branch],
      );
      return outputs.map((each, index) => moved[index] ?? fullLike(each, 0));
    };
    return pack(cond(predicate as Tensor, move(0), move(1)), signatures, [], output.dtype);
  },

  reverse: (adjoint, [predicate, ...rest], _, { branches, signatures }) => {
    const values = partsOf(rest, branches);
    const [first, second] = branches.map(({ captured }) => captured.length) as [number, number];
    const adjoints = unpack(adjoint, signatures, []).map((each) => (isFloat(each.dtype) ? each : undefined));
    // Each branch gives adjoints for everything that is floating point, zeros for what only the other one uses.
    const pull = (branch: 0 | 1) => (): Tensor[] => {
      const pulled = pullBack((given) => replay(branches[branch], given), values[branch], adjoints);
      const own = branch === 0 ? first : second;
      const captured = pulled.slice(0, own);
      const none = new Array<undefined>(branch === 0 ? second : first).fill(undefined);
      const all = [...(branch === 0 ? [...captured, ...none] : [...none, ...captured]), ...pulled.slice(own)];
      return rest.flatMap((input, index) => (isFloat(input.dtype) ? [all[index] ?? fullLike(input, 0)] : []));
    };
    const pulled = cond(predicate as Tensor, pull(0), pull(1));
    let next = 0;
    return [undefined, ...rest.map(({ dtype }) => (isFloat(dtype) ? pulled[next++] : undefined))];
  },

  batch: (inputs, batched, { branches, signatures }) => {
    const [predicate, ...rest] = inputs as [Tensor, ...Tensor[]];
    const [each, ...flags] = batched;
    const extent = batchExtent(inputs, batched);
    const values = partsOf(rest, branches);
    const mapped = partsOf(flags, branches);
    const run = (branch: 0 | 1) => (): Tensor[] => {
      const axes = mapped[branch].map((is) => (is === true ? 0 : undefined));
      const replayed = (...given: Tensor[]): Tensor[] => replay(branches[branch], given);
      if (axes.includes(0)) return vmap(replayed, { axes })(...values[branch]);
      return replayed(...values[branch]).map((output) => withBatchAxis(output, false, extent));
    };
    const outputs = each === true ? select(predicate, run(0)(), run(1)()) : cond(predicate, run(0), run(1));
    return pack(outputs, signaturesOf(outputs), [extent], packedSignature(signatures, []).dtype);
  },

  text: "cond(#*)",
  latex: "\\operatorname{cond}\\left(#*\\right)",
};

/** For every member of a batch the results of the branch that its predicate chooses. */
export function select(
  predicates: Tensor,
  whenTrue: readonly Tensor[],
  whenFalse: readonly Tensor[],
): Tensor[] {
  return whenTrue.map((output, index) => {
    const ones = new Array<number>(output.shape.length - 1).fill(1);
    return predicates.reshape([predicates.size, ...ones]).where(output, whenFalse[index] as Tensor);
  });
}

/** The primitive operations of this file. */
export const condOps: readonly Op<never>[] = [condOp];
