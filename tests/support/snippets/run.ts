import { fork } from "node:child_process";
import { join } from "node:path";
import { root, workspaceNode } from "../../../scripts/workspace.js";
import { matches, readExpected } from "./expected.ts";
import type { Snippet } from "./extract.ts";
import type { Claim } from "./instrument.ts";
import type { Outcome } from "./runner.ts";

/** Runs instrumented modules in one process of plain Node.js, so that the packages load once. */
export function runModules(paths: readonly string[], flags: readonly string[] = []): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(root, "tests/support/snippets/runner.ts"), {
      execPath: workspaceNode,
      execArgv: [...flags],
      serialization: "advanced",
      silent: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => (output += String(chunk)));
    child.once("message", (message) => {
      resolve(message as Outcome[]);
    });
    child.once("exit", (code) => {
      reject(new Error(`the snippets ended their process (${String(code)}):\n${output}`));
    });
    child.send(paths);
  });
}

/** What a snippet says that is not so, a line each; the error it threw, if it did. */
export function untruths(snippet: Snippet, claims: readonly Claim[], outcome: Outcome | undefined): string[] {
  if (!outcome) return [`${snippet.file}:${snippet.line} did not run`];
  if (outcome.error !== undefined) return [`${snippet.file}:${snippet.line}: ${outcome.error}`];
  return claims.flatMap(({ line, text }, i) => {
    const value = outcome.values[i];
    if (matches(value, readExpected(text))) return [];
    return [`${snippet.file}:${snippet.line + line - 1} says ${text}, it gives ${JSON.stringify(value)}`];
  });
}
