import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addDataCommand } from "./commands/data.ts";
import { addDeriveCommand } from "./commands/derive.ts";
import { addFitCommand } from "./commands/fit.ts";
import type { CommandContext } from "./commands/shared.ts";

/** The command line: throws instead of ending the process. */
export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command("steepest")
    .description("Fit curves, take derivatives and look at data, all on exact derivatives.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .helpCommand("help [command]", "explain a command")
    .option("--debug", "show where an error comes from")
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: terminal.write,
      // Errors are thrown, and written by whoever catches them.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(terminal.width, 100),
      getOutHasColors: () => terminal.colors.isColorSupported,
    })
    .configureHelp({
      styleTitle: terminal.colors.bold,
      styleOptionText: terminal.colors.cyan,
      styleSubcommandText: terminal.colors.cyan,
      styleArgumentText: terminal.colors.cyan,
    })
    .exitOverride()
    .addHelpText("after", '\nRun "steepest <command> --help" for its flags and examples.');
  for (const add of [addDataCommand, addFitCommand, addDeriveCommand]) add(program, context);
  return program;
}
