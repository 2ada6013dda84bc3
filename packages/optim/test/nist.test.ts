/// <reference types="node" />
import type { Tensor } from "@steepest/autodiff";
import { leastSquares } from "@steepest/optim";
import { afterAll, describe, expect, it } from "vitest";
import { digits, nistFolder, readNistProblems } from "./support/nist.ts";

const folder = nistFolder();
const problems = folder === undefined ? [] : readNistProblems(folder);
const rows: string[] = [];

describe.skipIf(folder === undefined)("NIST StRD nonlinear regression, default settings", () => {
  afterAll(() => {
    process.stdout.write(
      `\n${"problem".padEnd(10)} level    digits from start 1, 2   evaluations\n${rows.join("\n")}\n`,
    );
  });

  it.each(problems)(
    "$name ($difficulty)",
    ({ name, difficulty, starts, certified, residuals, residualSumOfSquares }) => {
      const solutions = starts.map((start) => leastSquares((b: Tensor[]) => residuals(b), start));
      const reached = solutions.map(({ x }) => digits(x.map(Number), certified));
      rows.push(
        `${name.padEnd(10)} ${difficulty.padEnd(8)} ${reached.map((value) => value.toFixed(1).padStart(8)).join(" ")}` +
          `         ${solutions.map(({ evaluations }) => String(evaluations).padStart(5)).join(" ")}`,
      );
      for (const { status, residualSumOfSquares: found } of solutions) {
        expect(status).toBe("converged");
        expect(found).toBeLessThanOrEqual(residualSumOfSquares * (1 + 1e-8) + 1e-24);
      }
      expect(Math.min(...reached)).toBeGreaterThanOrEqual(9);
    },
  );
});

if (folder === undefined)
  it.skip("NIST StRD: the problem files are not here; set NIST_DIR to the folder that holds them", () =>
    undefined);
