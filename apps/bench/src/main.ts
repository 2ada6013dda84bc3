import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeRun } from "./about.ts";
import type { Row } from "./benchmark.ts";
import { benchmarks, groupNames } from "./benchmarks/index.ts";
import { notes } from "./format.ts";
import { startPython } from "./libraries/python.ts";
import { formatPage } from "./page.ts";
import { formatRow, heading } from "./table.ts";
import { measure, quick as quickly, thorough } from "./timing.ts";

const names = Object.keys(benchmarks);
const results = fileURLToPath(new URL("../RESULTS.md", import.meta.url));

const usage = `usage: npm run bench -- [name or group…] [--quick] [--json file] [--page] [--python command]
--quick    fewer turns: rough figures
--json     writes the numbers to a file
--page     writes apps/bench/RESULTS.md, from a run of every row
--python   the command for Python with NumPy, SciPy and PyTorch; python3 by default
groups: ${groupNames.join(", ")}
benchmarks: ${names.join(", ")}`;

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

interface Arguments {
  readonly chosen: readonly string[];
  readonly json: string | undefined;
  readonly page: boolean;
  readonly quick: boolean;
  readonly python: string;
}

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      options: {
        json: { type: "string" },
        page: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        python: { type: "string", default: "python3" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    const { json, page, quick, python } = values;
    return { chosen: positionals, json, page, quick, python };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Before minutes of measuring, not after. */
function checkWritable(file: string): void {
  const exists = statSync(file, { throwIfNoEntry: false });
  if (exists?.isDirectory() === true) fail(`--json: expected a file, found a folder: ${file}`);
  try {
    accessSync(exists === undefined ? dirname(file) : file, constants.W_OK);
  } catch {
    fail(`--json: there is no such folder, or no permission to write there: ${file}`);
  }
}

/** A line that is overwritten by the next one, where somebody watches. */
function show(line: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
}

const { chosen, json, page, quick, python: command } = readArguments();
const unknown = chosen.filter((name) => !names.includes(name) && !groupNames.includes(name));
if (unknown.length > 0) fail(`no such benchmark: ${unknown.join(", ")}`);
if (page && chosen.length > 0) fail(`--page is of every row, not only of ${chosen.join(", ")}`);
if (json !== undefined) checkWritable(json);
const selected = names.filter(
  (name) => chosen.length === 0 || chosen.includes(name) || chosen.includes(benchmarks[name]?.group ?? ""),
);

const python = await startPython(command);
const about = describeRun(typeof python === "string" ? python : python.about, quick);
console.log(about.machine);
console.log(Object.entries(about.versions).map((each) => each.join(" ")).join(", ")); // prettier-ignore
for (const [name, reason] of Object.entries(about.missing)) console.log(`without ${name}: ${reason}`);
console.log(`\n${heading}`);

const rows: Row[] = [];
for (const [index, name] of selected.entries()) {
  const { group, make } = benchmarks[name] as (typeof benchmarks)[string];
  const progress = (doing: string): void => {
    show(`[${index + 1}/${selected.length}] ${name}: ${doing}`);
  };
  progress("preparing");
  try {
    const made = await make();
    const benchmark = typeof python === "string" ? made : await python.join(made);
    const machine = about.machine;
    const row = await measure(benchmark, { group, machine }, quick ? quickly : thorough, progress);
    show("");
    console.log(formatRow(row));
    rows.push(row);
  } catch (error) {
    show("");
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
if (typeof python !== "string") python.end();

console.log("\nMedians of turns taken one after another in one run; × ours: how many times as long as ours.");
for (const note of notes(rows)) console.log(note);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, undefined, 2)}\n`);
if (page && rows.length === names.length) {
  writeFileSync(results, formatPage(rows, about));
  console.log(`\nwritten: ${results}`);
} else if (page) console.error("\nno page is written: some rows failed");
