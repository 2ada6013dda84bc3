import { tensor } from "@steepest/autodiff";
import {
  augmentedLagrangian,
  lbfgsb,
  minimize,
  minimizeConstrained,
  projectedNewton,
  sqp,
  type ConstrainedMethod,
  type MinimizeMethod,
  type Solution,
} from "@steepest/optim";
import type { ConstrainedTestProblem } from "@steepest/optim/problems";
import { constraintsOf, startOf, type Run } from "./run.ts";

/** A method as the tables name it. */
export interface Contestant {
  readonly name: string;
  /** Undefined for a problem of a kind that it does not solve. */
  run(problem: ConstrainedTestProblem): Run | undefined;
}

const constrained = (name: string, make: () => ConstrainedMethod): Contestant => ({
  name,
  run: (problem) =>
    runOf(
      minimizeConstrained(problem.f, tensor(startOf(problem)), {
        ...constraintsOf(problem),
        method: make(),
      }),
    ),
});

const bounded = (name: string, make: () => MinimizeMethod): Contestant => ({
  name,
  run(problem) {
    if (problem.equalities ?? problem.inequalities) return undefined;
    const { lower, upper } = constraintsOf(problem);
    const bounds = { ...(lower && { lower }), ...(upper && { upper }) };
    return runOf(minimize(problem.f, tensor(startOf(problem)), { ...bounds, method: make() }));
  },
});

export const ours: readonly Contestant[] = [
  constrained("sqp()", () => sqp()),
  constrained('sqp({ hessian: "bfgs" })', () => sqp({ hessian: "bfgs" })),
  constrained("augmentedLagrangian()", () => augmentedLagrangian()),
  constrained("augmentedLagrangian({ inner: lbfgsb() })", () => augmentedLagrangian({ inner: lbfgsb() })),
  bounded("lbfgsb()", () => lbfgsb()),
  bounded("projectedNewton()", () => projectedNewton()),
];

function runOf(solution: Solution<unknown>): Run {
  const { iterations, evaluations, hessianEvaluations, status, message } = solution;
  return {
    x: (solution.x as ReturnType<typeof tensor>).toArray() as number[],
    claims: status === "converged",
    message: `${status}: ${message}`,
    iterations,
    points: evaluations,
    hessians: hessianEvaluations,
  };
}
