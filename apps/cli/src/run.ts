import { exitCode } from "./errors.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { readableWords } from "./words.ts";

/** Does what the words say. Returns the exit code; mistakes are reported, not thrown. */
export async function run(given: readonly string[], terminal: Terminal): Promise<number> {
  const words = given.length === 0 ? ["--help"] : readableWords(given);
  const context = { terminal, exitCode: exitCode.fine as number };
  try {
    await createProgram(context).parseAsync(words, { from: "user" });
    return context.exitCode;
  } catch (error) {
    // Knowing every kind of error means loading every package: only when there is one.
    const { reportError } = await import("./report-error.ts");
    return reportError(error, terminal, words.includes("--debug"));
  }
}
