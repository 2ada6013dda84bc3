/** Rows of text, each column as wide as its widest entry. */
export function padColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((entry, column) => (widths[column] = Math.max(widths[column] ?? 0, entry.length)));
  return rows
    .map((row) =>
      row
        .map((entry, column) => entry.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Rows in LaTeX's `aligned` environment, in which entries are set flush right and flush left by turns. */
export function alignedLatex(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => {
    const used = row.findLastIndex((entry) => entry !== "") + 1;
    return row.slice(0, used).join(" & ");
  });
  return ["\\begin{aligned}", lines.join(" \\\\\n"), "\\end{aligned}"].join("\n");
}
