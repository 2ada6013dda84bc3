import { exp, tensor, type Tensor } from "@steepest/autodiff";
import { huber, leastSquares, levenbergMarquardt, type LinearSolver, type Loss } from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { normalMatrix } from "../src/linalg/normal-matrix.ts";
import type { Linearization } from "../src/problem/least-squares/problem.ts";
import { leastSquaresProblem } from "../src/problem/least-squares/residual-problem.ts";
import { packStart } from "../src/problem/packing.ts";

const tolerance = 1e-11;

/** The linearised problem at x, and what gave it. */
function linearize(
  residuals: (x: readonly Tensor[]) => Tensor,
  x: readonly number[],
  linearSolver?: LinearSolver,
  loss?: Loss,
): { linearization: Linearization; evaluations: number } {
  const { packing, start } = packStart(x);
  const problem = leastSquaresProblem(residuals, packing, {
    linearSolver,
    loss,
    gradientTolerance: tolerance,
  });
  return { linearization: problem.linearize(start)!, evaluations: problem.evaluations.values };
}

/** A line over n points from x₀ on; its columns are parallel to as many digits as x₀ is longer than the rest. */
function line(n: number, first: number): (p: readonly Tensor[]) => Tensor {
  const x = tensor(Float64Array.from({ length: n }, (_, i) => first + i / n));
  const y = tensor(Float64Array.from({ length: n }, (_, i) => 2 + (3 * i) / n + 0.1 * Math.sin(i)));
  return ([a, b]) => a!.add(b!.mul(x)).sub(y);
}

describe("the route from J to its triangle", () => {
  it("is QR for small problems, whose Jacobian is kept", () => {
    const { linearization } = linearize(line(100, 0), [0, 0]);
    expect(linearization.pivot).toBeUndefined();
    expect(linearization.kept!.columns).toHaveLength(200);
  });

  it("is by the sums where they see enough, and by QR of the same evaluation where they do not", () => {
    const well = linearize(line(5000, 0), [0, 0]);
    expect(well.linearization.pivot).toBeGreaterThan(0.1);
    expect(well.linearization.kept).toBeUndefined();
    const badly = linearize(line(5000, 1e5), [0, 0]);
    expect(badly.linearization.pivot).toBeUndefined();
    expect(badly.evaluations).toBe(1);
  });

  it.each([0, 1e3, 1e5, 1e7])("keeps the digits of QR, for a line that begins at %d", (first) => {
    const byDefault = leastSquares(line(5000, first), [0, 0]);
    const byQr = leastSquares(line(5000, first), [0, 0], {
      method: levenbergMarquardt({ linearSolver: "qr" }),
    });
    expect(byDefault.message).toMatch(/^converged/);
    // What the data itself determines: ε times the condition of the columns.
    const digits = 14 - Math.log10(1 + first * 4);
    expect(Math.abs(byDefault.x[1].item() / byQr.x[1].item() - 1)).toBeLessThan(10 ** -digits * 10);
    expect(byDefault.residualSumOfSquares / byQr.residualSumOfSquares).toBeCloseTo(1, 11);
  });

  it("is by the sums when asked, and says where they saw little", () => {
    const method = levenbergMarquardt({ linearSolver: "normal" });
    const { linearization } = linearize(line(100, 1e5), [0, 0], "normal");
    expect(linearization.pivot).toBeLessThan(1e-8);
    expect(leastSquares(line(100, 0), [0, 0], { method }).message).not.toContain("dependent");
    expect(leastSquares(line(100, 1e6), [0, 0], { method }).message).toMatch(
      /nearly dependent \(condition about [1-9]e\+[67]\).*linearSolver "qr"/,
    );
  });

  // Ten columns: more than are summed in the pass itself.
  const times = Float64Array.from({ length: 400 }, (_, i) => i / 40);
  const many = (p: readonly Tensor[]): Tensor =>
    p
      .map((b, k) => exp(tensor(times).mul(b).neg()).mul(k + 1))
      .reduce((sum, term) => sum.add(term))
      .sub(tensor(times).sin());
  const rates = Array.from({ length: 10 }, (_, k) => 0.2 * 1.7 ** k);

  describe.each([undefined, huber(3)])("with loss %o", (loss) => {
    it.each<LinearSolver | undefined>([undefined, "normal"])(
      "gives the same geometry by %s as by QR",
      (solver) => {
        const qr = linearize(many, rates, "qr", loss).linearization;
        const other = linearize(many, rates, solver, loss).linearization;
        expect(other.value / qr.value).toBeCloseTo(1, 13);
        expect(other.residualSumOfSquares / qr.residualSumOfSquares).toBeCloseTo(1, 13);
        const [a, b] = [qr, other].map(({ root, rows }) => normalMatrix(root, rows, 10)) as [
          Float64Array,
          Float64Array,
        ];
        const lengths = qr.columnNorms;
        for (let i = 0; i < 10; i++) {
          expect(other.columnNorms[i]! / lengths[i]!).toBeCloseTo(1, 11);
          expect((other.gradient[i]! - qr.gradient[i]!) / lengths[i]!).toBeCloseTo(0, 11);
          for (let j = 0; j < 10; j++)
            expect((a[10 * i + j]! - b[10 * i + j]!) / (lengths[i]! * lengths[j]!)).toBeCloseTo(0, 12);
        }
      },
    );
  });

  it("names the residual that cannot be evaluated, on any route that sees it", () => {
    for (const n of [10, 3000]) {
      const t = tensor(Float64Array.from({ length: n }, (_, i) => i - 7.5));
      const solution = leastSquares(([a]) => t.neg().add(a).sqrt(), [0]);
      expect(solution.status).toBe("failed");
      expect(solution.message).toContain("residual 8 is NaN");
    }
  });

  it("takes residuals of any shape", () => {
    const y = tensor([[1, 2], [3, 5]]); // prettier-ignore
    const flat = leastSquares(
      ([a, b]) => a.add(b.mul(tensor([0, 1, 2, 3]))).sub(tensor([1, 2, 3, 5])),
      [0, 0],
    );
    const square = leastSquares(([a, b]) => a.add(b.mul(tensor([[0, 1], [2, 3]]))).sub(y), [0, 0]); // prettier-ignore
    expect(square.x.map(Number)).toEqual(flat.x.map(Number));
  });
});
