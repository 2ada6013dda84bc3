import { leastCurvature } from "../../losses/correction.ts";
import { allFinite, at } from "../../linalg/vector.ts";
import type { Evaluations } from "../../solution.ts";
import { attempt, type FailureRecord } from "../attempt.ts";
import type { StopSignal } from "../aborted.ts";
import { fromSums, whyNot } from "./linearization.ts";
import { nearTheMinimum, type LeastSquaresProblem } from "./problem.ts";
import type { SumSource } from "./sum-source.ts";

interface Options {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  readonly lower: Float64Array | undefined;
  readonly upper: Float64Array | undefined;
  readonly signal: StopSignal | undefined;
  /** δ of the loss; undefined without one. */
  readonly scale: number | undefined;
}

/** The flat problem of sums, whose data may be larger than memory. */
export function summedProblem(source: SumSource, options: Options): LeastSquaresProblem {
  const { dimension: p, evaluations, lower, upper, signal, scale } = options;
  const problem: LeastSquaresProblem & FailureRecord = {
    dimension: p,
    evaluations,
    lower,
    upper,
    robust: scale !== undefined,
    lastFailure: "",
    linearize: (x, from) =>
      attempt(problem, signal, () => {
        const near = from !== undefined && from.offset < nearTheMinimum;
        const totals = source.sums(x, near ? leastCurvature : 1);
        const linearization = fromSums(
          {
            x,
            value: 0.5 * (scale ?? 1) ** 2 * at(totals, 0),
            residualSumOfSquares: at(totals, 1),
            firstValue: from?.firstValue,
          },
          totals,
          p,
        );
        problem.lastFailure = whyNot(linearization, undefined);
        return problem.lastFailure === "" ? linearization : undefined;
      }),
    acceleration: ({ x }, velocity) =>
      attempt(problem, signal, () => {
        const force = source.bend(x, velocity);
        return force && allFinite(force) ? force : undefined;
      }),
    residuals: (x) => source.residuals(x),
    jacobian: () => undefined,
  };
  return problem;
}
