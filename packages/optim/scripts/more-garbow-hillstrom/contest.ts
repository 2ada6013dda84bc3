import { judge, workToSolve, type Verdict } from "./judge.ts";
import { leastSquaresMethods, minimizers } from "./ours.ts";
import { fminMethods, mlLevenbergMarquardt } from "./peers.ts";
import { trialsFrom, type Run, type Trial } from "./run.ts";
import { runScipy, seesResiduals } from "./scipy.ts";

/** The factors by which the starts are multiplied. */
export const factors = [1, 10, 100] as const;

/** What a run came to. */
export interface Outcome {
  readonly trial: Trial;
  readonly run: Run;
  readonly verdict: Verdict;
  /** Until the value was as good as the minimum's; Infinity where it is not solved. */
  readonly work: number;
}

/** A method with all its outcomes, in the order of the trials. */
export interface Entrant {
  readonly name: string;
  readonly library: "Steepest" | "SciPy" | "npm";
  readonly onResiduals: boolean;
  /** Whether its library says of a result if it converged. */
  readonly speaks: boolean;
  readonly outcomes: readonly Outcome[];
}

export interface Contest {
  readonly trials: readonly Trial[];
  readonly entrants: readonly Entrant[];
  readonly scipyVersion: string | undefined;
}

/** Everybody on everything. It takes minutes, most of them SciPy's. */
export function contest(): Contest {
  const trials = factors.flatMap((factor) => trialsFrom(factor));
  const enter = (run: (trial: Trial) => Run | undefined, about: Omit<Entrant, "outcomes">): Entrant => ({
    ...about,
    outcomes: trials.flatMap((trial) => {
      const found = run(trial);
      return found === undefined ? [] : [outcomeOf(trial, found)];
    }),
  });
  const scipy = runScipy(factors);
  const entrants = [
    ...minimizers.map(({ name, run }) =>
      enter(run, { name, library: "Steepest", onResiduals: false, speaks: true }),
    ),
    ...leastSquaresMethods.map(({ name, run }) =>
      enter(run, { name, library: "Steepest", onResiduals: true, speaks: true }),
    ),
    ...fminMethods.map(({ name, run }) =>
      enter(run, { name, library: "npm", onResiduals: false, speaks: false }),
    ),
    enter(mlLevenbergMarquardt.run, {
      name: mlLevenbergMarquardt.name,
      library: "npm",
      onResiduals: true,
      speaks: false,
    }),
    ...(scipy?.methods ?? []).map((name) =>
      enter((trial) => scipy?.find(name, trial), {
        name: `SciPy ${name}`,
        library: "SciPy",
        onResiduals: seesResiduals(name),
        speaks: true,
      }),
    ),
  ];
  return { trials, entrants, scipyVersion: scipy?.version };
}

function outcomeOf(trial: Trial, run: Run): Outcome {
  const verdict = judge(trial.problem, run);
  return { trial, run, verdict, work: verdict === "solved" ? workToSolve(trial.problem, run) : Infinity };
}
