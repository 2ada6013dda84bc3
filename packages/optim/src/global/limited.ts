import { OptimizationError } from "../errors.ts";
import type { MinimizeMethod } from "../methods/method.ts";
import { Aborted } from "../problem/aborted.ts";
import type { Finish } from "../solution.ts";
import { aborted, type Walker } from "../walk/walk.ts";
import type { GlobalProblem, GlobalTolerances } from "./method.ts";
import { refinedState, type PolishedState } from "./polished.ts";

interface Limits {
  readonly maxIterations: number;
  readonly maxEvaluations?: number | undefined;
}

/**
 * A search that is ended by limits: no step begins beyond them but one, which refines the best point. That one is no part
 * of the walk, which goes on from its checkpoint as if there had been no limits.
 */
export function limited(
  walking: Walker,
  problem: GlobalProblem,
  tolerances: GlobalTolerances,
  local: MinimizeMethod | undefined,
  { maxIterations, maxEvaluations = Infinity }: Limits,
): Walker {
  for (const [name, limit] of Object.entries({ maxIterations, maxEvaluations }))
    if (!(limit >= 0)) throw new OptimizationError(`${name} must be 0 or more: ${limit}`);
  const { evaluations } = problem;
  let refined: PolishedState | undefined;
  let finish: Finish | undefined;
  let checkpoint = walking.checkpoint;

  function outOf(): string | undefined {
    const state = walking.state as PolishedState | undefined;
    // A search that has settled refines its best point itself.
    if (state === undefined || state.inner.finish !== undefined) return undefined;
    if (state.step.iteration >= maxIterations) return `${state.step.iteration} iterations`;
    return evaluations.values >= maxEvaluations ? `${evaluations.values} evaluations` : undefined;
  }

  return {
    get state() {
      return refined ?? walking.state;
    },
    get finish() {
      return finish ?? walking.finish;
    },
    checkpoint: () => checkpoint(),
    advance() {
      const spent = (finish ?? walking.finish) === undefined ? outOf() : "";
      if (spent === undefined) return walking.advance();
      if (spent === "") return undefined;
      const before = walking.state as PolishedState;
      const counted = { ...evaluations };
      checkpoint = () => ({ ...walking.checkpoint(), evaluations: counted });
      try {
        refined = refinedState(problem, before, tolerances, local);
      } catch (error) {
        if (!(error instanceof Aborted)) throw error;
        finish = aborted;
        return undefined;
      }
      const { step } = refined;
      finish = refined.finish ?? {
        status: "maxIterations",
        message: `stopped after ${spent} at value ${step.value}, before the search had settled; raise maxIterations or maxEvaluations`,
      };
      return step === before.step ? undefined : step;
    },
  };
}
