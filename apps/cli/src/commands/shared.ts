import type { Command } from "commander";
import type { Terminal } from "../terminal/terminal.ts";

export interface CommandContext {
  readonly terminal: Terminal;
  /** Set by a command that can fail without a mistake of the user. */
  exitCode: number;
}

/** What a command's file gives: it adds itself to the program and does its work with the terminal. */
export type AddCommand = (program: Command, context: CommandContext) => void;

/** For flags that may be given several times: `--start a=1 --start b=2` is `--start a=1,b=2`. */
export const joined = (value: string, previous: string | undefined): string =>
  previous === undefined ? value : `${previous},${value}`;

/** Examples under the help of a command. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ steepest ${line}\n`).join("")}`;
}
