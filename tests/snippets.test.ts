import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { environment, root } from "../scripts/workspace.js";
import { snippets, type Snippet } from "./support/snippets/extract.ts";
import { instrument } from "./support/snippets/instrument.ts";
import { runModules, untruths } from "./support/snippets/run.ts";
import type { Outcome } from "./support/snippets/runner.ts";

// Inside node_modules the snippets resolve packages as the root does, and no tool takes them for sources.
const folder = join(root, "node_modules/.cache/snippets");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const all = snippets();
const where = ({ file, line }: Snippet) => `${file}:${line}`;

/** A docstring's example sees the exports of its package without importing them. */
async function complete({ code, scope }: Snippet): Promise<string> {
  if (scope === undefined) return code;
  const exported = Object.keys((await import(/* @vite-ignore */ scope)) as object);
  const words = new Set(code.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  const declared = new Set(
    Array.from(code.matchAll(/(?:const|let|function|class)\s+(\w+)/g), (match) => match[1]),
  );
  for (const [, names = ""] of code.matchAll(/import\s*\{([^}]*)\}/g)) {
    for (const name of names.split(",")) declared.add(name.trim());
  }
  const used = exported.filter((name) => words.has(name) && !declared.has(name));
  return used.length === 0 ? code : `import { ${used.join(", ")} } from "${scope}"; ${code}`;
}

const scripts = await Promise.all(
  all
    .filter(({ language }) => language !== "sh")
    .map(async (snippet, i) => {
      const code = await complete(snippet);
      const path = join(folder, `${i}.mjs`);
      const instrumented = instrument(code);
      writeFileSync(path, instrumented.module);
      // `export {}` makes it a module, in which names do not meet those of other snippets.
      const typed = join(folder, `${i}.ts`);
      if (snippet.language === "ts") writeFileSync(typed, `${code}\nexport {};\n`);
      return { snippet, path, typed, claims: instrumented.claims };
    }),
);

let running: Promise<Outcome[]> | undefined;
const outcomes = () =>
  (running ??= runModules(
    scripts.map(({ path }) => path),
    ["--conditions=@steepest/source"],
  ));

describe("scripts", () => {
  it.each(scripts.map((script, i) => [where(script.snippet), script, i] as const))(
    "%s gives what it says",
    { timeout: 120_000 },
    async (_where, { snippet, claims }, i) => {
      expect(untruths(snippet, claims, (await outcomes())[i])).toEqual([]);
    },
  );

  it("have no type errors", { timeout: 120_000 }, () => {
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, "tsconfig.base.json"), (path) => ts.sys.readFile(path)).config,
      ts.sys,
      root,
    );
    const program = ts.createProgram(
      scripts.filter(({ snippet }) => snippet.language === "ts").map(({ typed }) => typed),
      // As most readers have it, and with the global names of Node.js and of browsers.
      {
        ...options,
        noUncheckedIndexedAccess: false,
        isolatedDeclarations: false,
        lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
      },
    );
    const errors = scripts.flatMap(({ snippet, typed }) => {
      const file = program.getSourceFile(typed);
      if (!file) return [];
      return ts.getPreEmitDiagnostics(program, file).map((diagnostic) => {
        const { line } = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
        const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
        return `${snippet.file}:${snippet.line + line}: ${text}`;
      });
    });
    expect(errors).toEqual([]);
  });
});

const commands = all
  .filter(({ language }) => language === "sh")
  .flatMap((snippet) =>
    snippet.code
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .filter((line) => line.startsWith("npx steepest "))
      .map((line) => [line, where(snippet)] as const),
  );

describe("commands", () => {
  const scratch = mkdtempSync(join(tmpdir(), "steepest-commands-"));
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it.each(commands)("%s (%s)", { timeout: 60_000 }, async (line) => {
    const command = line.replace(/^npx /, "");
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: scratch, env: environment() });
    expect(stdout).not.toBe("");
  });
});
