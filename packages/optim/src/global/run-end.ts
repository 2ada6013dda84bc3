import type { MinimizeMethod } from "../methods/method.ts";
import type { SamplePoint } from "../walk/step.ts";
import { withMinimum, type Basin } from "./basins.ts";
import { localSearch } from "./local-search.ts";
import type { Found, GlobalProblem, GlobalTolerances } from "./method.ts";
import { poll } from "./poll.ts";
import type { Random } from "./random.ts";

/** What the run of a population has come to. */
export interface RunEnd {
  readonly end: Found;
  readonly basins: readonly Basin[];
  readonly path: readonly SamplePoint[];
}

/** The end of a run refined by a local search, if there is one, and put to the minima of the runs before. */
export function runEnd(
  problem: GlobalProblem,
  basins: readonly Basin[],
  point: Found,
  local: MinimizeMethod | false,
  tolerances: GlobalTolerances,
  random: Random,
): RunEnd {
  const search = local === false ? undefined : localSearch(problem, local, point.x, tolerances);
  let end = search !== undefined && search.end.value <= point.value ? search.end : point;
  if (search !== undefined && end.minimum !== true) {
    const { best } = poll(problem, end, random);
    if (best.value < end.value) end = best;
  }
  return {
    end,
    basins: withMinimum(basins, end, problem.cube, tolerances.basinTolerance),
    path: search?.path ?? [],
  };
}
