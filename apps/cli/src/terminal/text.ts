import { stripVTControlCharacters } from "node:util";

/** Columns that `text` takes: characters without colours and combining marks. */
export function displayWidth(text: string): number {
  return Array.from(stripVTControlCharacters(text).replace(/\p{Mark}/gu, "")).length;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** `text` without colours, shortened to `width` columns with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, width - 1))
    .join("")
    .trimEnd()}…`;
}

/** Lines of at most `width` columns, broken at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

export function indent(lines: readonly string[], by = "  "): string {
  return lines.map((line) => (line === "" ? "\n" : `${by}${line}\n`)).join("");
}
