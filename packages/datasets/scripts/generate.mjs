// Writes src/generated/: one compact module per bundled set, made from the npm packages that carry the data, and a
// summary of their sizes. Run after every install (`pnpm generate`); a file is rewritten only when it changes.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recipes } from "./recipes.mjs";

const folder = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..", "src", "generated");
const notice = "// Written by scripts/generate.mjs; do not edit.\n";

const encoders = {
  /** Shortest decimals that read back as the same doubles; null where the value is missing. */
  number(name, cells) {
    for (const cell of cells)
      if (cell !== null && !Number.isFinite(cell)) throw new Error(`not a number in ${name}: ${cell}`);
    return { name, numbers: cells };
  },
  /** The distinct strings once, then an index per row. */
  string(name, cells) {
    const levels = [...new Set(cells)];
    return { name, levels, codes: cells.map((cell) => levels.indexOf(cell)) };
  },
  /** The first day, then the days from each row to the next. */
  date(name, cells) {
    const days = cells.map((cell) => Date.parse(cell) / 86_400_000);
    return { name, start: cells[0], days: days.slice(1).map((day, i) => day - days[i]) };
  },
};

function isMissing(cell) {
  return cell === null || cell === "";
}

function encode({ read, columns }) {
  const records = read();
  const table = { rows: records.length, columns: [] };
  const missing = {};
  for (const [name, { kind, of }] of Object.entries(columns)) {
    const cells = records.map(of);
    table.columns.push(encoders[kind](name, cells));
    missing[name] = cells.filter(isMissing).length;
  }
  return { table, summary: { rows: records.length, missing } };
}

const files = new Map();
const summaries = {};
for (const [name, recipe] of Object.entries(recipes)) {
  const { table, summary } = encode(recipe);
  summaries[name] = summary;
  // As a string, because engines read JSON faster than literals, and minifiers and formatters leave it alone.
  files.set(
    `${name}.ts`,
    `${notice}import type { EncodedTable } from "../decode.ts";\n\nexport const table: EncodedTable = JSON.parse(${JSON.stringify(JSON.stringify(table))});\n`,
  );
}
files.set(
  "summaries.ts",
  `${notice}import type { Summary } from "../decode.ts";\n\nexport const summaries: Record<${Object.keys(
    recipes,
  )
    .map((name) => JSON.stringify(name))
    .join(" | ")}, Summary> = ${JSON.stringify(summaries)};\n`,
);

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(join(folder, file));
for (const [file, content] of files) {
  const path = join(folder, file);
  if (!existsSync(path) || readFileSync(path, "utf8") !== content) writeFileSync(path, content);
}
