import type { About } from "./about.ts";
import type { Row } from "./benchmark.ts";
import { goal, notes, rate, ratio, time } from "./format.ts";

/** The results as Markdown. */
export function formatPage(rows: readonly Row[], about: About): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return [
    "# Results",
    "<!-- Written by `npm run bench -- --page`; not to be edited. -->",
    `Commit ${about.commit}, ${about.date}${about.quick ? ", in a hurry (`--quick`)" : ""}, one thread, on ${about.machine}; load before it ${about.load.toFixed(1)}.`,
    list(Object.entries(about.versions).map(([name, version]) => `${name} ${version}`)),
    ...(Object.keys(about.missing).length === 0
      ? []
      : ["Not run:", list(Object.entries(about.missing).map(([name, reason]) => `${name}: ${reason}`))]),
    [
      "Every number is the median of turns taken one after another in one run, by all contenders of a row, after their",
      "results were compared. Behind the time of an alternative stands how many times as long as ours it takes: above",
      "1× ours is faster. A goal is what ours must reach; – is work that an alternative does not do.",
    ].join("\n"),
    ...groups.flatMap((group) => section(group, rows.filter((row) => row.group === group))), // prettier-ignore
  ]
    .join("\n\n")
    .concat("\n");
}

function section(group: string, rows: readonly Row[]): string[] {
  const labels = [...new Set(rows.flatMap(({ others }) => Object.keys(others)))];
  const goals = rows.some((row) => row.goal !== undefined);
  const head = ["work", ...(goals ? ["goal"] : []), "ours", ...labels];
  const lines = rows.map((row) => [
    `${row.title} (\`${row.name}\`)`,
    ...(goals ? [reached(row)] : []),
    cell([time(row.ours, row), rate(row.ours, row)]),
    ...labels.map((label) => {
      const value = row.others[label];
      return value === undefined ? "–" : cell([time(value, row), rate(value, row), ratio(value, row)]);
    }),
  ]);
  const remarks = notes(rows);
  return [
    `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
    table(head, lines),
    ...(remarks.length > 0 ? [list(remarks)] : []),
  ];
}

function reached(row: Row): string {
  const asked = goal(row);
  if (asked === undefined) return "";
  return `${asked}: ${row.ours <= (row.goal as number) ? "reached" : "not yet"}`;
}

function cell(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" · ");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** Aligned, so that it can be read as it is, too. */
function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] as string).length)),
  );
  const format = (line: readonly string[]): string =>
    `| ${line.map((text, column) => text.padEnd(widths[column] as number)).join(" | ")} |`;
  return [format(head), format(widths.map((width) => "-".repeat(width))), ...lines.map(format)].join("\n");
}
