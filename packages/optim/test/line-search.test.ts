import { backtracking, hagerZhang, moreThuente, OptimizationError, strongWolfe } from "@steepest/optim";
import type { LineFunction, LinePoint, LineSearch, SearchOutcome } from "@steepest/optim";
import { describe, expect, it } from "vitest";

type Phi = (alpha: number) => [value: number, slope: number];

const nowhere = new Float64Array(0);

/** Searches along φ; counts the trials after α = 0. NaN or an exception stands for a point that cannot be evaluated. */
function searched(
  search: LineSearch,
  phi: Phi,
  initial: number,
): { outcome: SearchOutcome; trials: number; start: LinePoint } {
  let trials = -1;
  const line: LineFunction = (stepLength) => {
    trials++;
    const [value, slope] = phi(stepLength);
    if (!Number.isFinite(value) || !Number.isFinite(slope)) return undefined;
    return { value, slope, stepLength, x: nowhere, gradient: nowhere };
  };
  const start = line(0)!;
  return { outcome: search.search(line, start, initial), trials, start };
}

function found(outcome: SearchOutcome): LinePoint {
  if (outcome.kind !== "found") throw new Error(`nothing was found: ${outcome.kind}`);
  return outcome.point;
}

const { PI, sin, cos, hypot, sqrt } = Math;

/** Moré & Thuente, equations 5.1–5.4. */
const pole: Phi = (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2];
const quintic: Phi = (a) => {
  const b = a + 0.004;
  return [b ** 5 - 2 * b ** 4, 5 * b ** 4 - 8 * b ** 3];
};
const wavy: Phi = (a) => {
  const [beta, l] = [0.01, 39];
  let [value, slope] = [(a - 1) ** 2 / (2 * beta) + beta / 2, (a - 1) / beta];
  if (a <= 1 - beta) [value, slope] = [1 - a, -1];
  if (a >= 1 + beta) [value, slope] = [a - 1, 1];
  const angle = (l * PI * a) / 2;
  return [value + ((2 * (1 - beta)) / (l * PI)) * sin(angle), slope + (1 - beta) * cos(angle)];
};
const yanai = (beta1: number, beta2: number): Phi => {
  const gamma = (beta: number): number => sqrt(1 + beta * beta) - beta;
  return (a) => {
    const [u, v] = [hypot(1 - a, beta2), hypot(a, beta1)];
    const value = gamma(beta1) * u + gamma(beta2) * v;
    return [value, (gamma(beta1) * (a - 1)) / u + (gamma(beta2) * a) / v];
  };
};

const starts = [1e-3, 1e-1, 1e1, 1e3];

/** [function, μ, η, the published number of trials m and α for each start], tables I to VI. */
const published: [string, Phi, number, number, [m: number, alpha: number, digits: number][]][] = [
  [
    "I",
    pole,
    0.001,
    0.1,
    [
      [6, 1.4, 1],
      [3, 1.4, 1],
      [1, 10, 0],
      [4, 37, 0],
    ],
  ],
  [
    "II",
    quintic,
    0.1,
    0.1,
    [
      [12, 1.6, 1],
      [8, 1.6, 1],
      [8, 1.6, 1],
      [11, 1.6, 1],
    ],
  ],
  [
    "III",
    wavy,
    0.1,
    0.1,
    [
      [12, 1, 1],
      [12, 1, 1],
      [10, 1, 1],
      [13, 1, 1],
    ],
  ],
  [
    "IV",
    yanai(0.001, 0.001),
    0.001,
    0.001,
    [
      [4, 0.085, 3],
      [1, 0.1, 2],
      [3, 0.35, 2],
      [4, 0.83, 2],
    ],
  ],
  [
    "V",
    yanai(0.01, 0.001),
    0.001,
    0.001,
    [
      [6, 0.075, 3],
      [3, 0.078, 3],
      [7, 0.073, 3],
      [8, 0.076, 3],
    ],
  ],
  [
    "VI",
    yanai(0.001, 0.01),
    0.001,
    0.001,
    [
      [13, 0.93, 2],
      [11, 0.93, 2],
      [8, 0.92, 2],
      [11, 0.92, 2],
    ],
  ],
];

// μ = η is the border of what is allowed; a hair between them changes no trial.
const hair = 1e-12;

