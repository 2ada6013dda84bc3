import { abs, exp, log, sqrt, tensor, type Tensor } from "@steepest/autodiff";
import {
  minimize,
  newton,
  newtonCg,
  OptimizationError,
  steps,
  trustRegion,
  type MinimizeMethod,
  type Step,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { symmetricProduct } from "../src/methods/trust-region/subproblem.ts";

const methods: [string, () => MinimizeMethod][] = [
  ["newton", () => newton()],
  ["newton-cg", () => newtonCg()],
  ["trust region, exact", () => trustRegion()],
  ["trust region, dogleg", () => trustRegion({ subproblem: "dogleg" })],
  ["trust region, steihaug", () => trustRegion({ subproblem: "steihaug" })],
];

const rosenbrock = ([a, b]: Tensor[]): Tensor =>
  b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());

/** Minima at (0, ±1), a saddle at the origin. */
const doubleWell = ([a, b]: Tensor[]): Tensor => a!.square().add(b!.square().sub(1).square());

describe.each(methods)("%s", (name, method) => {
  it("leaves the saddle that a Newton step leads to, and finds a minimum", () => {
    for (const shift of [0, 1e3]) {
      const solution = minimize((x) => doubleWell(x).add(shift), [1, 0], { method: method() });
      expect(solution.status).toBe("converged");
      expect(solution.x[0].item()).toBeCloseTo(0, 6);
      expect(Math.abs(solution.x[1].item())).toBeCloseTo(1, 6);
    }
  });

  it("follows the negative curvature of a saddle without a minimum", () => {
    const solution = minimize(([a, b]) => a.square().sub(b.square()), [1, 0], { method: method() });
    expect(solution.status).toBe("unbounded");
    expect(solution.value).toBeLessThan(-1e15);
  });

  it("leaves a saddle of many parameters along the one way down", () => {
    const n = 30;
    const f = (x: Tensor): Tensor => {
      const rest = x.slice([0, n - 1]);
      const last = x.slice(n - 1);
      return rest.square().sum().add(last.square().sub(1).square());
    };
    const start = Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? 0 : Math.cos(i)));
    const solution = minimize(f, tensor(start), { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.value).toBeLessThan(1e-12);
  });

  it("does not take curvature that is rounding error for a way down", () => {
    // The Hessian at the minimum is singular, and rounding makes its zero eigenvalue negative.
    const f = ([a, b, c]: Tensor[]): Tensor =>
      a!.add(b!.mul(0.1)).add(c!.mul(0.3)).sub(1).square().mul(1e4).add(7);
    const solution = minimize(f, [3, -2, 5], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.value).toBeCloseTo(7, 10);
  });

  it("keeps to the words of the contract where the walk begins at a saddle, a maximum or a plateau", () => {
    for (const f of [
      ([a, b]: Tensor[]) => a!.square().sub(b!.square()),
      ([a, b]: Tensor[]) => a!.square().add(b!.square()).neg(),
      ([a]: Tensor[]) => a!.mul(0).add(3),
    ])
      expect(minimize(f, [0, 0], { method: method() }).status).toBe("stationary");
  });

  it("solves a quadratic in one step, or as few as truncated systems and the first radius allow", () => {
    const f = ([a, b]: Tensor[]): Tensor => a!.sub(1).square().add(b!.add(2).square().mul(3)).add(a!.mul(b!));
    const solution = minimize(f, [0.5, 0.5], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.iterations).toBeLessThanOrEqual(name.startsWith("trust") ? 3 : 1);
    // 2 (a − 1) + b = 0 and a + 6 (b + 2) = 0
    expect(solution.x[0].item()).toBeCloseTo(24 / 11, 8);
    expect(solution.x[1].item()).toBeCloseTo(-26 / 11, 8);
  });

  it("counts what it calls", () => {
    let calls = 0;
    const solution = minimize(
      (x) => {
        calls++;
        return rosenbrock(x);
      },
      [-1.2, 1],
      { method: method(), compile: false },
    );
    expect(solution.status).toBe("converged");
    expect(solution.gradientEvaluations).toBe(solution.evaluations);
    // Each pass of second derivatives calls the function anew, a Hessian once for each column.
    const { evaluations, hessianEvaluations, hessianProducts } = solution;
    expect(calls).toBeGreaterThanOrEqual(evaluations + hessianEvaluations + hessianProducts);
    const usesProducts = name === "newton-cg" || name.endsWith("steihaug");
    expect(hessianEvaluations > 0).toBe(!usesProducts);
    expect(hessianProducts > 0).toBe(usesProducts);
  });

  it("ends where a kink or a wall stops it, without claiming a minimum that is none", () => {
    // The floor of this valley slopes along its kink, to (−100, −100).
    const f = ([a, b]: Tensor[]): Tensor =>
      abs(a!.sub(b!)).mul(100).add(a!.add(b!).mul(0.01)).add(a!.square().mul(1e-4));
    const valley = minimize(f, [3, 1], { method: method() });
    if (valley.status === "converged") expect(valley.value).toBeLessThan(-0.99);
    const wall = minimize((x) => x.sub(sqrt(x).mul(2)).add(log(x.neg().add(4))), 0.01, { method: method() });
    expect(Number.isFinite(wall.value)).toBe(true);
    expect(wall.x.item()).toBeGreaterThan(0);
    expect(wall.x.item()).toBeLessThan(4);
  });

  it("says that second derivatives are missing", () => {
    // The gradient of |x|^1.5 is continuous, its slope at zero infinite.
    const solution = minimize(([a, b]) => abs(a).pow(1.5).add(b.square()), [0, 3], { method: method() });
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("second derivative");
    expect(solution.message).toContain("bfgs()");
  });

  it.each([1e-3, 1e3])("solves the same problem in units of %s", (unit) => {
    const f = ([a, b]: Tensor[]): Tensor => rosenbrock([a!, b!.div(unit)]);
    const solution = minimize(f, [-1.2, unit], { method: method() });
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBeCloseTo(1, 6);
    expect(solution.x[1].item() / unit).toBeCloseTo(1, 6);
  });
});

