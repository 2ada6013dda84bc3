import type { Row } from "./benchmark.ts";
import { goal, rate, ratio, time } from "./format.ts";

type Line = readonly string[];

const widths = [23, 14, 19, 10, 9];

function align(line: Line): string {
  return line
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}

export const heading: string = align(["benchmark", "ours", "alternative", "takes", "× ours"]);

/** A row as aligned text: ours, with its rate and its goal below, and every alternative beside it. */
export function formatRow(row: Row): string {
  const ours = [time(row.ours, row), rate(row.ours, row), goal(row)].filter((line) => line !== undefined);
  const others = Object.entries(row.others).map(([label, value]) => [
    label,
    time(value, row),
    ratio(value, row),
    rate(value, row) ?? "",
  ]);
  return Array.from({ length: Math.max(ours.length, others.length) }, (_, index) =>
    align([index === 0 ? row.name : "", ours[index] ?? "", ...(others[index] ?? [])]),
  ).join("\n");
}

export function formatTable(rows: readonly Row[]): string {
  return [heading, ...rows.map(formatRow)].join("\n");
}
