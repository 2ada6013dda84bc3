import { relativeGradient, type MinimizeMethod } from "../methods/method.ts";
import type { Finish } from "../solution.ts";
import type { SamplePoint } from "../walk/step.ts";
import { distance } from "./cube.ts";
import { withMinimum, type Basin } from "./basins.ts";
import { localSearch } from "./local-search.ts";
import type { Found, GlobalProblem, GlobalState, GlobalTolerances } from "./method.ts";
import { poll } from "./poll.ts";
import { randomFrom } from "./random.ts";

/** The best point of a search, refined, and whether it is a local minimum. */
export interface Polished {
  readonly best: Found;
  readonly basins: readonly Basin[];
  readonly path: readonly SamplePoint[];
  /**
   * - `minimum`: the gradient vanishes, or everything around lies higher;
   * - `plateau`: nothing around is lower, yet some is as low;
   * - `unsettled`: the local search was not over;
   * - `unbounded`: the value falls without end.
   */
  readonly verdict: "minimum" | "plateau" | "unsettled" | "unbounded";
  /** How the verdict came about. */
  readonly because: string;
}

/**
 * Refines the best point by a local search. Where gradients say nothing, at a kink, a jump or a plateau, it looks around by
 * values.
 */
export function polish(
  problem: GlobalProblem,
  state: GlobalState,
  tolerances: GlobalTolerances,
  local: MinimizeMethod,
): Polished {
  const search =
    state.best.minimum === true ? undefined : localSearch(problem, local, state.best.x, tolerances);
  const path = search?.path ?? [];
  const found = search !== undefined && search.end.value <= state.best.value ? search.end : state.best;
  const ended = (best: Found, verdict: Polished["verdict"], because: string): Polished => ({
    best,
    basins: withBest(problem, state.basins, best, tolerances),
    path,
    verdict,
    because,
  });
  if (search?.finish.status === "unbounded") return ended(found, "unbounded", search.finish.message);
  if (found.minimum === true) {
    const relative =
      found.gradient === undefined ? NaN : relativeGradient({ ...found, gradient: found.gradient });
    return ended(found, "minimum", `a local minimum (relative gradient ${relative.toPrecision(3)})`);
  }
  const { best, surrounded } = poll(problem, found, randomFrom(state.random));
  const refined: Found = best === found ? found : best;
  if (search?.finish.status === "maxIterations" && best !== found)
    return ended(refined, "unsettled", search.finish.message);
  return surrounded
    ? ended(refined, "minimum", "a local minimum by its neighbours, all higher, not by its gradient: a kink")
    : ended(refined, "plateau", "as low as some of its neighbours: a plateau");
}

/** The basins, the lowest of which has been refined. */
function withBest(
  problem: GlobalProblem,
  basins: readonly Basin[],
  best: Found,
  { basinTolerance }: GlobalTolerances,
): readonly Basin[] {
  const [first, ...others] = basins;
  if (first === undefined) return withMinimum([], best, problem.cube, basinTolerance);
  const { coordinates } = problem.cube;
  if (first.x !== best.x && distance(coordinates(first.x), coordinates(best.x)) > basinTolerance)
    return withMinimum(basins, best, problem.cube, basinTolerance);
  return [{ x: best.x, value: best.value, count: first.count }, ...others];
}

/** How a search ended whose own test held. */
export function finishOf({ verdict, because, basins }: Polished, reason: string): Finish {
  const found = basins[0]?.count ?? 1;
  const seen =
    basins.length === 1 && found === 1
      ? ""
      : `; it was found ${times(found)} among ${basins.length === 1 ? "one minimum" : `${basins.length} minima`}`;
  switch (verdict) {
    case "minimum":
      return {
        status: "converged",
        message: `converged: ${reason}, and the best point is ${because}${seen}; that there is none lower cannot be proven`,
      };
    case "plateau":
      return {
        status: "stationary",
        message: `${reason}, yet the best point is ${because}; nothing lower was found, but the function may be constant here or everywhere: check that it depends on its parameters`,
      };
    case "unsettled":
      return {
        status: "stalled",
        message: `${reason}, yet a local search from the best point does not come to an end (${because}); the function may have kinks or be too badly scaled: rescale the parameters`,
      };
    case "unbounded":
      return { status: "unbounded", message: because };
  }
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}
