import { describe, expect, it } from "vitest";
import { fit, type FitResult } from "../src/index.ts";
import { digits, nistDirectory, readNistProblems, type NistProblem } from "./support/nist.ts";

// NIST Statistical Reference Datasets, nonlinear regression: https://www.itl.nist.gov/div898/strd/

const problems = readNistProblems();

interface Run {
  readonly problem: NistProblem;
  readonly start: 1 | 2;
  readonly result: FitResult;
  readonly parameterDigits: number;
  readonly errorDigits: number;
}

function runFrom(problem: NistProblem, start: 1 | 2): Run {
  const result: FitResult = fit(problem.formula, problem.columns, {
    response: problem.response,
    parameters: Object.fromEntries(
      problem.parameters.map(({ name, starts }) => [name, starts[start - 1] ?? NaN]),
    ),
  });
  const least = (pick: (parameter: NistProblem["parameters"][number]) => number): number =>
    Math.min(...problem.parameters.map(pick));
  return {
    problem,
    start,
    result,
    parameterDigits: least(({ name, value }) => digits(result.parameters[name]?.value, value)),
    errorDigits: least(({ name, standardDeviation }) =>
      digits(result.parameters[name]?.standardError, standardDeviation),
    ),
  };
}

/**
 * Digits to which doubles can hold the scatter at all: residuals of size s in data of size y carry a rounding error
 * of ε y. Only Lanczos1, whose residuals of 1e-13 are rounding errors themselves, has fewer than six.
 */
function scatterDigits({ columns, response, residualStandardDeviation }: NistProblem): number {
  const size = Math.max(...(columns[response] ?? []).map(Math.abs));
  return Math.log10(residualStandardDeviation / (Number.EPSILON * size));
}

function table(runs: readonly Run[]): string {
  const lines = runs.map(({ problem, start, result, parameterDigits, errorDigits }) =>
    [
      problem.name.padEnd(10),
      problem.difficulty.padEnd(8),
      `start ${start}`,
      parameterDigits.toFixed(1).padStart(6),
      errorDigits.toFixed(1).padStart(6),
      String(result.iterations).padStart(6),
      String(result.evaluations).padStart(6),
      ` ${result.status}`,
    ].join(" "),
  );
  const solved = runs.filter(({ parameterDigits }) => parameterDigits >= 4).length;
  return [
    "problem    level    start   digits  s.e. steps evals  status",
    ...lines,
    `at least 4 digits in ${solved} of ${runs.length} runs`,
  ].join("\n");
}

if (problems.length === 0) {
  console.info(
    `NIST StRD problems skipped: no files in ${nistDirectory}; set NIST_DIR to a folder that has them`,
  );
}

describe.skipIf(problems.length === 0)("NIST StRD nonlinear regression", () => {
  const runs = problems.flatMap((problem) => [runFrom(problem, 1), runFrom(problem, 2)]);
  if (runs.length > 0) console.info(table(runs));

  it.each(runs.filter(({ problem, start }) => start === 2 && problem.difficulty !== "Higher"))(
    "$problem.name, $problem.difficulty level, from start $start",
    ({ problem, result, parameterDigits, errorDigits }) => {
      expect(result.status).toBe("converged");
      expect(parameterDigits).toBeGreaterThanOrEqual(6);
      expect(errorDigits).toBeGreaterThanOrEqual(Math.min(5, scatterDigits(problem)));
      expect(result.degreesOfFreedom).toBe(problem.degreesOfFreedom);
      expect(digits(result.residualSumOfSquares, problem.residualSumOfSquares)).toBeGreaterThanOrEqual(
        Math.min(6, scatterDigits(problem)),
      );
    },
  );

  it("never calls a wrong answer converged", () => {
    for (const { problem, start, result, parameterDigits } of runs) {
      // A different minimum or plateau has a larger sum of squares than the certified one.
      const certified = result.residualSumOfSquares <= problem.residualSumOfSquares * (1 + 1e-6) + 1e-20;
      if (result.status === "converged" && certified) {
        expect(parameterDigits, `${problem.name} from start ${start}`).toBeGreaterThanOrEqual(4);
      }
    }
  });
});
