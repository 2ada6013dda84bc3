import { compile, jacobian, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";
import type { TestProblem } from "@steepest/optim/problems";
import "fmin";
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { plainProblems } from "../../test/support/mgh-plain.ts";
import {
  functionsOf,
  workOf,
  workUntil,
  type Contestant,
  type Counts,
  type Descent,
  type Run,
  type Trial,
} from "./run.ts";

/** A function of x that also writes its gradient where there is room for it. */
type WithGradient = (x: number[], gradient?: number[]) => number;

interface Fmin {
  conjugateGradient(f: WithGradient, start: number[], options: object): { x: number[]; fx: number };
  gradientDescentLineSearch(f: WithGradient, start: number[], options: object): { x: number[]; fx: number };
  nelderMead(f: (x: number[]) => number, start: number[], options: object): { x: number[]; fx: number };
}

/** The package is a script that calls itself a module: it leaves what it has on the global object. */
const { fmin } = globalThis as unknown as { fmin: Fmin };

/**
 * Values come from the formulas in plain JavaScript, derivatives are exact, from ours. Limits and tolerances are opened wide
 * where there are options for them; nobody says whether it converged.
 */
export const fminMethods: readonly Contestant[] = [
  peer("fmin conjugateGradient", false, (account, start) =>
    fmin.conjugateGradient(account.valueAndGradient, start, { maxIterations: 10_000 }),
  ),
  peer("fmin gradientDescentLineSearch", false, (account, start) =>
    fmin.gradientDescentLineSearch(account.valueAndGradient, start, { maxIterations: 10_000 }),
  ),
  peer("fmin nelderMead", false, (account, start) =>
    fmin.nelderMead(account.value, start, { maxIterations: 20_000, minErrorDelta: 1e-13 }),
  ),
];

export const mlLevenbergMarquardt: Contestant = peer(
  "ml-levenberg-marquardt",
  true,
  (account, start, problem) => {
    const places = Array.from({ length: problem.residualCount }, (_, i) => i);
    const { parameterValues, parameterError } = levenbergMarquardt(
      { x: places, y: places.map(() => 0) },
      (parameters) => {
        const residuals = account.residuals(parameters);
        return (i) => residuals[i]!;
      },
      {
        initialValues: start,
        maxIterations: 1000,
        errorTolerance: 1e-30,
        jacobianFunction: (parameters) => {
          const rows = account.jacobian(parameters);
          return (i) => rows[i]!;
        },
      },
    );
    return { x: parameterValues, fx: parameterError };
  },
);

/** The functions of a problem, counted, and how the best value falls. */
interface Account {
  readonly counts: Counts;
  readonly descent: Descent;
  readonly value: (x: readonly number[]) => number;
  readonly valueAndGradient: WithGradient;
  readonly residuals: (x: readonly number[]) => number[];
  readonly jacobian: (x: readonly number[]) => number[][];
}

function peer(
  name: string,
  onResiduals: boolean,
  solve: (account: Account, start: number[], problem: TestProblem) => { x: number[]; fx: number },
): Contestant {
  return { name, run: (trial) => runOf(trial, onResiduals, solve) };
}

function runOf(
  { problem, start }: Trial,
  onResiduals: boolean,
  solve: (account: Account, start: number[], problem: TestProblem) => { x: number[]; fx: number },
): Run {
  const account = accountOf(problem, onResiduals);
  let [x, value, message]: [number[], number, string] = [[], NaN, ""];
  try {
    ({ x, fx: value } = solve(account, [...start], problem));
  } catch (error) {
    message = String(error);
  }
  const { counts, descent } = account;
  return { value, x: [...x], claims: false, message, counts, workUntil: workUntil(descent) };
}

function accountOf(problem: TestProblem, onResiduals: boolean): Account {
  const counts = { values: 0, gradients: 0, hessians: 0, products: 0 };
  const descent: Descent = [];
  const plain = plainProblems.find(({ number }) => number === problem.number)!;
  const { gradientOf, jacobianOf } = derivativesOf(problem);
  let best = Infinity;
  const residuals = (x: readonly number[]): number[] => {
    counts.values++;
    const r = plain.residuals(x);
    const value = r.reduce((sum, ri) => sum + ri * ri, 0);
    if (value < best) {
      best = value;
      descent.push([workOf(counts, problem, onResiduals), value]);
    }
    return r;
  };
  const value = (x: readonly number[]): number => residuals(x).reduce((sum, ri) => sum + ri * ri, 0);
  return {
    counts,
    descent,
    residuals,
    value,
    valueAndGradient: (x, gradient) => {
      if (gradient !== undefined) {
        counts.gradients++;
        gradientOf(x).forEach((g, i) => (gradient[i] = g));
      }
      return value(x);
    },
    jacobian: (x) => {
      counts.gradients++;
      return jacobianOf(x);
    },
  };
}

interface Derivatives {
  readonly gradientOf: (x: readonly number[]) => number[];
  readonly jacobianOf: (x: readonly number[]) => number[][];
}
const derivatives = new Map<TestProblem, Derivatives>();

function derivativesOf(problem: TestProblem): Derivatives {
  let found = derivatives.get(problem);
  if (found === undefined) {
    const { f, residuals } = functionsOf(problem);
    const gradient = compile((x: Tensor) => valueAndGrad(f)(x)[1]);
    const rows = compile((x: Tensor) => jacobian(residuals)(x));
    found = {
      gradientOf: (x) => gradient(tensor([...x])).toArray() as number[],
      jacobianOf: (x) => rows(tensor([...x])).toArray() as number[][],
    };
    derivatives.set(problem, found);
  }
  return found;
}
