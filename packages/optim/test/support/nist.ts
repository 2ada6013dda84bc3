/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cos, exp, log, pow, sin, tensor, type Tensor } from "@steepest/autodiff";

/** A problem of the NIST Statistical Reference Datasets, nonlinear regression. */
export interface NistProblem {
  name: string;
  difficulty: "Lower" | "Average" | "Higher";
  starts: [number[], number[]];
  certified: number[];
  residualSumOfSquares: number;
  residuals: (parameters: Tensor[]) => Tensor;
}

/** The folder with the problem files, if it is there: `NIST_DIR`, or `nist` beside the repository in `shared`. */
export function nistFolder(): string | undefined {
  const folder =
    process.env["NIST_DIR"] ?? fileURLToPath(new URL("../../../../../shared/nist", import.meta.url));
  return existsSync(folder) ? folder : undefined;
}

export function readNistProblems(folder: string): NistProblem[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".dat"))
    .sort()
    .map((file) => readNistProblem(file.replace(".dat", ""), readFileSync(`${folder}/${file}`, "utf8")));
}

function readNistProblem(name: string, text: string): NistProblem {
  const lines = text.split(/\r?\n/);
  const rows = lines.flatMap((line) => {
    const match = /^\s*b\d+\s*=\s*(.*)$/.exec(line);
    return match ? [match[1]!.trim().split(/\s+/).map(Number)] : [];
  });
  const [first, last] = /Data\s+\(lines (\d+) to (\d+)\)/.exec(text)!.slice(1).map(Number) as [
    number,
    number,
  ];
  const data = lines.slice(first - 1, last).map((line) => line.trim().split(/\s+/).map(Number));
  const column = (k: number): Tensor => tensor(data.map((row) => row[k]!));
  const model = models[name];
  if (model === undefined) throw new Error(`no model is written down for ${name}`);
  const [y, ...predictors] = data[0]!.map((_, k) => column(k));
  const response = name === "Nelson" ? log(y!) : y!;
  return {
    name,
    difficulty: /(Lower|Average|Higher)\s+Level/.exec(text)![1] as NistProblem["difficulty"],
    starts: [rows.map((row) => row[0]!), rows.map((row) => row[1]!)],
    certified: rows.map((row) => row[2]!),
    residualSumOfSquares: Number(/Residual Sum of Squares:\s*(\S+)/.exec(text)![1]),
    residuals: (parameters) => model(predictors as [Tensor, Tensor], parameters).sub(response),
  };
}

/** Log relative error against the certified values: digits that agree in the worst parameter, at most 11. */
export function digits(found: readonly number[], certified: readonly number[]): number {
  return Math.min(
    11,
    ...found.map((value, j) => {
      const error = Math.abs(value - certified[j]!) / Math.abs(certified[j]!);
      return Number.isFinite(error) ? Math.max(0, -Math.log10(error)) : 0;
    }),
  );
}

type B = Tensor[] & Record<number, Tensor>;
type Model = (x: [Tensor, Tensor], b: Tensor[]) => Tensor;

const growth: Model = ([x], [b1, b2]: B) => b1!.mul(exp(x.mul(b2!).neg()).neg().add(1));
const decayRatio: Model = ([x], [b1, b2, b3]: B) => exp(x.mul(b1!).neg()).div(x.mul(b3!).add(b2!));
const gauss: Model = ([x], [b1, b2, b3, b4, b5, b6, b7, b8]: B) =>
  b1!
    .mul(exp(x.mul(b2!).neg()))
    .add(b3!.mul(exp(x.sub(b4!).div(b5!).square().neg())))
    .add(b6!.mul(exp(x.sub(b7!).div(b8!).square().neg())));
const lanczos: Model = ([x], b: B) =>
  [0, 2, 4].map((k) => b[k]!.mul(exp(x.mul(b[k + 1]!).neg()))).reduce((sum, term) => sum.add(term));
const cubicRatio: Model = ([x], [b1, b2, b3, b4, b5, b6, b7]: B) =>
  b4!.mul(x).add(b3!).mul(x).add(b2!).mul(x).add(b1!).div(b7!.mul(x).add(b6!).mul(x).add(b5!).mul(x).add(1));

const models: Record<string, Model> = {
  BoxBOD: growth,
  Misra1a: growth,
  Chwirut1: decayRatio,
  Chwirut2: decayRatio,
  ENSO: ([x], [b1, b2, b3, b4, b5, b6, b7, b8, b9]: B) => {
    const angle = x.mul(2 * Math.PI);
    const year = angle.div(12);
    const [second, third] = [angle.div(b4!), angle.div(b7!)];
    return b1!
      .add(b2!.mul(cos(year)))
      .add(b3!.mul(sin(year)))
      .add(b5!.mul(cos(second)))
      .add(b6!.mul(sin(second)))
      .add(b8!.mul(cos(third)))
      .add(b9!.mul(sin(third)));
  },
  Eckerle4: ([x], [b1, b2, b3]: B) => b1!.div(b2!).mul(exp(x.sub(b3!).div(b2!).square().mul(-0.5))),
  Gauss1: gauss,
  Gauss3: gauss,
  Hahn1: cubicRatio,
  Thurber: cubicRatio,
  Kirby2: ([x], [b1, b2, b3, b4, b5]: B) =>
    b3!.mul(x).add(b2!).mul(x).add(b1!).div(b5!.mul(x).add(b4!).mul(x).add(1)),
  Lanczos1: lanczos,
  Lanczos3: lanczos,
  MGH10: ([x], [b1, b2, b3]: B) => b1!.mul(exp(b2!.div(x.add(b3!)))),
  MGH17: ([x], [b1, b2, b3, b4, b5]: B) =>
    b1!.add(b2!.mul(exp(x.mul(b4!).neg()))).add(b3!.mul(exp(x.mul(b5!).neg()))),
  Misra1c: ([x], [b1, b2]: B) => b1!.mul(pow(x.mul(b2!).mul(2).add(1), -0.5).neg().add(1)),
  Nelson: ([x1, x2], [b1, b2, b3]: B) => b1!.sub(b2!.mul(x1).mul(exp(x2.mul(b3!).neg()))),
  Rat43: ([x], [b1, b2, b3, b4]: B) => b1!.div(pow(exp(b2!.sub(b3!.mul(x))).add(1), b4!.pow(-1))),
};
