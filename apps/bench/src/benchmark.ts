/** One way to do the work being compared. */
export interface Contender {
  readonly label: string;
  /** Does the work once; what it returns is compared between contenders before anything is timed. */
  run(): readonly number[];
}

/** One row of the table: the same work done by us and by the alternatives, in one process. */
export interface Benchmark {
  readonly name: string;
  /** What is done, in a line. */
  readonly title: string;
  readonly unit: "ms" | "µs";
  readonly ours: Contender;
  readonly others: readonly Contender[];
  /** Largest relative difference between contenders' results that still counts as the same work. */
  readonly tolerance: number;
}

export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly lowerIsBetter: boolean;
  readonly ours: number;
  readonly others: Readonly<Record<string, number>>;
  readonly machine: string;
}
