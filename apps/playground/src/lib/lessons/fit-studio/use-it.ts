import type { FitJob, FitOutcome } from "./protocol.ts";
import type { View } from "./view.ts";

/** The same fit outside the playground: as lines of code and as a command. */

const quote = (text: string): string => JSON.stringify(text);
const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text);
const key = (name: string): string => (isName(name) ? name : quote(name));
const member = (object: string, name: string): string =>
  isName(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;

/** A symbol of the formula and the column it stands for. */
export interface Binding {
  readonly symbol: string;
  readonly column: string;
}

export function codeFor(view: View, job: FitJob, bindings: readonly Binding[]): string {
  const parameters = Object.entries(job.parameters).map(([name, { value, ...rest }]) => {
    const settings = Object.entries({ value, ...rest }).map(
      ([part, setting]) => `${part}: ${String(setting)}`,
    );
    return `    ${key(name)}: ${settings.length === 1 ? String(value) : `{ ${settings.join(", ")} }`},`;
  });
  const columns = bindings.map(({ symbol, column }) => {
    const source = member("columns", column);
    return source === `columns.${symbol}` ? source : `${key(symbol)}: ${source}`;
  });
  const data = bindings
    .map(({ symbol, column }) => `${key(symbol)}: ${member("columns", column)}`)
    .join(", ");
  const load =
    view.data.kind === "bundled"
      ? [
          `import { loadDataset } from "@steepest/datasets";`,
          "",
          `const { columns } = await loadDataset(${quote(view.data.name)});`,
        ]
      : [
          `import { readFile } from "node:fs/promises";`,
          `import { readCsv } from "@steepest/datasets";`,
          "",
          `const { columns } = readCsv(await readFile(${quote(view.data.name)}, "utf8"));`,
        ];
  return [
    `import { fit } from "@steepest/fit";`,
    ...load,
    `const result = fit(${quote(job.model)}, { ${columns.length > 0 ? data : ""} }, {`,
    `  response: ${quote(job.response)},`,
    "  parameters: {",
    ...parameters,
    "  },",
    "});",
    "console.log(result.report());",
  ].join("\n");
}

/** A POSIX shell word. */
function word(text: string): string {
  return /^[\w./=:,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Arguments of the `steepest` command that make the same fit. */
export function commandArguments(view: View, job: FitJob): readonly string[] {
  const settings = Object.entries(job.parameters);
  const starts = settings
    .filter(([, { fixed }]) => fixed !== true)
    .map(([name, { value }]) => `${name}=${String(value)}`);
  const fixed = settings
    .filter(([, setting]) => setting.fixed === true)
    .map(([name, { value }]) => `${name}=${String(value)}`);
  const bounds = settings
    .filter(([, { min, max }]) => min !== undefined || max !== undefined)
    .map(
      ([name, { min, max }]) =>
        `${name}=${min === undefined ? "" : String(min)}:${max === undefined ? "" : String(max)}`,
    );
  return [
    "fit",
    view.data.name,
    "--model",
    job.model,
    "--y",
    view.y,
    ...(starts.length > 0 ? ["--start", starts.join(",")] : []),
    ...(bounds.length > 0 ? ["--bounds", bounds.join(",")] : []),
    ...(fixed.length > 0 ? ["--fix", fixed.join(",")] : []),
  ];
}

export function commandFor(view: View, job: FitJob): string {
  return ["npx", "steepest", ...commandArguments(view, job).map(word)].join(" ");
}

/** The fit as JSON, for other programs: the result with the inputs it came from. */
export function exportJson(view: View, outcome: FitOutcome): string {
  return JSON.stringify(
    { format: "steepest-fit", version: 1, input: view, result: outcome.json },
    undefined,
    2,
  );
}
