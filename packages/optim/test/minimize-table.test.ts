import { tensor } from "@steepest/autodiff";
import {
  bfgs,
  conjugateGradient,
  gradientDescent,
  hagerZhang,
  lbfgs,
  minimize,
  moreThuente,
  nelderMead,
  newton,
  newtonCg,
  powell,
  trustRegion,
  type MinimizeMethod,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { minimizationProblems } from "./support/minimization-problems.ts";

const methods: Record<string, () => MinimizeMethod> = {
  bfgs,
  "bfgs, Moré–Thuente": () => bfgs({ lineSearch: moreThuente() }),
  "bfgs, Hager–Zhang": () => bfgs({ lineSearch: hagerZhang() }),
  lbfgs,
  "lbfgs, Moré–Thuente": () => lbfgs({ lineSearch: moreThuente() }),
  "lbfgs, Hager–Zhang": () => lbfgs({ lineSearch: hagerZhang() }),
  "conjugate gradient, Hager–Zhang": conjugateGradient,
  "conjugate gradient, Polak–Ribière+": () => conjugateGradient({ beta: "polakRibierePlus" }),
  "conjugate gradient, exact": () => conjugateGradient({ lineSearch: "exact" }),
  newton,
  "newton-cg": newtonCg,
  "trust region, exact": () => trustRegion(),
  "trust region, dogleg": () => trustRegion({ subproblem: "dogleg" }),
  "trust region, steihaug": () => trustRegion({ subproblem: "steihaug" }),
  "nelder-mead": nelderMead,
  "nelder-mead, textbook coefficients": () => nelderMead({ adaptive: false }),
  powell,
  "gradient descent": gradientDescent,
};

/** What plain steepest descent cannot finish: valleys whose walls are a million times steeper than their floor. */
const tooSteep = new Set(["brown badly scaled", "powell singular", "bowl n=5 condition 1e+6"]);

function distance(found: number[], expected: number[]): number {
  const size = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...found.map((value, i) => Math.abs(value - expected[i]!))) / size;
}

describe.each(Object.entries(methods))("%s", (name, method) => {
  it.each(minimizationProblems.filter((p) => name !== "gradient descent" || !tooSteep.has(p.name)))(
    "finds the minimum of $name",
    ({ f, start, minimum, minimizers, tolerance = 1e-6 }) => {
      const solution = minimize(f, tensor(start), {
        method: method(),
        ...(name === "gradient descent" && { maxIterations: 100_000 }),
      });
      const x = solution.x.toArray() as number[];
      expect(solution.message).toMatch(/^converged/);
      expect(solution.status).toBe("converged");
      expect(Math.abs(solution.value - minimum)).toBeLessThan(1e-8);
      expect(Math.min(...minimizers.map((expected) => distance(x, expected)))).toBeLessThan(tolerance);
    },
  );
});
