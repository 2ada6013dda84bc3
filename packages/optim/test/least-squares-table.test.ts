import { tensor } from "@steepest/autodiff";
import { leastSquares, levenbergMarquardt, type LinearSolver } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { leastSquaresProblems } from "./support/least-squares-problems.ts";

describe.each<LinearSolver>(["qr", "normal"])("levenberg-marquardt with %s", (linearSolver) => {
  it.each(leastSquaresProblems)("solves $name", ({ residuals, start, residualSumOfSquares, minimizer }) => {
    const solution = leastSquares(residuals, tensor(start), { method: levenbergMarquardt({ linearSolver }) });
    expect(solution.message).toMatch(/^converged/);
    expect(solution.residualSumOfSquares).toBeGreaterThanOrEqual(residualSumOfSquares * (1 - 1e-9) - 1e-18);
    expect(solution.residualSumOfSquares).toBeLessThanOrEqual(residualSumOfSquares * (1 + 1e-9) + 1e-18);
    const found = solution.x.toArray() as number[];
    // Where the Jacobian is singular at the minimum, the normal equations see half the digits.
    const places = linearSolver === "qr" ? 8 : 6;
    minimizer?.forEach((value, j) => expect(found[j]).toBeCloseTo(value, value === 0 ? 7 : places));
  });
});