/** Every step of a walk. */
function history(f: (x: Tensor[]) => Tensor, start: number[], method: MinimizeMethod): readonly Step[] {
  return minimize(f as never, start, { method, history: true }).history!;
}

describe("the steps of newton", () => {
  it("show the model whose minimum the full step is", () => {
    let indefinite = 0;
    for (const start of [
      [-1.2, 1],
      [0, 1],
    ])
      for (const { model, direction, damping } of history(rosenbrock, start, newton()).slice(1)) {
        const slope = symmetricProduct(model!.hessian!, direction!);
        const size = Math.max(...model!.hessian!.map(Math.abs)) * Math.max(...direction!.map(Math.abs));
        slope.forEach((value, i) =>
          expect(Math.abs(value + model!.gradient[i]!)).toBeLessThan(1e-10 * (1 + size)),
        );
        expect(damping).toBeGreaterThanOrEqual(0);
        if (damping! > 0) indefinite++;
      }
    // ∂²f/∂a² = 1200 a² − 400 b + 2 is negative at (0, 1).
    expect(indefinite).toBeGreaterThan(0);
  });

  it("are the same whatever the units of the parameters", () => {
    const units = [2 ** -10, 2 ** 12];
    const scaled = ([a, b]: Tensor[]): Tensor => rosenbrock([a!.div(units[0]!), b!.div(units[1]!)]);
    const plain = history(rosenbrock, [0, 1], newton()).slice(0, 8);
    const other = history(scaled, [0, units[1]!], newton()).slice(0, 8);
    plain.forEach((step, k) => {
      expect(other[k]!.value / step.value).toBeCloseTo(1, 9);
      step.x.forEach((x, i) => expect(other[k]!.x[i]! / units[i]!).toBeCloseTo(x, 9));
    });
  });
});

it("newton-cg shows its products, no more than it may use", () => {
  const shown = history(rosenbrock, [-1.2, 1], newtonCg({ innerIterations: 1 })).slice(1);
  for (const step of shown) expect(step.innerIterations).toBe(1);
  expect(minimize(rosenbrock, [-1.2, 1], { method: newtonCg() }).iterations).toBeLessThan(shown.length);
});

it("newton-cg and the trust region of Steihaug solve a thousand parameters with few products", () => {
  const n = 1000;
  const curvatures = tensor(Float64Array.from({ length: n }, (_, i) => 1 + (i % 10)));
  const f = (x: Tensor): Tensor => x.sub(1).square().mul(curvatures).sum().add(x.sub(1).pow(4).sum());
  for (const method of [newtonCg(), trustRegion({ subproblem: "steihaug" })]) {
    const solution = minimize(f, tensor(new Float64Array(n).fill(3)), { method });
    expect(solution.status).toBe("converged");
    expect(solution.hessianEvaluations).toBe(0);
    expect(solution.hessianProducts).toBeLessThan(100);
    expect(solution.value).toBeLessThan(1e-12);
  }
});

