import { exitCode } from "./errors.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal/terminal.ts";

// The reader of a pipe may leave early (`steepest data | head -3`): nothing is lost then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`steepest: the result could not be written: ${error.message}\n`);
  process.exit(exitCode.failed);
});

process.exitCode = await run(process.argv.slice(2), processTerminal());
