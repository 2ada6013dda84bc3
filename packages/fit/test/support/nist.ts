/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "@steepest/autodiff/formula";

/** A nonlinear regression problem of the NIST Statistical Reference Datasets with its certified values. */
export interface NistProblem {
  readonly name: string;
  readonly difficulty: "Lower" | "Average" | "Higher";
  /** The right-hand side of the model. */
  readonly formula: string;
  /** Response, transformed as the left-hand side of the model says, and predictors. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly response: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly starts: readonly [number, number];
    readonly value: number;
    readonly standardDeviation: number;
  }[];
  readonly residualSumOfSquares: number;
  readonly residualStandardDeviation: number;
  readonly degreesOfFreedom: number;
}

/** Where the files are: NIST_DIR, else a folder beside the repository. */
export const nistDirectory: string =
  process.env["NIST_DIR"] ?? resolve(import.meta.dirname, "../../../../../shared/nist");

/** The problems whose files are there; none when there is no such folder. */
export function readNistProblems(): NistProblem[] {
  if (!existsSync(nistDirectory)) return [];
  return readdirSync(nistDirectory)
    .filter((file) => file.endsWith(".dat"))
    .sort()
    .map((file) => parseNist(readFileSync(resolve(nistDirectory, file), "latin1")));
}

/**
 * Reads one file of the series, for example
 *
 *     Model:         Exponential Class
 *                    2 Parameters (b1 and b2)
 *                    y = b1*(1-exp[-b2*x])  +  e
 *       b1 =   1             100           2.1380940889E+02  1.2354515176E+01
 */
export function parseNist(text: string): NistProblem {
  const find = (pattern: RegExp): string => {
    const match = pattern.exec(text);
    if (match?.[1] === undefined) throw new Error(`not a NIST StRD file: nothing matches ${pattern.source}`);
    return match[1];
  };
  const equation = find(/^Model:[^]*?Parameters \([^)]*\)\s+([^]*?)\s+Starting values/im);
  const [left = "", right = ""] = equation.replace(/\s+/g, " ").split(" = ");
  const parameters = [...text.matchAll(/^\s*(b\d+) =\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$/gm)].map(
    ([, name = "", first, second, value, deviation]) => ({
      name,
      starts: [Number(first), Number(second)] as const,
      value: Number(value),
      standardDeviation: Number(deviation),
    }),
  );
  const [names = "", ...lines] = find(/^(Data:\s+y\s[^]*)$/m)
    .trim()
    .split(/\r?\n/);
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const columns: Record<string, number[]> = Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .slice(1)
      .map((name, index) => [name, rows.map((row) => row[index] ?? NaN)]),
  );
  const response = parse(left).evaluate({ y: columns["y"] ?? [] });
  return {
    name: find(/^Dataset Name:\s+(\S+)/m),
    difficulty: find(/^\s+(Lower|Average|Higher) Level of Difficulty/m) as NistProblem["difficulty"],
    formula: right.replace(/\+ *e\s*$/, ""),
    columns: { ...columns, y: Array.from(response.data) },
    response: "y",
    parameters,
    residualSumOfSquares: Number(find(/^Residual Sum of Squares:\s+(\S+)/m)),
    residualStandardDeviation: Number(find(/^Residual Standard Deviation:\s+(\S+)/m)),
    degreesOfFreedom: Number(find(/^Degrees of Freedom:\s+(\S+)/m)),
  };
}

/** Correct digits, −log₁₀ of the relative error, capped at the 11 that are certified; 0 when there are none. */
export function digits(found: number | undefined, certified: number): number {
  if (found === undefined || !Number.isFinite(found)) return 0;
  if (found === certified) return 11;
  return Math.max(0, Math.min(11, -Math.log10(Math.abs((found - certified) / certified))));
}
