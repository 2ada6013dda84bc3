import { tensor, type Tensor } from "@steepest/autodiff";
import { ackley, griewank, rastrigin, schwefel, type GlobalTestProblem } from "@steepest/optim/problems";

/** The functions that global methods are judged by. */
export const contested: Readonly<Record<string, (n: number) => GlobalTestProblem>> = {
  rastrigin,
  ackley,
  schwefel,
  griewank,
};

/**
 * The problem in a box whose middle is not its minimum, so that nothing is won by beginning in the middle: where the box is
 * symmetric, its lower half is cut to six tenths.
 */
export function offCentre(problem: GlobalTestProblem): GlobalTestProblem {
  const symmetric = problem.lower.every((least, i) => least === -problem.upper[i]!);
  const centred = problem.minimizers[0]!.every((value) => value === 0);
  return symmetric && centred ? { ...problem, lower: problem.lower.map((least) => 0.6 * least) } : problem;
}

/** Within 10⁻⁶ of the lowest value there is. */
export function found(problem: GlobalTestProblem, value: number): boolean {
  return value <= problem.minimum + 1e-6;
}

/** The box of a problem, whose point is one tensor. */
export function boxOf({ lower, upper }: GlobalTestProblem): { lower: Tensor; upper: Tensor } {
  return { lower: tensor([...lower]), upper: tensor([...upper]) };
}
