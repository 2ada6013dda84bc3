import { SteepestError } from "@steepest/autodiff";
import { checkSignal, type StopSignal } from "./aborted.ts";

/** Runs evaluations, and remembers why the last one failed. */
export interface Attempts {
  /** Why the last evaluation failed; empty when it did not. */
  lastFailure: string;
  /** The evaluation's result, or undefined when it threw; only misuse of the library gets out as an error. */
  run<R>(evaluate: () => R | undefined): R | undefined;
}

export function makeAttempts(signal: StopSignal | undefined): Attempts {
  const attempts: Attempts = {
    lastFailure: "",
    run(evaluate) {
      checkSignal(signal);
      attempts.lastFailure = "";
      try {
        return evaluate();
      } catch (error) {
        if (error instanceof SteepestError) throw error;
        attempts.lastFailure = `the function threw: ${error instanceof Error ? error.message : String(error)}`;
        return undefined;
      }
    },
  };
  return attempts;
}
