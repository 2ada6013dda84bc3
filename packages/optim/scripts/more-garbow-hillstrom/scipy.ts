/// <reference types="node" />
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { moreGarbowHillstrom } from "@steepest/optim/problems";
import { workUntil, type Descent, type Run, type Trial } from "./run.ts";

/** What SciPy did, by method and trial. */
export interface ScipyRuns {
  readonly version: string;
  readonly methods: readonly string[];
  readonly find: (method: string, trial: Trial) => Run | undefined;
}

/** Those of its methods that see the residuals. */
export function seesResiduals(method: string): boolean {
  return method.startsWith("least_squares");
}

interface Line {
  readonly method: string;
  readonly problem: number;
  readonly factor: number;
  readonly run: Omit<Run, "value" | "workUntil"> & {
    readonly value: number | null;
    readonly descent: Descent;
  };
}

/** Runs SciPy's methods in Python; undefined where there is no Python with SciPy. It takes minutes. */
export function runScipy(factors: readonly number[]): ScipyRuns | undefined {
  const script = fileURLToPath(new URL("../python/scipy_runs.py", import.meta.url));
  const { status, stdout } = spawnSync("python3", ["-B", script, ...factors.map(String)], {
    encoding: "utf8",
    maxBuffer: 2 ** 29,
  });
  if (status !== 0) return undefined;
  const [versions = "{}", ...rest] = stdout.trim().split("\n");
  const lines = rest.map((line) => JSON.parse(line) as Line);
  const runs = new Map(lines.map((line) => [key(line.method, line.problem, line.factor), line.run]));
  return {
    version: (JSON.parse(versions) as { scipy: string }).scipy,
    methods: [...new Set(lines.map(({ method }) => method))],
    find: (method, { problem, factor }) => {
      const run = runs.get(key(method, moreGarbowHillstrom.indexOf(problem), factor));
      return run && { ...run, value: run.value ?? NaN, workUntil: workUntil(run.descent) };
    },
  };
}

const key = (method: string, problem: number, factor: number): string => `${method} ${problem} ${factor}`;
