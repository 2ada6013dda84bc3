import { examples, joined, type AddCommand } from "./shared.ts";

export const addFitCommand: AddCommand = (program, context) => {
  program
    .command("fit")
    .summary("fit a model to data")
    .description(
      "Fits the parameters of a model to data by nonlinear least squares with exact derivatives. A symbol of the model that names a column is a predictor, every other symbol is a parameter.",
    )
    .argument("<source>", "a CSV file (- for standard input) or a bundled set")
    .option("-m, --model <formula>", 'the model, as in "a*exp(-b*t) + c"')
    .option("--x <column>", "the column that x in the model stands for")
    .option("--y <column>", "the column that the model describes (default: the one left)")
    .option("--start <a=1,b=0.1>", "where parameters start (default: 1)", joined)
    .option("--bounds <b=0:2>", "limits of parameters; b=0: and b=:2 are open", joined)
    .option("--fix <c=0>", "hold parameters at a value, or at their start: c", joined)
    .option("--level <number>", "confidence level of intervals and band (default: 0.95)")
    .option("--max-iterations <n>", "try so many steps at most")
    .option("--plot <file.svg>", "draw data, model, band and residuals into a file")
    .option("--text <columns>", "columns of a CSV file that are no numbers though most cells look so")
    .option("--json", "print one JSON object instead of the report")
    .addHelpText(
      "after",
      examples([
        'fit co2 -m "a + b*t + c*t^2" --start a=315,b=1,c=0.01',
        'fit decay.csv -m "a*exp(-b*x) + c" --x time --y counts --bounds b=0:',
        'fit cars -m "a*exp(-b*horsepower) + c" --y mpg --start a=40,b=0.01,c=10 --plot cars.svg',
      ]) + "\nExit code: 0 when the fit converged, 1 when it did not, 2 for wrong usage or data.",
    )
    .action(async (source: string, flags: Record<string, unknown>) => {
      const { runFit } = await import("../fit/run.ts");
      context.exitCode = await runFit(source, flags, context.terminal);
    });
};
