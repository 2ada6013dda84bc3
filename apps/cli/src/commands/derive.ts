import { examples, joined, type AddCommand } from "./shared.ts";

export const addDeriveCommand: AddCommand = (program, { terminal }) => {
  program
    .command("derive")
    .summary("differentiate a formula")
    .description(
      "Prints the exact partial derivatives of a formula, simplified, and their values at a point.",
    )
    .argument("<formula>", 'what to differentiate, as in "x^2*y + sin(y)"')
    .option("--wrt <names>", "with respect to these symbols (default: all)", joined)
    .option("--at <x=1,y=2>", "also print the values at this point", joined)
    .option("--order <n>", "order of the derivatives, 1 to 6 (default: 1)")
    .option("--latex", "print LaTeX")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      examples([
        'derive "x^2*y + sin(y)"',
        'derive "exp(-x^2/2)" --order 2 --at x=1',
        'derive "a*x^b" --wrt a,b --latex',
      ]),
    )
    .action(async (formula: string, flags: Record<string, unknown>) => {
      const { runDerive } = await import("../derive/run.ts");
      runDerive(formula, flags, terminal);
    });
};
