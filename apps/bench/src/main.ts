import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import type { Row } from "./benchmark.ts";
import { benchmarks } from "./benchmarks/index.ts";
import { describeMachine } from "./machine.ts";
import { formatTable } from "./table.ts";
import { measure } from "./timing.ts";

const usage = `usage: npm run bench -- [name…] [--json file]\nbenchmarks: ${Object.keys(benchmarks).join(", ")}`;

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

function readArguments(): { names: string[]; json: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    return { names: positionals, json: values.json };
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

const { names, json } = readArguments();
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) fail(`no such benchmark: ${unknown.join(", ")}`);
if (json !== undefined) checkWritable(json);

const machine = describeMachine();
console.log(`${machine}\n`);
const rows: Row[] = [];
for (const [name, make] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const benchmark = make();
  console.log(`${name}: ${benchmark.title}`);
  rows.push(measure(benchmark, machine));
}
console.log(`\n${formatTable(rows)}\n\nMedians of turns taken one after another in one process.`);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, undefined, 2)}\n`);
