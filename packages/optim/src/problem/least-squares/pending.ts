import { SteepestError } from "@steepest/autodiff";
import type { Evaluations } from "../../solution.ts";
import type { Weighted } from "./problem.ts";
import type { SumSource } from "./sum-source.ts";

/**
 * Thrown out of an evaluation whose result is on its way. A step that it stops leaves the walk where it was; once `work`
 * is done, the same step finds the result and goes on. An error of this library, so that it is not taken for a failure
 * of the user's function.
 */
export class Pending extends SteepestError {
  override name = "Pending";
  readonly work: Promise<void>;

  constructor(work: Promise<void>) {
    super("the result of an evaluation is on its way");
    this.work = work;
  }
}

/** A {@link SumSource} that takes its time; it need not count. */
export interface AsyncSumSource {
  sums(x: Float64Array, least: number): Promise<Float64Array>;
  /** Left out where only the sums are known. */
  readonly bend?: (x: Float64Array, velocity: Float64Array) => Promise<Float64Array>;
}

interface Remembered {
  readonly key: readonly number[];
  readonly result?: Float64Array;
  /** What the evaluation threw instead. */
  readonly error?: unknown;
}

/**
 * The source as steps see it: what is not known yet is begun, and {@link Pending} thrown. Results are remembered until
 * `forget`, which is to be called between steps.
 */
export function awaitedSource(
  source: AsyncSumSource,
  evaluations: Evaluations,
): { source: SumSource; forget: () => void } {
  let known: Remembered[] = [];
  const recall = (key: readonly number[], begin: () => Promise<Float64Array>): Float64Array => {
    const found = known.find((other) => isSame(other.key, key));
    if (found === undefined)
      throw new Pending(
        begin().then(
          (result) => void known.push({ key, result }),
          (error: unknown) => void known.push({ key, error }),
        ),
      );
    if (found.result === undefined) throw found.error;
    return found.result;
  };
  return {
    forget: () => (known = []),
    source: {
      sums: (x, least) =>
        recall([0, least, ...x], () => {
          evaluations.values++;
          evaluations.gradients++;
          return source.sums(x, least);
        }),
      bend: (x, velocity) => {
        const { bend } = source;
        return (
          bend &&
          recall([1, ...x, ...velocity], () => {
            evaluations.hessians++;
            return bend(x, velocity);
          })
        );
      },
      residuals: (): Weighted | undefined => undefined,
    },
  };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
