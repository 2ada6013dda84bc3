import { displayWidth, padEnd, truncate, wrap } from "./text.ts";

export interface TableColumn {
  title: string;
  align?: "left" | "right";
  /** The column that gives way, by an ellipsis, when the table is wider than the terminal. */
  flexible?: boolean;
  style?: (text: string) => string;
}

/** Lines of a table without rules: titles, then rows, two spaces between columns. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { width: number; titleStyle?: (text: string) => string },
): string[] {
  const gap = "  ";
  // A name of a column may hold line breaks.
  rows = rows.map((row) => row.map((cell) => cell.replace(/\s*[\r\n\t]\s*/g, " ")));
  const widths = columns.map((column, j) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[j] ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1);
  const flexible = columns.findIndex((column) => column.flexible);
  if (flexible >= 0 && total > options.width)
    widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - (total - options.width));
  const line = (cells: readonly string[], style: (text: string, j: number) => string): string =>
    columns
      .map(({ align }, j) => {
        const width = widths[j] ?? 0;
        const cell = truncate(cells[j] ?? "", width);
        const padding = " ".repeat(Math.max(0, width - displayWidth(cell)));
        return align === "right" ? padding + style(cell, j) : style(cell, j) + padding;
      })
      .join(gap)
      .trimEnd();
  const titles = columns.map((column) => column.title);
  const body = rows.map((row) => line(row, (text, j) => columns[j]?.style?.(text) ?? text));
  return titles.every((title) => title === "")
    ? body
    : [line(titles, (text) => options.titleStyle?.(text) ?? text), ...body];
}

/** `label  value` lines with the values in one column; a value longer than the width goes on below itself. */
export function renderPairs(
  pairs: readonly (readonly [label: string, value: string])[],
  options: { width: number; labelStyle: (text: string) => string },
): string[] {
  const labelWidth = Math.max(...pairs.map(([label]) => displayWidth(label)));
  return pairs.flatMap(([label, value]) =>
    wrap(value, Math.max(20, options.width - labelWidth - 2)).map(
      (line, i) => `${options.labelStyle(padEnd(i === 0 ? label : "", labelWidth))}  ${line}`,
    ),
  );
}
