import type { Row } from "./benchmark.ts";

/** The rows as aligned text: ours, and for every alternative its time and how many times ours it is. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.flatMap(({ name, unit, ours, others }) =>
    Object.entries(others).map(([label, value], index) => [
      index === 0 ? name : "",
      index === 0 ? `${format(ours)} ${unit}` : "",
      label,
      `${format(value)} ${unit}`,
      `${(value / ours).toFixed(1)}×`,
    ]),
  );
  const lines = [["benchmark", "ours", "alternative", "takes", "ours is faster"], ...cells];
  const widths = (lines[0] as string[]).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] as string).length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}

function format(value: number): string {
  return value.toPrecision(3);
}
