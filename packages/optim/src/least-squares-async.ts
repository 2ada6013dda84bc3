import type { Tensor } from "@steepest/autodiff";
import type { LeastSquaresOptions } from "./least-squares.ts";
import { checkNoLoss, flatSums, leastSquaresTolerances } from "./least-squares/flat.ts";
import { solutionOf, type SummedSolution } from "./least-squares/solution.ts";
import { levenbergMarquardt } from "./methods/least-squares/levenberg-marquardt.ts";
import { chunkPrograms, makeAdder, type ChunkPass } from "./problem/least-squares/chunks.ts";
import { awaitedSource, Pending, type AsyncSumSource } from "./problem/least-squares/pending.ts";
import { sumsOf, type NormalEquations } from "./problem/least-squares/sum-source.ts";
import type { Packing, TensorsOf } from "./problem/packing.ts";
import { draining } from "./walk/drain.ts";
import { checkedTolerances } from "./walk/solve.ts";
import { walker } from "./walk/walk.ts";

/** `ChunkedResiduals` whose chunks are waited for: read from a disk, fetched. */
export interface AsyncChunkedResiduals<X, C> {
  /** The pieces, anew for every evaluation. Those of one shape share one compiled program. */
  chunks(): AsyncIterable<C> | Iterable<C>;
  /** The residuals of one piece: a pure function of the parameters and the piece, as tensors. */
  residuals(x: TensorsOf<X>, chunk: TensorsOf<C>): Tensor;
}

/** `SuppliedSums` that are waited for: computed by workers, by a database. */
export interface AsyncSuppliedSums {
  normalEquations(x: Float64Array): Promise<NormalEquations | undefined>;
}

type AsyncInput =
  | { chunks(): AsyncIterable<unknown> | Iterable<unknown>; residuals(x: never, chunk: never): Tensor }
  | AsyncSuppliedSums;

/**
 * `leastSquares` for data that is waited for: between two evaluations nothing blocks. The steps are those that the same
 * data would give at once.
 *
 * @throws {OptimizationError} (as a rejection) for what `leastSquares` throws it
 */
export function leastSquaresAsync<const X, C>(
  problem: AsyncChunkedResiduals<X, C>,
  x0: X,
  options?: LeastSquaresOptions,
): Promise<SummedSolution<TensorsOf<X>>>;
export function leastSquaresAsync<const X>(
  problem: AsyncSuppliedSums,
  x0: X,
  options?: LeastSquaresOptions,
): Promise<SummedSolution<TensorsOf<X>>>;
export async function leastSquaresAsync(
  problem: AsyncInput,
  x0: unknown,
  options: LeastSquaresOptions = {},
): Promise<SummedSolution<never>> {
  const method = options.method ?? levenbergMarquardt();
  let forget = (): void => undefined;
  const flat = flatSums(x0, method, options, (packing, evaluations) => {
    const awaited = awaitedSource(sourceOf(problem, packing, options), evaluations);
    forget = awaited.forget;
    return awaited.source;
  });
  const tolerances = checkedTolerances(options, leastSquaresTolerances);
  const walking = walker(method, flat.problem, flat.start, tolerances, options.resume);
  const { advance, drained } = draining(walking, options, method.defaultIterations);
  for (;;) {
    try {
      if (!advance()) break;
      forget();
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
      await error.work;
    }
  }
  return solutionOf(walking, drained(), flat);
}

function sourceOf(
  input: AsyncInput,
  packing: Packing,
  { compile = true, loss }: LeastSquaresOptions,
): AsyncSumSource {
  if ("normalEquations" in input) {
    checkNoLoss(loss);
    return { sums: async (x) => sumsOf(await input.normalEquations(x), packing.dimension) };
  }
  const programs = chunkPrograms((x, chunk) => input.residuals(x, chunk), packing, { compile, loss });
  const { settings } = programs;
  const added = async (pass: ChunkPass, x: Float64Array, velocity: Float64Array): Promise<Float64Array> => {
    const adder = makeAdder();
    for await (const chunk of input.chunks())
      adder.add(pass(settings, x, velocity, chunk)[0] as ArrayLike<number>);
    return adder.total();
  };
  return {
    sums(x, least) {
      settings[2] = least;
      return added(programs.sums, x, x);
    },
    bend: (x, velocity) => added(programs.bend, x, velocity),
  };
}
