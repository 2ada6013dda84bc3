/** Thrown inside a walk when its signal asks to stop; solvers turn it into the status `aborted`. */
export class Aborted extends Error {
  override name = "Aborted";
}

/** An `AbortSignal`, or anything that tells as much. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Called before every evaluation, so that a walk stops within one. */
export function checkSignal(signal: StopSignal | undefined): void {
  if (signal?.aborted === true) throw new Aborted("stopped by the signal");
}