describe.each(published)("table %s of Moré & Thuente", (_, phi, mu, eta, rows) => {
  it.each(starts.map((initial, k) => [initial, ...rows[k]!] as const))(
    "is reproduced from α₀ = %f: %i trials",
    (initial, m, alpha, digits) => {
      const search = moreThuente({ sufficientDecrease: mu, curvature: eta + hair });
      const { outcome, trials, start } = searched(search, phi, initial);
      const point = found(outcome);
      expect(trials).toBe(m);
      expect(Math.abs(point.stepLength - alpha)).toBeLessThanOrEqual(0.51 * 10 ** -digits);
      expect(point.value).toBeLessThanOrEqual(start.value + mu * point.stepLength * start.slope);
      expect(Math.abs(point.slope)).toBeLessThanOrEqual((eta + hair) * -start.slope);
    },
  );
});

const functions: [string, Phi][] = [
  ...published.map(([table, phi]): [string, Phi] => [`function of table ${table}`, phi]),
  ["a parabola", (a) => [(a - 1) ** 2, 2 * (a - 1)]],
  ["a quartic with a flat minimum", (a) => [(a - 3) ** 4, 4 * (a - 3) ** 3]],
  ["a steep wall", (a) => [Math.exp(5 * a) - 40 * a, 5 * Math.exp(5 * a) - 40]],
];

const wolfe = { sufficientDecrease: 1e-3, curvature: 0.1 };
const searches: [string, LineSearch][] = [
  ["strong Wolfe", strongWolfe(wolfe)],
  ["Moré–Thuente", moreThuente(wolfe)],
  ["Hager–Zhang", hagerZhang(wolfe)],
  ["backtracking", backtracking(wolfe)],
];

describe.each(searches)("%s", (name, search) => {
  it.each(functions.flatMap(([what, phi]) => starts.map((initial) => [what, initial, phi] as const)))(
    "meets its conditions on %s from α₀ = %f",
    (_, initial, phi) => {
      const { outcome, trials, start } = searched(search, phi, initial);
      const { stepLength, value, slope } = found(outcome);
      const { sufficientDecrease: c1, curvature: c2 } = wolfe;
      const armijo = value <= start.value + c1 * stepLength * start.slope;
      const approximate =
        slope <= (2 * c1 - 1) * start.slope && value <= start.value + 1e-6 * Math.abs(start.value);
      expect(armijo || (name === "Hager–Zhang" && approximate)).toBe(true);
      if (name === "Hager–Zhang") expect(slope).toBeGreaterThanOrEqual(c2 * start.slope);
      else if (name !== "backtracking") expect(Math.abs(slope)).toBeLessThanOrEqual(-c2 * start.slope);
      expect(trials).toBeLessThan(40);
    },
  );

  it("takes a first trial that is good enough", () => {
    const { outcome, trials } = searched(search, (a) => [(a - 1) ** 2, 2 * (a - 1)], 1);
    expect(trials).toBe(1);
    expect(found(outcome).stepLength).toBe(1);
  });

  it.each([10, 1e4, 1e12])("comes back from where nothing can be evaluated (α₀ = %f)", (initial) => {
    // Defined below 2; the minimum is at 1.
    const phi: Phi = (a) => (a < 2 ? [(a - 1) ** 2, 2 * (a - 1)] : [NaN, NaN]);
    const { outcome, trials } = searched(search, phi, initial);
    expect(found(outcome).value).toBeLessThan(1);
    expect(trials).toBeLessThan(30);
  });

  it("passes a hole in the middle of the way", () => {
    const phi: Phi = (a) => (a > 0.4 && a < 0.6 ? [NaN, NaN] : [(a - 0.3) ** 2, 2 * (a - 0.3)]);
    expect(found(searched(search, phi, 0.5).outcome).value).toBeLessThan(0.09);
  });

  it("does without the minimum where it lies in a hole, and asks for no point twice", () => {
    for (const initial of [1, 1e-2]) {
      const asked: number[] = [];
      const phi: Phi = (a) => {
        asked.push(a);
        return a > 0.25 && a < 0.35 ? [NaN, NaN] : [(a - 0.3) ** 4, 4 * (a - 0.3) ** 3];
      };
      expect(found(searched(search, phi, initial).outcome).value).toBeLessThan(0.3 ** 4);
      expect(new Set(asked).size).toBe(asked.length);
      expect(asked.length).toBeLessThanOrEqual(61);
    }
  });

  it("calls falling without end unbounded, in a bounded number of trials", () => {
    // Backtracking only ever shortens a step.
    const initial = name === "backtracking" ? 1e80 : 1;
    const parabola = searched(search, (a) => [-a * a - a, -2 * a - 1], initial);
    expect(parabola.outcome.kind).toBe("unbounded");
    expect(parabola.trials).toBeLessThanOrEqual(60);
    const line = searched(search, (a) => [-a, -1], 1);
    expect(line.outcome.kind).toBe(name === "backtracking" ? "found" : "unbounded");
    expect(line.trials).toBeLessThanOrEqual(60);
  });

  it("finds nothing where the value only rises, against what the slope says", () => {
    const { outcome, trials } = searched(search, (a) => [a === 0 ? 1 : 2 + a, -1], 1);
    expect(outcome.kind).toBe("none");
    expect(trials).toBeLessThanOrEqual(60);
  });

  it("goes by slopes where differences of values drown in rounding", () => {
    // The fall of 1e-18 to the minimum at α = 1 is far below the spacing of doubles at 1.
    const phi: Phi = (a) => [1 + 1e-18 * (a - 1) ** 2, 2e-18 * (a - 1)];
    for (const initial of [0.9, 1.05]) {
      const { outcome, trials } = searched(search, phi, initial);
      expect(Math.abs(found(outcome).stepLength - 1)).toBeLessThan(0.11);
      expect(trials).toBe(1);
    }
  });
});

