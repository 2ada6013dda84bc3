import { exp, stack, tensor, type Tensor } from "@steepest/autodiff";
import { minimizeConstrained, sqp, type Step } from "@steepest/optim";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convexModel } from "../src/constrained/convex-model.ts";
import { dampedUpdate } from "../src/constrained/damped-bfgs.ts";
import { cholesky } from "../src/linalg/cholesky.ts";
import { rangeSpace } from "../src/linalg/range-space.ts";

describe("steps near the solution", () => {
  // 2 (x² + y² − 1) − x on the circle: full steps go uphill however near they begin (Powell 1986; Nocedal & Wright,
  // example 15.4).
  const f = ([x, y]: Tensor[]): Tensor => x!.square().add(y!.square()).sub(1).mul(2).sub(x!);
  const equalities = ([x, y]: Tensor[]): Tensor => x!.square().add(y!.square()).sub(1);

  it("are full ones in spite of the Maratos effect, by the second-order correction", () => {
    for (const angle of [0.3, 0.1, 0.01]) {
      const start = [Math.cos(angle), Math.sin(angle)];
      const { history, status } = minimizeConstrained(f, start, { equalities, history: true });
      expect(status).toBe("converged");
      for (const step of history!.slice(1)) expect(step.stepLength ?? 1).toBe(1);
      // The Newton step itself, tangent to the circle, has a larger value and a larger violation.
      const [first] = history!.slice(1) as [Step];
      const [x, y] = [0, 1].map((j) => start[j]! + first.direction![j]!) as [number, number];
      expect(Math.abs(x * x + y * y - 1)).toBeGreaterThan(1e-6);
      expect(2 * (x * x + y * y - 1) - x).toBeGreaterThan(-start[0]!);
    }
  });

  it("converge quadratically although the Hessian of the Lagrangian is indefinite", () => {
    // max x y z on an ellipsoid: at the minimum of −x y z the Hessian of L has a negative eigenvalue.
    const solution = minimizeConstrained(([x, y, z]) => x.mul(y).mul(z).neg(), [2, 1, 1], {
      equalities: ([x, y, z]) => x.square().add(y.square().mul(2)).add(z.square().mul(4)).sub(48),
      history: true,
      gradientTolerance: 1e-14,
      constraintTolerance: 1e-14,
    });
    const exact = [4, 2 * Math.SQRT2, 2];
    const errors = solution.history!.map(({ x }) => Math.hypot(...x.map((xj, j) => xj - exact[j]!)));
    const late = errors.filter((e) => e < 0.1);
    expect(late.length).toBeGreaterThanOrEqual(3);
    for (let k = 1; k < late.length; k++) expect(late[k]).toBeLessThanOrEqual(late[k - 1]! ** 2 + 1e-14);
  });

  it("need no more than one for a quadratic program, convex along the constraints alone", () => {
    // x² − y² on y = 3 x with 1 ≤ x: −8 x² along the line, so x ends at its upper bound.
    const line = minimizeConstrained(([x, y]) => x.square().mul(10).sub(y.square()), [4, 4], {
      equalities: ([x, y]) => y.sub(x.mul(3)),
      lower: [1, -99],
    });
    expect(line.status).toBe("converged");
    expect(line.iterations).toBe(1);
    expect(line.x.map(Number)).toEqual([1, expect.closeTo(3, 12)]);
    expect(line.multipliers.lower[0]).toBeCloseTo(2, 10);
  });
});

describe("second-order conditions", () => {
  it("send a walk on from a saddle along the constraint", () => {
    // On the circle x² − y² has maxima at (±1, 0), where a walk along y = 0 ends.
    const solution = minimizeConstrained(([x, y]) => x.square().sub(y.square()), [1.5, 0], {
      equalities: ([x, y]) => x.square().add(y.square()).sub(1),
    });
    expect(solution.status).toBe("converged");
    expect(solution.value).toBeCloseTo(-1, 10);
    const content = minimizeConstrained(([x, y]) => x.square().sub(y.square()), [1.5, 0], {
      equalities: ([x, y]) => x.square().add(y.square()).sub(1),
      method: sqp({ hessian: "bfgs" }),
    });
    // First derivatives alone see nothing beside the line.
    expect(content.value).toBeCloseTo(1, 6);
  });

  it("send it off a bound that has no multiplier", () => {
    // Problem 33 of Hock & Schittkowski: at (0, 0, 2) the second parameter has no slope, but negative curvature.
    const solution = minimizeConstrained(
      ([x, _y, z]) => x.sub(1).mul(x.sub(2)).mul(x.sub(3)).add(z),
      [0, 0, 3],
      {
        inequalities: ([x, y, z]) =>
          stack([
            z.square().sub(y.square()).sub(x.square()),
            x.square().add(y.square()).add(z.square()).sub(4),
          ]),
        lower: [0, 0, 0],
        upper: [Infinity, Infinity, 5],
      },
    );
    expect(solution.value).toBeCloseTo(Math.SQRT2 - 6, 8);
  });

  it("tell a plateau at the start from a minimum", () => {
    const flat = minimizeConstrained(([x]) => exp(x.neg()).mul(1e-4), [40], {
      inequalities: ([x]) => x.sub(1),
    });
    expect(flat.status).toBe("stationary");
    expect(flat.message).toMatch(/plateau/);
    const minimum = minimizeConstrained(([x]) => x.sub(40).square(), [40 + 1e-11], {
      inequalities: ([x]) => x,
    });
    expect(minimum.status).toBe("converged");
  });
});

