import { SteepestError } from "@steepest/autodiff";
import { checkSignal, type StopSignal } from "./aborted.ts";

/** Remembers why the last evaluation failed. */
export interface FailureRecord {
  /** Why the last evaluation failed; empty when it did not. */
  lastFailure: string;
}

/**
 * Runs an evaluation: its result, or undefined when it threw. Only misuse of the library gets out as an error.
 *
 * @param record a plain property, not a getter: an object of its own shape for every problem would cost microseconds
 */
export function attempt<R>(
  record: FailureRecord,
  signal: StopSignal | undefined,
  evaluate: () => R | undefined,
): R | undefined {
  checkSignal(signal);
  record.lastFailure = "";
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    record.lastFailure = `the function threw: ${error instanceof Error ? error.message : String(error)}`;
    return undefined;
  }
}
