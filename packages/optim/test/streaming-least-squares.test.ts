import { exp, tensor, type Tensor } from "@steepest/autodiff";
import {
  dogleg,
  gaussNewton,
  huber,
  leastSquares,
  leastSquaresAsync,
  leastSquaresSteps,
  levenbergMarquardt,
  OptimizationError,
  type LeastSquaresMethod,
  type NormalEquations,
} from "@steepest/optim";
import { describe, expect, it } from "vitest";

const numbers = (leaves: readonly Tensor[]): number[] => leaves.map((leaf) => leaf.item());

interface Piece {
  readonly t: Float64Array;
  readonly y: Float64Array;
}

/** Row i of n: a decay with a disturbance that has no pattern to speak of. */
function rows(n: number, from: number, to: number): Piece {
  const [t, y] = [new Float64Array(to - from), new Float64Array(to - from)];
  for (let k = 0; k < t.length; k++) {
    const time = (10 * (from + k)) / n;
    const phase = (from + k) * 0.618033988749895;
    t[k] = time;
    y[k] = 0.5 + 4 * Math.exp(-0.6 * time) + 0.2 * (phase - Math.floor(phase) - 0.5);
  }
  return { t, y };
}

/** n rows in pieces, made when they are asked for; the last one may be shorter. */
function* pieces(n: number, size: number): Generator<Piece> {
  for (let from = 0; from < n; from += size) yield rows(n, from, Math.min(from + size, n));
}

const residuals = ([a, b, c]: readonly Tensor[], { t, y }: Record<keyof Piece, Tensor>): Tensor =>
  a!
    .mul(exp(b!.mul(t).neg()))
    .add(c!)
    .sub(y);
const start = [1, 1, 0] as const;
const methods: [string, LeastSquaresMethod][] = [
  ["levenberg-marquardt", levenbergMarquardt()],
  ["dogleg", dogleg()],
  ["gauss-newton", gaussNewton()],
];

describe("data in chunks", () => {
  it("of a million rows gives the parameters of the fit in memory, one chunk at a time", () => {
    const n = 1_000_000;
    let held = 0;
    let most = 0;
    const streamed = leastSquares(
      {
        *chunks() {
          for (const piece of pieces(n, 31_250)) {
            most = Math.max(most, ++held);
            yield piece;
            held--;
          }
        },
        residuals,
      },
      start,
    );
    const { t, y } = rows(n, 0, n);
    const all = { t: tensor(t), y: tensor(y) };
    const inMemory = leastSquares((p) => residuals(p, all), start);
    expect(streamed.message).toMatch(/^converged/);
    expect(most).toBe(1);
    numbers(streamed.x).forEach((value, j) =>
      expect(Math.abs(value / inMemory.x[j]!.item() - 1)).toBeLessThan(1e-12),
    );
    expect(streamed.residualSumOfSquares / inMemory.residualSumOfSquares).toBeCloseTo(1, 12);
  });

  const small = { chunks: () => pieces(1000, 300), residuals };
  const { t, y } = rows(1000, 0, 1000);
  const memory = { t: tensor(t), y: tensor(y) };
  const whole = (p: readonly Tensor[]): Tensor => residuals(p, memory);

  it.each(methods)("is the same problem to %s", (_, method) => {
    const streamed = leastSquares(small, start, { method });
    const inMemory = leastSquares(whole, start, { method });
    expect(streamed.message).toMatch(/^converged/);
    numbers(streamed.x).forEach((value, j) => expect(value).toBeCloseTo(inMemory.x[j]!.item(), 10));
    streamed.residuals.forEach((r, i) => expect(r).toBeCloseTo(inMemory.residuals[i]!, 10));
    expect(streamed.residuals).toHaveLength(1000);
    streamed.normalMatrix.forEach((value, k) => expect(value / inMemory.normalMatrix[k]!).toBeCloseTo(1, 9));
    expect(streamed.jacobian).toBeUndefined();
  });

  it("goes with a loss, with bounds, with steps and without compiling", () => {
    const options = { loss: huber(0.02), upper: [9, 9, 0.45] };
    const streamed = leastSquares(small, start, options);
    const inMemory = leastSquares(whole, start, options);
    expect(streamed.message).toMatch(/^converged/);
    expect(streamed.x[2].item()).toBe(0.45);
    numbers(streamed.x).forEach((value, j) => expect(value).toBeCloseTo(inMemory.x[j]!.item(), 9));
    expect(streamed.value / inMemory.value).toBeCloseTo(1, 12);
    expect(streamed.weights).toHaveLength(1000);
    const plain = leastSquares(small, start, { ...options, compile: false });
    numbers(plain.x).forEach((value, j) => expect(value).toBeCloseTo(inMemory.x[j]!.item(), 9));
    const walked = [...leastSquaresSteps(small, start, levenbergMarquardt())];
    const solution = leastSquares(small, start);
    expect(walked.at(-1)!.value).toBe(solution.value);
    expect(walked).toHaveLength(solution.iterations + 1);
  });

  it("bends steps by the exact second derivative of all chunks", () => {
    const method = levenbergMarquardt({ geodesicAcceleration: true });
    const streamed = leastSquares(small, start, { method });
    const inMemory = leastSquares(whole, start, { method });
    expect(streamed.hessianEvaluations).toBeGreaterThan(0);
    expect(streamed.iterations).toBe(inMemory.iterations);
  });

  it("may be arrays of single precision and of counts", () => {
    const counts = Int32Array.from({ length: 8 }, (_, i) => i);
    const values = Float32Array.from(counts, (i) => 1 + 2 * i);
    const solution = leastSquares(
      {
        chunks: () => [
          [counts, values],
          [counts, values],
        ],
        residuals: ([a, b], [x, z]) => a.add(b.mul(x!)).sub(z!),
      },
      [0, 0],
    );
    expect(numbers(solution.x)).toEqual([expect.closeTo(1, 9), expect.closeTo(2, 9)]);
  });

  it("resumes where it stopped, to the last bit", () => {
    const all = leastSquares(small, start);
    const part = leastSquares(small, start, { maxIterations: 3 });
    const resume = JSON.parse(JSON.stringify(part.checkpoint())) as ReturnType<typeof part.checkpoint>;
    const rest = leastSquares(small, start, { resume });
    expect(numbers(rest.x)).toEqual(numbers(all.x));
    expect(rest.evaluations).toBe(all.evaluations);
  });

  it("fails where a chunk cannot be read, saying why", () => {
    const broken = {
      *chunks(): Generator<Piece> {
        yield rows(10, 0, 5);
        throw new RangeError("the disk is gone");
      },
      residuals,
    };
    const solution = leastSquares(broken, start);
    expect(solution.status).toBe("failed");
    expect(solution.message).toContain("the disk is gone");
  });
});