describe.each([
  ["strong Wolfe", strongWolfe({ sufficientDecrease: 1e-4, curvature: 1e-3 })],
  ["Moré–Thuente", moreThuente({ sufficientDecrease: 1e-4, curvature: 1e-3 })],
] as const)("%s", (_, search) => {
  it("finds the minimum of a parabola at the second trial, however far", () => {
    for (const initial of [0.5, 1.5]) {
      const { outcome, trials } = searched(search, (a) => [(a - 1) ** 2, 2 * (a - 1)], initial);
      expect(trials).toBe(2);
      expect(found(outcome).stepLength).toBeCloseTo(1, 12);
    }
  });
});

it("Hager–Zhang lets a value rise by ε of the magnitude it is told, not more", () => {
  // Falls at 0, bottoms out at α = 0.05 and rises again to 1 + 0.9e-6 at α = 1, with a slope that is small enough.
  const h = 1e-5;
  const phi: Phi = (a) => [1 - h * a + h * 1.09 * a * a, -h + 2.18 * h * a];
  const search = hagerZhang({ sufficientDecrease: 0.1, curvature: 0.9 });
  const line = (magnitude: number): SearchOutcome => {
    const point: LineFunction = (stepLength) => {
      const [value, slope] = phi(stepLength);
      return { value, slope: Math.min(slope, 0.8 * h), stepLength, x: nowhere, gradient: nowhere };
    };
    return search.search(point, point(0)!, 1, magnitude);
  };
  expect(found(line(1)).stepLength).toBe(1);
  expect(found(line(0.5)).stepLength).toBeLessThan(1);
});

describe("constants", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["c₁ of 0", () => backtracking({ sufficientDecrease: 0 }), /between 0 and 1: 0/],
    ["c₁ of 1", () => strongWolfe({ sufficientDecrease: 1 }), /between 0 and 1: 1/],
    ["c₂ below c₁", () => moreThuente({ sufficientDecrease: 0.2, curvature: 0.1 }), /and 1: 0\.1/],
    ["c₂ of NaN", () => strongWolfe({ curvature: NaN }), /: NaN/],
    ["δ of a half", () => hagerZhang({ sufficientDecrease: 0.5 }), /below 0\.5/],
    ["ε below 0", () => hagerZhang({ valueTolerance: -1 }), /0 or more: -1/],
    ["ρ of 1", () => hagerZhang({ expansion: 1 }), /above 1: 1/],
    ["γ of 1", () => hagerZhang({ shrinkage: 1 }), /between 0 and 1: 1/],
    ["θ of 0", () => hagerZhang({ bisection: 0 }), /between 0 and 1: 0/],
  ])("throw a typed error: %s", (_, make, message) => {
    expect(make).toThrow(OptimizationError);
    expect(make).toThrow(message);
  });
});
