import { FormulaError } from "@steepest/autodiff/formula";
import { SteepestError } from "@steepest/autodiff";
import { DatasetError } from "@steepest/datasets";
import { CommanderError } from "commander";
import { UsageError, exitCode } from "./errors.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { indent, wrap } from "./terminal/text.ts";

/** Writes what went wrong, and what to do, to standard error. Returns the exit code. */
export function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  const { errorColors: colors } = terminal;
  const width = Math.min(terminal.width, 100);
  const say = (message: string, below: readonly string[] = []): void => {
    const [first = "", ...rest] = wrap(`steepest: ${message}`, width);
    terminal.writeError(`${first.replace("steepest:", colors.red("steepest:"))}\n`);
    terminal.writeError(indent([...rest, ...below]));
    if (debug && error instanceof Error) terminal.writeError(colors.dim(`${error.stack ?? ""}\n`));
  };

  if (error instanceof CommanderError) {
    // Help and version end the program the same way, without a mistake.
    if (error.exitCode === 0) return exitCode.fine;
    if (error.code === "commander.help") return exitCode.usage;
    say(error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.*)\?\)$/s, ". Did you mean $1?"));
    return exitCode.usage;
  }
  if (error instanceof FormulaError) {
    say(error.message, error.excerpt.split("\n"));
    return exitCode.usage;
  }
  if (error instanceof UsageError) {
    say(error.message, error.hint === "" ? [] : wrap(error.hint, width - 2));
    return exitCode.usage;
  }
  if (error instanceof DatasetError || error instanceof SteepestError) {
    say(error.message);
    return exitCode.usage;
  }
  say(
    `something broke that should not: ${error instanceof Error ? error.message : String(error)}`,
    debug ? [] : ["Run the command again with --debug to see where."],
  );
  return exitCode.failed;
}
