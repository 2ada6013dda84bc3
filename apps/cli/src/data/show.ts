import { datasets, type Dataset, type Table } from "@steepest/datasets";
import { count, formatNumber } from "../format/number.ts";
import { openSource } from "../source/open.ts";
import { histogramSparkline, seriesSparkline } from "../terminal/sparkline.ts";
import { renderPairs, renderTable } from "../terminal/table.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { displayWidth, indent, truncate, wrap } from "../terminal/text.ts";
import { isSeries, summariseColumn, type ColumnSummary } from "./summary.ts";

/** From this width on, the list has room for the licences. */
const widthForLicences = 96;

export function listDatasets(terminal: Terminal, asJson: boolean): void {
  if (asJson) {
    terminal.write(`${JSON.stringify({ datasets })}\n`);
    return;
  }
  const { colors, width } = terminal;
  const hasLicences = width >= widthForLicences;
  const lines = renderTable(
    [
      { title: "name", style: colors.bold },
      { title: "rows", align: "right" },
      { title: "about" },
      ...(hasLicences ? [{ title: "licence", style: colors.dim, flexible: true }] : []),
    ],
    datasets.map(({ name, rows, title, licence }) => [
      name,
      String(rows),
      title,
      ...(hasLicences ? [licence] : []),
    ]),
    { width: width - 4, titleStyle: colors.dim },
  );
  terminal.write(`\n${indent(lines)}\n`);
  terminal.write(`${indent([`${colors.dim("Look at one:")} steepest data ${datasets[0]?.name ?? ""}`])}\n`);
}

export async function summarise(name: string, terminal: Terminal, asJson: boolean): Promise<void> {
  const { table, dataset } = await openSource(name);
  const summaries = table.meta.columns.map((meta) => summariseColumn(meta, table.columns[meta.name] ?? []));
  if (asJson) {
    terminal.write(`${JSON.stringify({ ...table.meta, columns: summaries })}\n`);
    return;
  }
  const { colors } = terminal;
  terminal.write(`\n${indent(heading(table, dataset, terminal))}\n`);
  terminal.write(indent(columnLines(table, summaries, terminal)));
  const notes = columnNotes(summaries, terminal);
  if (notes.length > 0) terminal.write(`\n${indent(notes)}`);
  if (dataset) terminal.write(`\n${indent([colors.dim("Try:"), ...tryLines(dataset, terminal.width - 4)])}`);
  terminal.write("\n");
}

/** A command that fits the example, over several lines where one is too short for it. */
function tryLines({ meta }: Dataset, width: number): string[] {
  const { model, response, parameters } = meta.example;
  const parts = [
    `steepest fit ${meta.name}`,
    `--model "${model}"`,
    `--y ${response}`,
    `--start ${Object.entries(parameters)
      .map(([key, value]) => `${key}=${value}`)
      .join(",")}`,
  ];
  const whole = parts.join(" ");
  if (whole.length <= width) return [whole];
  return parts.map((part, i) => (i === 0 ? "" : "  ") + part + (i < parts.length - 1 ? " \\" : ""));
}

function heading(table: Table, dataset: Dataset | undefined, { colors, width }: Terminal): string[] {
  const rows = count(table.meta.rows, "row");
  if (!dataset) return [`${colors.bold(table.meta.name)}  ${colors.dim(rows)}`];
  const { title, description, source, sourceUrl, licence, licenceUrl } = dataset.meta;
  return [
    `${colors.bold(title)}  ${colors.dim(rows)}`,
    "",
    ...wrap(description, Math.min(width - 4, 88)),
    "",
    ...renderPairs(
      [
        ["source", source],
        ["", sourceUrl],
        ["licence", licence],
        ["", licenceUrl],
      ],
      { width: width - 4, labelStyle: colors.dim },
    ),
  ];
}

function columnLines(table: Table, summaries: readonly ColumnSummary[], terminal: Terminal): string[] {
  const { colors, unicode, width } = terminal;
  const series = isSeries(table.columns, table.meta.columns);
  const number = (value: number | string | null): string =>
    value === null ? "" : typeof value === "string" ? value : formatNumber(value, 5);
  const hasUnits = summaries.some(({ unit }) => unit !== "");
  const hasMissing = summaries.some(({ missing }) => missing > 0);
  const rows = summaries.map((summary) => [
    summary.name,
    ...(hasUnits ? [summary.unit] : []),
    String(summary.count),
    ...(hasMissing ? [summary.missing === 0 ? "" : String(summary.missing)] : []),
    number(summary.min),
    number(summary.mean),
    number(summary.max),
  ]);
  const columns = [
    { title: "column", style: colors.bold },
    ...(hasUnits ? [{ title: "unit", style: colors.dim }] : []),
    { title: "count", align: "right" as const },
    ...(hasMissing ? [{ title: "missing", align: "right" as const, style: colors.yellow }] : []),
    { title: "min", align: "right" as const },
    { title: "mean", align: "right" as const },
    { title: "max", align: "right" as const },
  ];
  const plain = renderTable(columns, rows, { width: Infinity, titleStyle: String });
  const used = Math.max(...plain.map(displayWidth));
  const room = Math.min(24, width - 4 - used - 2);
  if (room < 6) return renderTable(columns, rows, { width: width - 4, titleStyle: colors.dim });
  const sparkline = series ? seriesSparkline : histogramSparkline;
  return renderTable(
    [...columns, { title: truncate(series ? "row by row" : "distribution", room), style: colors.blue }],
    rows.map((row, i) => {
      const values = table.columns[summaries[i]?.name ?? ""];
      return [...row, values instanceof Float64Array ? sparkline(values, room, unicode) : ""];
    }),
    { width: width - 4, titleStyle: colors.dim },
  );
}

/** What each column means, and which texts it holds, the most frequent first. */
function columnNotes(summaries: readonly ColumnSummary[], { colors, width }: Terminal): string[] {
  const notes = summaries.flatMap(({ name, description, values }): [string, string][] => {
    const parts = [description, ...(values === undefined ? [] : [valuesNote(values)])].filter(
      (part) => part !== "",
    );
    return parts.length === 0 ? [] : [[name, parts.join(": ")]];
  });
  return notes.length === 0 ? [] : renderPairs(notes, { width: width - 4, labelStyle: colors.dim });
}

const mostValues = 6;

function valuesNote(values: NonNullable<ColumnSummary["values"]>): string {
  const shown = values
    .slice(0, mostValues)
    .map(({ value, count: times }) => `${truncate(value, 24)} ${times}`);
  return values.length > mostValues
    ? `${values.length} different texts, such as ${truncate(values[0]?.value ?? "", 40)}`
    : shown.join(", ");
}