it("finds its way where the linearised constraints contradict each other", () => {
  // At the start the tangent of the circle does not meet the half plane, and in the box there is no room either.
  const solution = minimizeConstrained(([x, y]) => x.add(y), [0.1, 0.05], {
    equalities: ([x, y]) => x.square().add(y.square()).sub(4),
    inequalities: ([x, y]) => y.sub(x),
    lower: [0, 0],
    upper: [3, 3],
  });
  expect(solution.status, solution.message).toBe("converged");
  expect(solution.x.map(Number)).toEqual([0, expect.closeTo(2, 8)]);
});

it("the units of parameters and constraints do not matter for where it ends", () => {
  const units = [1e-3, 1e4];
  const f = ([x, y]: Tensor[]): Tensor =>
    x!
      .sub(1)
      .square()
      .mul(3)
      .add(y!.sub(2).square())
      .add(exp(x!.mul(y!).mul(0.1)));
  const inequalities = ([x, y]: Tensor[]): Tensor => x!.square().add(y!.square()).neg().add(1);
  const plain = minimizeConstrained(f, [0.1, 0.1], { inequalities });
  const other = minimizeConstrained(
    ([u, v]) => f([u.mul(units[0]!), v.mul(units[1]!)]),
    [0.1 / units[0]!, 0.1 / units[1]!],
    { inequalities: ([u, v]) => inequalities([u.mul(units[0]!), v.mul(units[1]!)]).mul(1e5) },
  );
  expect(other.status).toBe("converged");
  expect(other.value).toBeCloseTo(plain.value, 7);
  expect(other.multipliers.inequalities[0]! * 1e5).toBeCloseTo(plain.multipliers.inequalities[0]!, 5);
});

const number = fc.integer({ min: -1000, max: 1000 }).map((k) => k / 500);
const vector = (n: number): fc.Arbitrary<number[]> => fc.array(number, { minLength: n, maxLength: n });
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, ai, i) => sum + ai * b[i]!, 0);

describe("rangeSpace", () => {
  it("gives an orthogonal basis of the rows and the shortest solution", () => {
    const cases = fc
      .record({ n: fc.integer({ min: 1, max: 6 }), w: fc.integer({ min: 0, max: 6 }) })
      .chain(({ n, w }) =>
        fc.record({
          n: fc.constant(n),
          rows: fc.array(vector(n), { minLength: w, maxLength: w }),
          p: vector(n),
        }),
      );
    fc.assert(
      fc.property(cases, ({ n, rows: drawn, p }) => {
        const rows = drawn.filter((row) => Math.hypot(...row) > 0.1).map((row) => Float64Array.from(row));
        const b = rows.map((row) => dot(row, p));
        const { basis, rank, coordinates } = rangeSpace(rows, b, n);
        const column = (j: number): number[] => Array.from({ length: n }, (_, i) => basis[i * n + j]!);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) expect(dot(column(i), column(j))).toBeCloseTo(i === j ? 1 : 0, 12);
        for (const row of rows)
          for (let j = rank; j < n; j++) expect(Math.abs(dot(row, column(j)))).toBeLessThan(1e-6);
        const shortest = Array.from({ length: n }, (_, i) =>
          coordinates.reduce((sum, q, k) => sum + basis[i * n + k]! * q, 0),
        );
        rows.forEach((row, i) => expect(Math.abs(dot(row, shortest) - b[i]!)).toBeLessThan(1e-5));
        expect(Math.hypot(...shortest)).toBeLessThanOrEqual(Math.hypot(...p) * (1 + 1e-6) + 1e-9);
      }),
      { numRuns: 200 },
    );
  });
});

