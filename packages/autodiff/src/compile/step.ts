import { DifferentiationError, DTypeError, ShapeError } from "../errors.ts";
import { cast } from "../ops/cast.ts";
import { asTensor } from "../tensor/convert.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { transformDepth } from "../tensor/record.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { flatten, type MapTree, type TreeLike } from "../tensor/tree.ts";
import { fill } from "./pattern.ts";
import type { Program } from "./runner.ts";
import { States, withoutState } from "./states.ts";
import { Specialisations, type CompileOptions, type Specialisation } from "./specialise.ts";

/** What a step may return for the state `S`: an array in place of a tuple, too, which is all that `[a, b]` is to a compiler. */
export type NextState<S> = S extends Tensor
  ? Tensor
  : S extends readonly (infer E)[]
    ? readonly NextState<E>[]
    : S extends object
      ? { readonly [K in keyof S]: NextState<S[K]> }
      : S;

/** A compiled step: each call moves its state on by one step and gives the step's output. */
export interface CompiledStep<S, A extends readonly unknown[], Y> {
  (...inputs: { [K in keyof A]: TreeLike<A[K]> }): Y;
  /** So many steps on the same inputs, within one call; gives the output of the last one. */
  repeat(count: number, ...inputs: { [K in keyof A]: TreeLike<A[K]> }): Y;
  /** The state, as a copy. */
  get state(): S;
  /** Replaces the state by one of the same structure, shapes and dtypes. */
  set state(state: TreeLike<S>);
  /** Replaces the state, by the initial one unless another is given. */
  reset(state?: TreeLike<S>): void;
  /** Compiles for such inputs without blocking. */
  prepare(...inputs: { [K in keyof A]: TreeLike<A[K]> }): Promise<void>;
  /** Steps whose inputs and outputs are written and read in place; the state is the same. */
  inPlace(...inputs: { [K in keyof A]: TreeLike<A[K]> }): InPlaceStep<A, Y>;
  /** How a step with such inputs is carried out, in words. */
  describe(...inputs: { [K in keyof A]: TreeLike<A[K]> }): string;
}

/** Steps whose inputs and outputs are typed arrays that stay where they are; see {@link InPlaceCall}. */
export interface InPlaceStep<A extends readonly unknown[], Y> {
  readonly inputs: { [K in keyof A]: MapTree<A[K], TypedArray> };
  readonly outputs: MapTree<Y, TypedArray>;
  /** Does so many steps, one unless told otherwise. */
  run(count?: number): void;
}

/**
 * Compiles a step `(state, ...inputs) → [nextState, output]` that keeps its state: parameters and optimiser moments, a
 * simulation, the values of a filter. The state lives in the program's memory, so that nothing of it is copied from call
 * to call, and is updated in place where the step allows it. Calls with inputs of other shapes share it. A step that
 * throws (an index out of range, a singular matrix) leaves the state as it was; only the loss of a worker thread may leave
 * it between two steps.
 *
 * @example
 * const mean = compileStep(
 *   ({ count, sum }, x) => {
 *     const next = { count: count.add(1), sum: sum.add(x) };
 *     return [next, next.sum.div(next.count)];
 *   },
 *   { count: 0, sum: 0 },
 * );
 * mean(1); // → 1
 * mean(2); // → 1.5
 * mean.repeat(2, 3); // → 2.25
 * mean.state.count; // → 4
 * mean.reset();
 *
 * @throws {ShapeError} when the next state, or one that is assigned, has another structure or other shapes.
 * @throws {DTypeError} when it has other dtypes.
 * @throws {DifferentiationError} when it is called inside `grad`, `compile` or another transform, which would have to see
 *   the state change.
 */
export function compileStep<S, A extends readonly unknown[], Y>(
  step: (state: S, ...inputs: A) => readonly [NextState<S>, Y],
  initialState: TreeLike<S>,
  options: CompileOptions = {},
): CompiledStep<S, A, Y> {
  const owner = new StepOwner(step as (...args: readonly unknown[]) => unknown, initialState, options);
  const run = (...inputs: readonly unknown[]): unknown => owner.run(1, inputs);
  Object.assign(run, {
    repeat: (count: number, ...inputs: readonly unknown[]) => owner.run(checkCount(count), inputs),
    reset: (state: unknown = owner.initial) => {
      owner.state = state;
    },
    prepare: (...inputs: readonly unknown[]) => owner.programs.prepare(inputs),
    inPlace: (...inputs: readonly unknown[]) => owner.inPlace(inputs),
    describe: (...inputs: readonly unknown[]) => owner.programs.describe(inputs),
  });
  Object.defineProperty(run, "state", {
    get: () => owner.state,
    set: (state: unknown) => {
      owner.state = state;
    },
  });
  return run as unknown as CompiledStep<S, A, Y>;
}