/** x² + y² = 1 and x = y, summed by hand. */
const circle = ([x, y]: Float64Array): NormalEquations => {
  const [a, b] = [x!, y!];
  const [r, s] = [a * a + b * b - 1, a - b];
  return {
    cost: 0.5 * (r * r + s * s),
    gradient: [2 * a * r + s, 2 * b * r - s],
    matrix: [4 * a * a + 1, 4 * a * b - 1, 4 * a * b - 1, 4 * b * b + 1],
  };
};

describe("sums that somebody else computes", () => {
  it.each(methods)("are walked on by %s", (_, method) => {
    const solution = leastSquares({ normalEquations: (x) => circle(x) }, { x: 2, y: 0.3 }, { method });
    expect(solution.status).toBe("converged");
    expect(solution.x.x.item()).toBeCloseTo(Math.SQRT1_2, 10);
    expect(solution.x.y.item()).toBeCloseTo(Math.SQRT1_2, 10);
    expect(solution.residualSumOfSquares).toBeLessThan(1e-20);
  });

  it("keep to bounds, and may fail on the way", () => {
    const fenced = (x: Float64Array): NormalEquations | undefined => (x[0]! > 1.9 ? undefined : circle(x));
    const solution = leastSquares({ normalEquations: fenced }, [1.8, -3], { lower: [0.8, -5] });
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBe(0.8);
    const nowhere = leastSquares({ normalEquations: () => undefined }, [1]);
    expect(nowhere.status).toBe("failed");
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a gradient of another length",
      () => leastSquares({ normalEquations: () => ({ cost: 1, gradient: [1], matrix: [1] }) }, [1, 2]),
      /gradient of 2 and a matrix of 4 elements: found 1 and 1$/,
    ],
    [
      "a loss",
      () => leastSquares({ normalEquations: circle }, [1, 2], { loss: huber(1) }),
      /loss cannot be applied to sums.*: huber$/,
    ],
    [
      "QR",
      () =>
        leastSquares({ normalEquations: circle }, [1, 2], {
          method: levenbergMarquardt({ linearSolver: "qr" }),
        }),
      /cannot be solved by QR/,
    ],
    ["no chunks", () => leastSquares({ chunks: () => [], residuals }, start), /the problem has no chunks$/],
  ])("throw a typed error for %s", (_, call, message) => {
    expect(call).toThrow(OptimizationError);
    expect(call).toThrow(message);
  });
});

describe("data that is waited for", () => {
  async function* later(n: number, size: number): AsyncGenerator<Piece> {
    for (const piece of pieces(n, size)) {
      await Promise.resolve();
      yield piece;
    }
  }

  it.each(methods)("gives the very steps of data that is there, with %s", async (_, method) => {
    const steps: number[] = [];
    const awaited = await leastSquaresAsync({ chunks: () => later(1000, 300), residuals }, start, {
      method,
      onStep: (step) => steps.push(step.value),
    });
    const atOnce = leastSquares({ chunks: () => pieces(1000, 300), residuals }, start, {
      method,
      history: true,
    });
    expect(awaited.message).toBe(atOnce.message);
    expect(numbers(awaited.x)).toEqual(numbers(atOnce.x));
    expect(steps).toEqual(atOnce.history!.map(({ value }) => value));
    expect(awaited.evaluations).toBe(atOnce.evaluations);
    expect(awaited.hessianEvaluations).toBe(atOnce.hessianEvaluations);
  });

  it("may be sums", async () => {
    const solution = await leastSquaresAsync(
      { normalEquations: (x) => Promise.resolve(circle(x)) },
      [2, 0.3],
    );
    expect(solution.status).toBe("converged");
    expect(solution.x[0].item()).toBeCloseTo(Math.SQRT1_2, 10);
    expect(solution.hessianEvaluations).toBe(0);
  });

  it("stops at the signal, and says when it cannot be had", async () => {
    const controller = new AbortController();
    const stopped = await leastSquaresAsync({ chunks: () => later(100, 30), residuals }, start, {
      signal: controller.signal,
      onStep: ({ iteration }) => {
        if (iteration === 2) controller.abort();
      },
    });
    expect(stopped.status).toBe("aborted");
    expect(stopped.iterations).toBe(2);
    const broken = await leastSquaresAsync(
      { normalEquations: () => Promise.reject(new RangeError("no connection")) },
      [1],
    );
    expect(broken.status).toBe("failed");
    expect(broken.message).toContain("no connection");
    await expect(leastSquaresAsync({ chunks: () => [], residuals }, start)).rejects.toThrow(
      OptimizationError,
    );
  });
});
