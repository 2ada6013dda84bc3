/** Results to be compared, element by element. */
export type Numbers = ArrayLike<number>;

/** One way to do the work being compared. */
export interface Contender {
  readonly label: string;
  /** What the work gives, done from its beginning; compared between contenders before anything is timed. */
  result(): Numbers | Promise<Numbers>;
  /** Does the work so many times, one after another, and says how many milliseconds they took together. */
  turn(repeats: number): number | Promise<number>;
  /** Largest difference from ours, relative to the largest result, where it is not the benchmark's. */
  readonly tolerance?: number;
}

/** The same work done by us and by the alternatives in one run. */
export interface Benchmark {
  readonly name: string;
  /** What is done, in a line. */
  readonly title: string;
  readonly unit: "ms" | "µs";
  readonly ours: Contender;
  readonly others: readonly Contender[];
  /** What is to be known of an alternative, by its label: why it cannot do this work, or does it differently. */
  readonly notes?: Notes;
  /** Largest relative difference between contenders' results that still counts as the same work. */
  readonly tolerance: number;
  /** The time ours must reach, in the benchmark's unit. */
  readonly goal?: number;
  /** Floating point operations, where their rate means something. */
  readonly operations?: number;
  /** How the same work is asked for in Python, if it is done there. */
  readonly python?: PythonWork;
}

export type Notes = Readonly<Record<string, string>>;

/** Work that `src/python` knows by this name, with what it is done on. */
export interface PythonWork {
  readonly work: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, Input>>;
}

/** A row-major array. */
export interface Input {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: readonly number[];
}

/** What measuring a benchmark gives: times in its unit. */
export interface Row {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly unit: string;
  readonly lowerIsBetter: boolean;
  readonly ours: number;
  readonly others: Readonly<Record<string, number>>;
  readonly notes: Notes;
  readonly goal?: number;
  readonly operations?: number;
  readonly machine: string;
}

/** How a contender in this process does its work. */
export interface Work<T> {
  readonly label: string;
  readonly tolerance?: number;
  /** Back to the beginning, before a turn and untimed: for work that goes on from where it was. */
  start?(): void;
  run(): T;
  /** The results in numbers; by default what `run` returns. */
  numbers?(done: T): Numbers;
  /** How many runs from the beginning make up the result that is compared; 1 by default. */
  readonly compared?: number;
}

/** Somewhere to put what is computed, so that no engine can leave the computation out. */
const sink: { last?: unknown } = {};

/** A contender that does its work in this process. */
export function contender<T>({
  label,
  tolerance,
  start,
  run,
  numbers = (done) => done as Numbers,
  compared = 1,
}: Work<T>): Contender {
  return {
    label,
    ...(tolerance === undefined ? {} : { tolerance }),
    result: () => {
      start?.();
      return Array.from({ length: compared }, () => Array.from(numbers(run()))).flat();
    },
    turn: (repeats) => {
      start?.();
      const begin = performance.now();
      for (let repeat = 0; repeat < repeats; repeat++) sink.last = run();
      const elapsed = performance.now() - begin;
      delete sink.last;
      return elapsed;
    },
  };
}
