import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ConstrainedTestProblem } from "@steepest/optim/problems";
import { flatProblem, startOf, type Run } from "./run.ts";

/** SciPy under way in a process of its own, which asks for evaluations. */
export interface Scipy {
  readonly version: string;
  run(method: string, problem: ConstrainedTestProblem): Promise<Run>;
  close(): void;
}

/** Starts SciPy; undefined where it is not installed. */
export async function startScipy(): Promise<Scipy | undefined> {
  const script = fileURLToPath(new URL("../python/constrained_runs.py", import.meta.url));
  const child = spawn("python3", [script], { stdio: ["pipe", "pipe", "ignore"] });
  const started = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("spawn", () => resolve(true));
  });
  if (!(await started)) return undefined;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<Record<string, unknown> | undefined> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : (JSON.parse(value) as Record<string, unknown>);
  };
  const write = (message: unknown): void => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
  };
  const hello = await read();
  if (hello === undefined) return undefined;
  return {
    version: String(hello["scipy"]),
    async run(method, problem) {
      const flat = flatProblem(problem);
      const start = startOf(problem);
      const first = flat.evaluate(Float64Array.from(start));
      write({
        method,
        start,
        lower: start.map((_, j) => finite(problem.lower?.[j] ?? -Infinity)),
        upper: start.map((_, j) => finite(problem.upper?.[j] ?? Infinity)),
        equalities: first?.equalities.length ?? 0,
        inequalities: first?.inequalities.length ?? 0,
      });
      for (;;) {
        const message = await read();
        if (message === undefined) throw new Error(`SciPy ended at ${problem.name}`);
        if ("run" in message) return { ...(message["run"] as Omit<Run, "hessians">), hessians: 0 };
        const evaluation = flat.evaluate(Float64Array.from(message["at"] as number[]));
        write(evaluation === undefined ? nothing(first) : plain(evaluation));
      }
    },
    close: () => void child.stdin.end(),
  };
}

function finite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}

function plain(evaluation: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(evaluation).map(([name, value]) => [
      name,
      value instanceof Float64Array ? [...value] : (value as unknown),
    ]),
  );
}

/** What cannot be evaluated is NaN, for which JSON has null. */
function nothing(like: object | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(like ?? {}).map(([name, value]) => [
      name,
      value instanceof Float64Array ? Array.from(value, () => null) : null,
    ]),
  );
}
