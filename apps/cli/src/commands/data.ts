import { examples, type AddCommand } from "./shared.ts";

export const addDataCommand: AddCommand = (program, { terminal }) => {
  program
    .command("data")
    .summary("list the bundled data sets, or look at one")
    .description("Lists the bundled data sets, or summarises one of them or a CSV file, column by column.")
    .argument("[source]", "a bundled set or a CSV file (- for standard input)")
    .option("--json", "print one JSON object instead")
    .addHelpText("after", examples(["data", "data co2", "data measurements.csv"]))
    .action(async (source: string | undefined, flags: { json?: boolean }) => {
      const { listDatasets, summarise } = await import("../data/show.ts");
      if (source === undefined) listDatasets(terminal, flags.json === true);
      else await summarise(source, terminal, flags.json === true);
    });
};
