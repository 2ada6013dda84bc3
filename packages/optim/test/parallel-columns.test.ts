import { exp, floor, concatenate, tensor, type Tensor } from "@steepest/autodiff";
import { leastSquares, levenbergMarquardt, type LinearSolver } from "@steepest/optim";
import { describe, expect, it } from "vitest";

/** y = 20 + i/10 and a bounded disturbance. */
const disturbed = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 20 + 0.1 * i + 0.5 * Math.sin(12.9898 * i));
const along = (count: number, at: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => at(i));

/** The columns 1 and x of a line are parallel to as many digits as x − x̄ is smaller than x. */
const lines: { name: string; x: number[]; y: number[]; start: [number, number] }[] = [
  {
    name: "1e7 + i",
    x: along(8, (i) => 1e7 + 1 + i),
    y: [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8, 16.1],
    start: [0, 1],
  },
  { name: "a date as a number", x: along(28, (i) => 20240201 + i), y: disturbed(28), start: [0, 1] },
  { name: "seconds since 1970", x: along(60, (i) => 1.7e9 + i), y: disturbed(60), start: [0, 1] },
  {
    name: "seconds since 1970, from nearby",
    x: along(60, (i) => 1.7e9 + i),
    y: disturbed(60),
    start: [0, 0.1],
  },
  { name: "Julian days", x: along(60, (i) => 2460000.5 + 0.01 * i), y: disturbed(60), start: [20, 0.1] },
];

/** Slope and sum of squares of the line through data, about the means, where nothing cancels. */
function closedForm(x: readonly number[], y: readonly number[]): { slope: number; sumOfSquares: number } {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value) / values.length;
  const first = x[0]!;
  const u = x.map((value) => value - first);
  const [du, dy] = [u.map((value) => value - mean(u)), y.map((value) => value - mean(y))];
  const slope =
    du.reduce((sum, value, i) => sum + value * dy[i]!, 0) / du.reduce((sum, value) => sum + value * value, 0);
  return { slope, sumOfSquares: dy.reduce((sum, value, i) => sum + (value - slope * du[i]!) ** 2, 0) };
}

describe.each<LinearSolver>(["qr", "normal"])("columns that are nearly parallel, with %s", (linearSolver) => {
  describe.each([true, false])("and geodesic acceleration %s", (geodesicAcceleration) => {
    const method = levenbergMarquardt({ linearSolver, geodesicAcceleration });

    it.each(lines)("fits a line over $name", ({ x, y, start }) => {
      const solution = leastSquares(([a, b]) => tensor(x).mul(b).add(a).sub(tensor(y)), start, { method });
      const { slope, sumOfSquares } = closedForm(x, y);
      expect(solution.message).toMatch(/^converged/);
      expect(solution.residualSumOfSquares / sumOfSquares).toBeCloseTo(1, 7);
      expect(solution.x[1].item() / slope).toBeCloseTo(1, 5);
    });

    it("fits a decay that began long ago", () => {
      const t = tensor(along(30, (i) => 40_000 + i));
      const y = exp(t.sub(40_000).mul(-0.05)).mul(3);
      const solution = leastSquares(([a, b]) => exp(t.mul(b).add(a).neg()).sub(y), [-390, 0.01], { method });
      expect(solution.message).toMatch(/^converged/);
      expect(solution.x[1].item()).toBeCloseTo(0.05, 6);
    });
  });

  it("stalls at a jump that the gradient does not show, instead of claiming a minimum", () => {
    const { x, y } = lines[0]!;
    const line = ([a, b]: Tensor[]): Tensor => tensor(x).mul(b!).add(a!).sub(tensor(y));
    // From b = 1 on there is a fine of 100, on the way from 0.5 to 1.9976.
    const fined = (p: Tensor[]): Tensor => concatenate([line(p), floor(p[1]!).mul(100).reshape([1])]);
    const solution = leastSquares(fined, [0, 0.5], { method: levenbergMarquardt({ linearSolver }) });
    expect(solution.status).toBe("stalled");
    expect(solution.x[1].item()).toBeLessThan(1);
    expect(solution.x[1].item()).toBeGreaterThan(0.99);
  });
});
