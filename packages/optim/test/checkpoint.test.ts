import { exp, stack, tensor, type Tensor } from "@steepest/autodiff";
import {
  acceleratedGradient,
  bfgs,
  conjugateGradient,
  gradientDescent,
  hagerZhang,
  heavyBall,
  lbfgs,
  leastSquares,
  leastSquaresSteps,
  levenbergMarquardt,
  minimize,
  nelderMead,
  newton,
  newtonCg,
  OptimizationError,
  powell,
  steps,
  trustRegion,
  type Checkpoint,
  type MinimizeMethod,
  type Solution,
  type Step,
  type Walk,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../src/walk/checkpoint.ts";

const rosenbrock = ([a, b]: Tensor[]): Tensor =>
  b!.sub(a!.square()).square().mul(100).add(a!.neg().add(1).square());
const start = [-1.2, 1] as const;

/** At most `count` steps of a walk. */
function take(walk: Walk, count: number): Step[] {
  const seen: Step[] = [];
  while (seen.length < count) {
    const { done, value } = walk.next();
    if (done) break;
    seen.push(value);
  }
  return seen;
}

const throughText = (checkpoint: Checkpoint): Checkpoint =>
  JSON.parse(JSON.stringify(checkpoint)) as Checkpoint;

/** A solution with numbers in place of tensors. */
const plain = ({ x, checkpoint, ...rest }: Solution<readonly Tensor[]>): unknown => ({
  ...rest,
  checkpoint: checkpoint(),
  x: x.map((leaf) => leaf.item()),
});

const methods: [string, () => MinimizeMethod][] = [
  ["gradient descent", () => gradientDescent()],
  ["gradient descent of a fixed rate", () => gradientDescent({ learningRate: 1e-3 })],
  ["gradient descent with exact steps", () => gradientDescent({ lineSearch: "exact" })],
  ["heavy ball", () => heavyBall({ learningRate: 1e-3 })],
  ["accelerated gradient", () => acceleratedGradient()],
  ["accelerated gradient of a fixed rate", () => acceleratedGradient({ learningRate: 1e-3 })],
  ["conjugate gradient", () => conjugateGradient()],
  ["conjugate gradient, Polak–Ribière+", () => conjugateGradient({ beta: "polakRibierePlus" })],
  ["bfgs", () => bfgs()],
  ["lbfgs", () => lbfgs()],
  ["lbfgs of a short memory, Hager–Zhang", () => lbfgs({ memory: 2, lineSearch: hagerZhang() })],
  ["newton", () => newton()],
  ["newton-cg", () => newtonCg()],
  ["trust region, exact", () => trustRegion()],
  ["trust region, dogleg", () => trustRegion({ subproblem: "dogleg" })],
  ["trust region, steihaug", () => trustRegion({ subproblem: "steihaug" })],
  ["nelder-mead", () => nelderMead()],
  ["powell", () => powell()],
];

describe.each(methods)("a walk of %s", (_, method) => {
  it.each([0, 1, 2, 7])(
    "stopped after %i steps, written as text and resumed, goes on as if it had not been",
    (k) => {
      const whole = take(steps(rosenbrock, start, method()), 30);
      const first = steps(rosenbrock, start, method());
      const before = take(first, k);
      const resume = throughText(first.checkpoint());
      const after = take(steps(rosenbrock, start, method(), { resume }), whole.length - before.length);
      expect([...before, ...after]).toEqual(whole);
      // The walk that was left goes on as well.
      expect(take(first, whole.length - before.length)).toEqual(after);
    },
  );
});

it("resumes least squares", () => {
  const t = tensor([0, 1, 2, 3, 4]);
  const residuals = ([a, b]: Tensor[]): Tensor =>
    a!.mul(exp(b!.mul(t).neg())).sub(tensor([5.1, 3, 1.9, 1.1, 0.7]));
  const whole = take(leastSquaresSteps(residuals, [1, 0.1], levenbergMarquardt()), 100);
  const first = leastSquaresSteps(residuals, [1, 0.1], levenbergMarquardt());
  take(first, 3);
  const resume = throughText(first.checkpoint());
  expect(take(leastSquaresSteps(residuals, [1, 0.1], levenbergMarquardt(), { resume }), 100)).toEqual(
    whole.slice(3),
  );
});

describe("a solution", () => {
  it("that ran out of iterations can be resumed, and counts on", () => {
    const whole = minimize(rosenbrock, start);
    const part = minimize(rosenbrock, start, { maxIterations: 5 });
    expect(part.status).toBe("maxIterations");
    const rest = minimize(rosenbrock, start, { resume: throughText(part.checkpoint()) });
    expect(plain(rest)).toEqual(plain(whole));
  });

  it("that was aborted within an evaluation can be resumed", () => {
    let calls = 0;
    const controller = new AbortController();
    const counted = (x: Tensor[]): Tensor => {
      if (++calls === 9) controller.abort();
      return rosenbrock(x);
    };
    const part = minimize(counted, start, { compile: false, signal: controller.signal });
    expect(part.status).toBe("aborted");
    expect(part.evaluations).toBe(9);
    const rest = minimize(rosenbrock, start, { compile: false, resume: throughText(part.checkpoint()) });
    const whole = minimize(rosenbrock, start, { compile: false });
    expect(rest.status).toBe("converged");
    expect(rest.x.map((leaf) => leaf.item())).toEqual(whole.x.map((leaf) => leaf.item()));
  });

  it("that has ended stays as it was when resumed", () => {
    const done = minimize(rosenbrock, start);
    expect(plain(minimize(rosenbrock, start, { resume: done.checkpoint() }))).toEqual(plain(done));
  });

  it("of least squares resumes with its Jacobian", () => {
    const residuals = ([a, b]: Tensor[]): Tensor => stack([b!.sub(a!.square()).mul(10), a!.neg().add(1)]);
    const whole = leastSquares(residuals, start);
    const part = leastSquares(residuals, start, { maxIterations: 2 });
    const rest = leastSquares(residuals, start, { resume: throughText(part.checkpoint()) });
    expect(rest.jacobian).toEqual(whole.jacobian);
    expect(rest.residuals).toEqual(whole.residuals);
  });
});

describe("a checkpoint that does not fit is refused", () => {
  const checkpoint = minimize(rosenbrock, start, { maxIterations: 2 }).checkpoint();
  it.each<[string, () => unknown, RegExp]>([
    [
      "another method",
      () => minimize(rosenbrock, start, { method: newton(), resume: checkpoint }),
      /is of bfgs.*: newton/,
    ],
    ["another dimension", () => minimize((x) => x.square(), 3, { resume: checkpoint }), /2 parameters.*: 1/],
    ["no checkpoint", () => minimize(rosenbrock, start, { resume: {} as Checkpoint }), /format 1.*\{\}/],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(OptimizationError);
    expect(run).toThrow(message);
  });
});

it("states come back from JSON as they were, special numbers and arrays included", () => {
  const state = {
    numbers: [0, -0, NaN, Infinity, -Infinity, 1e-320, 0.1],
    flat: Float64Array.of(NaN, -0, Infinity, 2 ** -1074),
    small: Int8Array.of(-1, 0, 1),
    list: [{ x: Float64Array.of(1), value: NaN }, null],
    none: {},
    word: "NaN",
    yes: true,
  };
  expect(decode(JSON.parse(JSON.stringify(encode(state))) as never)).toEqual(state);
  expect(() => encode({ f: () => 1 })).toThrow(TypeError);
});
