import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { members, root } from "../../../scripts/workspace.js";

/** A block of code that a reader may copy. */
export interface Snippet {
  /** Where it stands, relative to the root. */
  readonly file: string;
  /** The line of the file on which its code begins, counted from 1. */
  readonly line: number;
  readonly language: "ts" | "js" | "sh";
  readonly code: string;
  /** The package whose exports are in scope without an import: that of a docstring. */
  readonly scope?: string;
}

const languages = new Set(["ts", "js", "sh"]);

/** The code blocks of a Markdown text, in the languages that can be run. */
export function blocks(text: string): { line: number; language: Snippet["language"]; code: string }[] {
  const found = [];
  for (const match of text.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^ *```/gm)) {
    const [, indent = "", language = "", body = ""] = match;
    if (!languages.has(language)) continue;
    found.push({
      line: text.slice(0, match.index).split("\n").length + 1,
      language: language as Snippet["language"],
      code: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    });
  }
  return found;
}

/**
 * The docstrings of a source text that hold an example, as Markdown that keeps the lines of the source. An example without
 * a fence is a block of JavaScript up to the next empty line or tag.
 */
export function examples(source: string): string {
  const lines = source.split("\n").map(() => "");
  for (const match of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const first = source.slice(0, match.index).split("\n").length - 1;
    const text = match[0].split("\n").map((line) => line.replace(/^\s*(\/\*\*|\*\/|\* ?)/, ""));
    const start = text.findIndex((line) => line.trimStart().startsWith("@example"));
    if (start < 0) continue;
    for (let i = start; i < text.length; i++) lines[first + i] = text[i] ?? "";
    if (text.slice(start).some((line) => line.trimStart().startsWith("```"))) continue;
    const end = text.findIndex((line, i) => i > start && (line.trim() === "" || line.startsWith("@")));
    lines[first + start] = "```js";
    for (let i = end; i < text.length; i++) lines[first + i] = "";
    lines[first + end] = "```";
  }
  return lines.join("\n");
}

/** Every snippet of the READMEs and of the docstrings' examples. */
export function snippets(): Snippet[] {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const readmes = ["README.md", ...members().map(({ folder }) => `${folder}/README.md`)];
  const fromReadmes = readmes
    .flatMap((file) => globSync(file, { cwd: root }))
    .flatMap((file) => blocks(read(file)).map((block) => ({ file, ...block })));
  const fromDocstrings = members()
    .filter(({ folder }) => folder.startsWith("packages/"))
    .flatMap(({ folder, manifest }) =>
      globSync(`${folder}/src/**/*.ts`, { cwd: root })
        .sort()
        .flatMap((file) =>
          blocks(examples(read(file))).map((block) => ({ file, ...block, scope: manifest.name as string })),
        ),
    );
  return [...fromReadmes, ...fromDocstrings];
}