/** Where the state is, and the programs that work on it: truth values are carried as numbers. */
class StepOwner {
  readonly programs: Specialisations;
  readonly #initial: ReturnType<typeof flatten<TensorLike>>;
  readonly #like: readonly Tensor[];
  /** The program whose memory has the state, or the state while none has. */
  #current: Program | undefined;
  #state: readonly Tensor[];

  constructor(
    step: (...args: readonly unknown[]) => unknown,
    initialState: unknown,
    options: CompileOptions,
  ) {
    this.#initial = flatten<TensorLike>(initialState);
    this.#like = this.#initial.leaves.map(asTensor);
    this.#state = this.#like.map(carried);
    const traced = (carry: unknown, ...inputs: readonly unknown[]): unknown => {
      const state = this.#restored(flatten<Tensor>(carry).leaves);
      const result = step(state, ...inputs);
      if (!Array.isArray(result) || result.length !== 2)
        throw new ShapeError("a step returns an array of two: the next state and the output");
      const [next, output] = result as [unknown, unknown];
      return [this.#checked("the next state", next), output];
    };
    this.programs = new Specialisations(traced, options, {
      tree: this.#state,
      signatures: this.#state,
      keep: () => new States(this.#like.length),
      output: (result) => withoutState(result, this.#like.length),
      onRelease: (program) => {
        if (program !== this.#current) return;
        this.#state = program.state;
        this.#current = undefined;
      },
    });
  }

  run(count: number, inputs: readonly unknown[]): unknown {
    refuseTransforms();
    const found = this.programs.find(inputs);
    const program = this.programs.programOf(found);
    this.#moveTo(program);
    return fill(found.result, program.run(found.leaves, count));
  }

  inPlace(inputs: readonly unknown[]): InPlaceStep<readonly unknown[], unknown> {
    refuseTransforms();
    const found: Specialisation = this.programs.find(inputs);
    const program = this.programs.newProgram(found);
    const { inputs: arrays, outputs, run } = program.inPlace(found.leaves);
    return {
      inputs: fill(found.pattern, arrays) as readonly TypedArray[],
      outputs: fill(found.result, outputs),
      run: (count = 1) => {
        refuseTransforms();
        this.#moveTo(program);
        run(checkCount(count));
      },
    };
  }

  get initial(): unknown {
    return this.#initial.rebuild(this.#like);
  }

  get state(): unknown {
    return this.#restored(this.#current?.state ?? this.#state);
  }

  set state(tree: unknown) {
    const state = this.#checked("a state", tree);
    if (this.#current === undefined) this.#state = state;
    else this.#current.state = state;
  }

  #moveTo(program: Program): void {
    if (program === this.#current) return;
    program.state = this.#current?.state ?? this.#state;
    this.#current = program;
    this.#state = [];
  }

  #restored(leaves: readonly Tensor[]): unknown {
    return this.#initial.rebuild(
      leaves.map((leaf, index) => cast(leaf, (this.#like[index] as Tensor).dtype)),
    );
  }

  /** The leaves of a state, as they are carried. */
  #checked(what: string, tree: unknown): readonly Tensor[] {
    const { leaves, form, paths } = flatten<TensorLike>(tree);
    if (form !== this.#initial.form)
      throw new ShapeError(
        `${what} must have the structure of the initial one, [${this.#initial.paths.join(", ")}]: [${paths.join(", ")}]`,
      );
    return leaves.map((leaf, index) => {
      const value = asTensor(leaf);
      const { shape, dtype } = this.#like[index] as Tensor;
      const at = paths[index] === "" ? what : `${what} at ${paths[index]}`;
      if (!sameShape(value.shape, shape))
        throw new ShapeError(`${at} must have shape ${formatShape(shape)}: ${formatShape(value.shape)}`);
      if (value.dtype !== dtype) throw new DTypeError(`${at} must have dtype ${dtype}: ${value.dtype}`);
      return carried(value);
    });
  }
}

function carried(value: Tensor): Tensor {
  return value.dtype === "bool" ? cast(value, "f32") : value;
}

function checkCount(count: number): number {
  if (!Number.isInteger(count) || count < 1 || count >= 2 ** 31)
    throw new ShapeError(`expected a number of steps, 1 or more: ${count}`);
  return count;
}

function refuseTransforms(): void {
  if (transformDepth() > 0)
    throw new DifferentiationError(
      "a compiled step keeps a state and cannot be part of a derivative or of another compiled function; " +
        "call the function it was made from",
    );
}
