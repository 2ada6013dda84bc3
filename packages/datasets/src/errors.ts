/** Where a table is wrong and what was expected there. Rows are 1-based lines of the file, the header is row 1. */
export interface DatasetProblem {
  row?: number | undefined;
  column?: string | undefined;
  found?: string | undefined;
  expected?: string | undefined;
}

/**
 * Data that cannot be used as they are. The message says where, what was expected and what was found; the same facts
 * are in `row`, `column`, `found` and `expected` as far as they apply.
 */
export class DatasetError extends Error {
  override readonly name: string = "DatasetError";
  /** 1-based line of the file (the header is row 1). */
  readonly row: number | undefined;
  readonly column: string | undefined;
  readonly found: string | undefined;
  readonly expected: string | undefined;

  constructor(message: string, problem: DatasetProblem = {}) {
    super(message);
    this.row = problem.row;
    this.column = problem.column;
    this.found = problem.found;
    this.expected = problem.expected;
  }
}
