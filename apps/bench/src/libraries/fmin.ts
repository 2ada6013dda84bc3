import "fmin";

/** A function of x that also writes its gradient where there is room for it. */
export type WithGradient = (x: number[], gradient: number[]) => number;

interface Minimum {
  readonly x: number[];
  readonly fx: number;
}

interface Fmin {
  conjugateGradient(f: WithGradient, start: number[], options?: { maxIterations?: number }): Minimum;
  nelderMead(f: (x: number[]) => number, start: number[], options?: { maxIterations?: number }): Minimum;
}

/** The package is a script that calls itself a module: it leaves what it has on the global object. */
export const fmin: Fmin = (globalThis as unknown as { fmin: Fmin }).fmin;
