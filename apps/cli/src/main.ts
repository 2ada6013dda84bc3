import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";
import { processTerminal } from "./terminal/terminal.ts";
import { readableWords } from "./words.ts";

// The reader of a pipe may leave early (`steepest data | head -3`): nothing is lost then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const terminal = processTerminal();
const words = readableWords(process.argv.slice(2));
try {
  await createProgram(terminal).parseAsync(words.length === 0 ? ["--help"] : words, { from: "user" });
} catch (error) {
  process.exitCode = reportError(error, terminal, words.includes("--debug"));
}
