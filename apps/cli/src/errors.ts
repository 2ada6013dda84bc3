/** Something the user can put right: a flag, a name, a file. Ends the program with exit code 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  /** Further lines under the message: what is possible, what to try. */
  readonly hint: string;

  constructor(message: string, hint = "") {
    super(message);
    this.hint = hint;
  }
}

export const exitCode = {
  fine: 0,
  /** The fit did not converge, or something broke that should not break. */
  failed: 1,
  /** Wrong usage or wrong data. */
  usage: 2,
} as const;