describe("convexModel", () => {
  const cases = fc
    .record({ n: fc.integer({ min: 2, max: 6 }), w: fc.integer({ min: 1, max: 4 }) })
    .chain(({ n, w }) =>
      fc.record({
        n: fc.constant(n),
        matrix: vector(n * n),
        gradient: vector(n),
        rows: fc.array(vector(n), { minLength: Math.min(w, n - 1), maxLength: Math.min(w, n - 1) }),
        offsets: vector(Math.min(w, n - 1)),
        p: vector(n),
      }),
    );

  it("is positive definite, and the same as the model where the constraints hold if that is convex there", () => {
    let kept = 0;
    fc.assert(
      fc.property(cases, ({ n, matrix, gradient, rows: drawn, offsets, p }) => {
        const rows = drawn.map((row) => Float64Array.from(row));
        if (rows.some((row) => Math.hypot(...row) < 0.5)) return;
        const H = Float64Array.from({ length: n * n }, (_, k) => {
          const [i, j] = [Math.trunc(k / n), k % n];
          return (matrix[i * n + j]! + matrix[j * n + i]!) / 2;
        });
        const g = Float64Array.from(gradient);
        const model = convexModel(H, g, { rows, offsets }, 10);
        expect(cholesky(model.hessian, n)).toBeDefined();
        if (model.damping > 0) return;
        const { basis, rank, coordinates } = rangeSpace(
          rows,
          offsets.map((b) => -b),
          n,
        );
        if (rank < rows.length) return;
        kept++;
        // Any point of the constraints: the shortest one and a step along them.
        const at = (t: number): Float64Array =>
          Float64Array.from({ length: n }, (_, i) => {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += basis[i * n + k]! * (k < rank ? coordinates[k]! : t * p[k]!);
            return sum;
          });
        const value = (hessian: Float64Array, slope: Float64Array, x: Float64Array): number => {
          let sum = dot(slope, x);
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) sum += (x[i]! * hessian[i * n + j]! * x[j]!) / 2;
          return sum;
        };
        const size = 1 + Math.max(...model.hessian.map(Math.abs)) * (1 + dot(at(1), at(1)));
        const change = (x: Float64Array): number => value(model.hessian, model.gradient, x) - value(H, g, x);
        expect(Math.abs(change(at(1)) - change(at(0))) / size).toBeLessThan(1e-10);
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(20);
  });

  it("makes a step of sensible length where there is no curvature", () => {
    const zero = new Float64Array(4);
    const { hessian, damping } = convexModel(zero, Float64Array.of(1e-9, 0), { rows: [], offsets: [] }, 10);
    expect(damping).toBeGreaterThan(0);
    expect(1e-9 / hessian[0]!).toBeCloseTo(10, 6);
  });
});

it("dampedUpdate keeps a matrix positive definite whatever the curvature, and the secant equation where it can", () => {
  fc.assert(
    fc.property(vector(9), vector(3), vector(3), (root, sDrawn, yDrawn) => {
      const s = Float64Array.from(sDrawn);
      const y = Float64Array.from(yDrawn);
      if (Math.hypot(...s) < 0.1) return;
      const B = new Float64Array(9);
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) {
          B[i * 3 + j] = i === j ? 0.5 : 0;
          for (let k = 0; k < 3; k++) B[i * 3 + j]! += root[k * 3 + i]! * root[k * 3 + j]!;
        }
      const product = (M: Float64Array): number[] =>
        [0, 1, 2].map((i) => dot(M.subarray(i * 3, i * 3 + 3), s));
      const after = dampedUpdate(B, s, y);
      expect(cholesky(after, 3)).toBeDefined();
      const [model, curvature] = [dot(s, product(B)), dot(s, y)];
      expect(dot(s, product(after))).toBeGreaterThan(0.199 * model);
      if (curvature >= 0.2 * model) product(after).forEach((v, i) => expect(v).toBeCloseTo(y[i]!, 8));
    }),
    { numRuns: 300 },
  );
});

it("programs run in place: the tree and the shapes of constraints are kept", () => {
  const solution = minimizeConstrained(
    ({ w }) => w.square().sum(),
    { w: tensor([[1, 2], [3, 4]]) }, // prettier-ignore
    { equalities: ({ w }) => w.sum({ axis: 0 }).sub(tensor([1, 2])) },
  );
  expect(solution.x.w.toArray()).toEqual([
    [expect.closeTo(0.5, 9), expect.closeTo(1, 9)],
    [expect.closeTo(0.5, 9), expect.closeTo(1, 9)],
  ]);
  expect([...solution.multipliers.equalities]).toEqual([expect.closeTo(1, 8), expect.closeTo(2, 8)]);
});