describe("a trust region", () => {
  it.each(["exact", "dogleg", "steihaug"] as const)(
    "keeps every step within its radius (%s)",
    (subproblem) => {
      const walk = history(
        rosenbrock,
        [-1.2, 1],
        trustRegion({ subproblem, initialRadius: 0.5, maximumRadius: 1 }),
      );
      expect(walk[1]!.radius).toBe(0.5);
      for (const { step, radius } of walk) {
        expect(radius).toBeLessThanOrEqual(1);
        expect(Math.hypot(...step)).toBeLessThanOrEqual(radius! * (1 + 1e-12));
      }
      expect(walk.at(-1)!.gradientNorm).toBeLessThan(1e-7);
    },
  );

  it.each(["exact", "dogleg", "steihaug"] as const)(
    "tries a step that it did not take again in a smaller region, for one evaluation (%s)",
    (subproblem) => {
      const walk = history(rosenbrock, [-1.2, 1], trustRegion({ subproblem, initialRadius: 10 }));
      const rejected = walk.filter(({ accepted }) => !accepted);
      expect(rejected.length).toBeGreaterThan(0);
      walk.forEach((step, k) => {
        if (step.accepted) return;
        const [before, after] = [walk[k - 1]!, walk[k + 1]!];
        expect(step.x).toEqual(before.x);
        expect(step.value).toBe(before.value);
        expect(step.evaluations).toBe(before.evaluations + 1);
        expect(after.radius).toBeLessThan(step.radius!);
        expect(Math.hypot(...after.step)).toBeLessThan(Math.hypot(...step.step));
        if (subproblem === "steihaug") expect(after.innerIterations).toBe(0);
      });
      const solution = minimize(rosenbrock, [-1.2, 1], {
        method: trustRegion({ subproblem, initialRadius: 10 }),
      });
      const moves = walk.filter(({ accepted }) => accepted).length;
      // One Hessian for each place, that of the answer included.
      if (subproblem !== "steihaug") expect(solution.hessianEvaluations).toBe(moves);
    },
  );

  it("shows λ, which solves (H + λ I) p = −g", () => {
    for (const { model, damping, step } of history(rosenbrock, [-1.2, 1], trustRegion()).slice(1)) {
      const image = symmetricProduct(model!.hessian!, step);
      const size = Math.hypot(...model!.gradient);
      // To the part of the radius to which λ is found.
      image.forEach((value, i) =>
        expect(Math.abs(value + damping! * step[i]! + model!.gradient[i]!)).toBeLessThan(0.05 * size + 1e-9),
      );
    }
  });

  it("starts with the size of the start unless told otherwise", () => {
    const first = (start: number[]): Step => steps(rosenbrock, start, trustRegion()).next().value as Step;
    expect(first([3, 4]).radius).toBe(5);
    expect(first([0, 0.1]).radius).toBe(1);
  });

  it("converges near the rounding error of the value", () => {
    // f is 1e8 and more; from where the value no longer tells points apart, gradients do.
    const f = ([a, b]: Tensor[]): Tensor =>
      rosenbrock([a!, b!])
        .add(exp(a!.sub(1)).sub(a!))
        .add(1e8);
    for (const subproblem of ["exact", "dogleg", "steihaug"] as const) {
      const solution = minimize(f, [-1.2, 1], {
        method: trustRegion({ subproblem }),
        gradientTolerance: 1e-18,
      });
      expect(solution.status).toBe("converged");
      expect(solution.x[0].item()).toBeCloseTo(1, 8);
    }
  });
});

describe("wrong options", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["no inner iterations", () => newtonCg({ innerIterations: 0 }), /innerIterations.*: 0$/],
    ["half an inner iteration", () => trustRegion({ innerIterations: 0.5 }), /innerIterations.*: 0.5$/],
    ["another subproblem", () => trustRegion({ subproblem: "gltr" as never }), /subproblem.*: gltr$/],
    ["a radius of zero", () => trustRegion({ initialRadius: 0 }), /initial radius.*: 0$/],
    [
      "an infinite first radius",
      () => trustRegion({ initialRadius: Infinity }),
      /initial radius.*: Infinity$/,
    ],
    ["a negative largest radius", () => trustRegion({ maximumRadius: -1 }), /maximum radius.*: -1$/],
    ["to accept only good steps", () => trustRegion({ acceptance: 0.5 }), /acceptance.*: 0.5$/],
    ["no tolerance at all", () => trustRegion({ acceptance: NaN }), /acceptance.*: NaN$/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(OptimizationError);
    expect(make).toThrow(message);
  });
});
