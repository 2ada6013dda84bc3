import type { ConstrainedTestProblem } from "@steepest/optim/problems";
import { flatProblem, type Outcome, type Run } from "./run.ts";

/** What is kept of a run. */
export type Figure = Pick<Run, "points" | "hessians" | "iterations"> & { readonly outcome: Outcome };

/** Figures of a method, by problem name; problems of a kind that it does not solve are left out. */
export type Figures = Readonly<Record<string, Figure>>;

export interface Method {
  readonly name: string;
  /** Head of its column in the long table; none for methods that are in the summary alone. */
  readonly column?: string;
  readonly figures: Figures;
}

const marks: Record<Outcome, string> = { solved: "", local: " ◦", open: " –", false: " ✗" };

/** docs/hock-schittkowski.md */
export function document(
  problems: readonly ConstrainedTestProblem[],
  methods: readonly Method[],
  scipyVersion: string,
): string {
  const columns = methods.filter(({ column }) => column !== undefined);
  return [
    "# The problems of Hock & Schittkowski",
    "",
    `${problems.length} problems of W. Hock & K. Schittkowski, Test Examples for Nonlinear Programming Codes, Springer 1981, from the starts of the ` +
      "book (moved into the bounds where they lie outside), with default settings. Written by `scripts/hock-schittkowski.mjs`; the " +
      "functions, solutions and multipliers are in `@steepest/optim/problems`, and `test/hock-schittkowski.test.ts` checks what is said here.",
    "",
    `SciPy ${scipyVersion}'s SLSQP (\`ftol\` 1e-10, at most 1000 iterations) and trust-constr (\`gtol\` 1e-8, \`xtol\` 1e-12, \`barrier_tol\` ` +
      "1e-8, at most 3000) solve the same problems with the same exact gradients and Jacobians. Points are those at which values and " +
      "first derivatives were asked for, once each; Hessians of the Lagrangian come on top.",
    "",
    "- **solved**: value and constraints agree with the lowest minimum known to 10⁻⁶, whether the method says so or not.",
    "- **elsewhere** (◦): it says that it has converged, to another point where the first-order conditions hold to 10⁻⁴.",
    "- **open** (–): not solved, and it does not say that it is.",
    "- **false** (✗): it says that it has converged, but the first-order conditions do not hold there to 10⁻⁴.",
    "",
    ...table(
      ["method", "problems", "solved", "elsewhere", "open", "false", "points, median", "Hessians, median"],
      methods.map(({ name, figures }) => {
        const all = Object.values(figures);
        const solved = all.filter(({ outcome }) => outcome === "solved");
        const count = (outcome: Outcome): number => all.filter((figure) => figure.outcome === outcome).length;
        return [
          name,
          all.length,
          count("solved"),
          count("local"),
          count("open"),
          count("false"),
          median(solved.map(({ points }) => points)),
          median(solved.map(({ hessians }) => hessians)) || "",
        ];
      }),
    ),
    "",
    "Medians are over what each method solved. At 13 the gradients of the active constraints are dependent at the only solution, " +
      "and multipliers do not exist; our methods say so and stop nearby. 25 begins on a plateau whose gradient is below the tolerance.",
    "",
    "## Problem by problem",
    "",
    "Points, and after a + Hessians. n parameters, m equalities + inequalities.",
    "",
    ...table(
      ["problem", "n", "m", ...columns.map(({ column }) => column ?? "")],
      problems.map((problem) => [
        problem.number,
        problem.dimension,
        constraintCount(problem),
        ...columns.map(({ figures }) => cell(figures[problem.name])),
      ]),
    ),
    "",
  ].join("\n");
}

function cell(figure: Figure | undefined): string {
  if (figure === undefined) return "";
  const { points, hessians, outcome } = figure;
  return `${points}${hessians > 0 ? ` + ${hessians}` : ""}${marks[outcome]}`;
}

function constraintCount(problem: ConstrainedTestProblem): string {
  const flat = flatProblem(problem);
  // Where the start cannot be evaluated the solution can.
  const at =
    flat.evaluate(Float64Array.from(problem.start)) ??
    flat.evaluate(Float64Array.from(problem.solutions[0]?.x ?? []));
  return `${at?.equalities.length ?? 0} + ${at?.inequalities.length ?? 0}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)];
}
