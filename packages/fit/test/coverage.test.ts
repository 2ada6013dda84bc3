import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { normalNumbers } from "./support/random.ts";

// Over many simulated experiments a 95 % interval contains the truth in 95 % of them, up to binomial scatter: within
// 3.3 standard deviations, which chance alone exceeds once in a thousand; seeds are fixed.

const truth = { a: 5, b: 0.4 };
const t = [0, 0.5, 1, 2, 3, 4, 6, 8];
const curve = t.map((time) => truth.a * Math.exp(-truth.b * time));
const model = "a*exp(-b*t)";
const experiments = 400;
const slack = 3.3 * Math.sqrt((0.95 * 0.05) / experiments);

function coverage(seed: number, sigmas: readonly number[], known: boolean) {
  const normal = normalNumbers(seed);
  const hits = { a: 0, b: 0, curve: 0, observation: 0 };
  for (let k = 0; k < experiments; k++) {
    const y = curve.map((value, i) => value + sigmas[i]! * normal());
    const result = fit(model, { t, y }, { parameters: truth, ...(known && { sigma: sigmas }) });
    for (const name of ["a", "b"] as const) {
      const [lower, upper] = result.parameters[name].interval()!;
      if (lower <= truth[name] && truth[name] <= upper) hits[name]++;
    }
    const { confidence, prediction } = result.predict({ t: [5] }, { ...(known && { sigma: sigmas[0]! }) });
    const value = truth.a * Math.exp(-truth.b * 5);
    const observed = value + sigmas[0]! * normal();
    if (confidence.lower[0]! <= value && value <= confidence.upper[0]!) hits.curve++;
    if (prediction.lower[0]! <= observed && observed <= prediction.upper[0]!) hits.observation++;
  }
  return hits;
}

describe(
  `95 % intervals over ${experiments} simulated experiments hold the truth in 95 %`,
  { timeout: 120_000 },
  () => {
    it.each([
      { what: "scatter estimated, Student's t", seed: 20260101, sigmas: t.map(() => 0.1), known: false },
      { what: "sigma known, normal", seed: 20260102, sigmas: t.map((_, i) => 0.05 + 0.02 * i), known: true },
    ])("$what", ({ seed, sigmas, known }) => {
      for (const [what, hits] of Object.entries(coverage(seed, sigmas, known))) {
        expect(Math.abs(hits / experiments - 0.95), what).toBeLessThan(slack);
      }
    });
  },
);
