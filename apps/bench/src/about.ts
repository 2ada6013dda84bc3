import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Notes } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";

/** What the figures of a run hold for. */
export interface About {
  readonly machine: string;
  /** How many processes wanted the processors just before: more than a few disturb. */
  readonly load: number;
  /** When, as a day. */
  readonly date: string;
  /** Which sources of ours. */
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
  /** What could not take part, and why. */
  readonly missing: Notes;
  readonly quick: boolean;
}

export function describeRun(
  python: { versions: About["versions"]; missing: Notes } | string,
  quick: boolean,
): About {
  const [versions, missing] =
    typeof python === "string" ? [{}, { Python: python }] : [python.versions, python.missing];
  return {
    machine: describeMachine(),
    load: loadavg()[0] as number,
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    versions: { ...pinned(), ...versions },
    missing,
    quick,
  };
}

/** The libraries that this app brings along, all of an exact version. */
function pinned(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return Object.fromEntries(
    ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "@jax-js/jax"].map((name) => [
      name,
      manifest.devDependencies[name] as string,
    ]),
  );
}

function commit(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  try {
    const changed = git(
      "status",
      "--porcelain",
      "--untracked-files=no",
      "--",
      ":/",
      ":(exclude,top)apps/bench/RESULTS.md",
    );
    return git("rev-parse", "--short", "HEAD").trim() + (changed === "" ? "" : " with changes");
  } catch {
    return "unknown";
  }
}
