import { abs, atan2, exp, hypot, stack, tensor } from "@steepest/autodiff";
import type { TestProblem } from "../test-problem.ts";
import { bardY, gaussianY, meyerY } from "./measurements.ts";
import { elements, numberedTensor, once } from "./writing.ts";

/**
 * (7): 10 (x₃ − 10 θ), 10 (√(x₁² + x₂²) − 1), x₃, where θ is the angle of (x₁, x₂) in turns, from −¼ to ¾
 * (R. Fletcher & M. J. D. Powell, 1963).
 */
export const helicalValley: TestProblem = {
  name: "Helical valley",
  number: 7,
  dimension: 3,
  residualCount: 3,
  residuals: (x) => {
    const [a, b, c] = elements(x, 3);
    // Measured from the axis of x₂ on, so that the angle jumps where x₁ = 0 and x₂ < 0 and nowhere else.
    const theta = atan2(a.neg(), b)
      .div(2 * Math.PI)
      .add(0.25);
    return stack([c.sub(theta.mul(10)).mul(10), hypot(a, b).sub(1).mul(10), c]);
  },
  start: [-1, 0, 0],
  minima: [{ sumOfSquares: 0, x: [1, 0, 0] }],
};

const bardData = once(() => {
  const u = numberedTensor(15);
  const v = numberedTensor(15, (i) => 16 - i);
  return { y: tensor(bardY), u, v, w: u.minimum(v) };
});

/** (8): yᵢ − (x₁ + uᵢ / (vᵢx₂ + wᵢx₃)) with uᵢ = i, vᵢ = 16 − i, wᵢ = min(uᵢ, vᵢ) (Y. Bard, 1970). */
export const bard: TestProblem = {
  name: "Bard",
  number: 8,
  dimension: 3,
  residualCount: 15,
  residuals: (x) => {
    const [a, b, c] = elements(x, 3);
    const { y, u, v, w } = bardData();
    return y.sub(a.add(u.div(v.mul(b).add(w.mul(c)))));
  },
  start: [1, 1, 1],
  minima: [
    {
      sumOfSquares: 8.214877306578975e-3,
      x: [0.082410559749788932, 1.1330360920297216, 2.3436951786425371],
    },
    {
      // Σ (yᵢ − mean)²
      sumOfSquares: 17.428693333333333,
      atInfinity: true,
      note: "x₁ = 0.84066…, the mean of y; x₂ → −∞ and x₃ → −∞",
    },
  ],
};

const gaussianData = once(() => ({ y: tensor(gaussianY), t: numberedTensor(15, (i) => (8 - i) / 2) }));

/** (9): x₁ e^(−x₂ (tᵢ − x₃)² / 2) − yᵢ with tᵢ = (8 − i) / 2. */
export const gaussian: TestProblem = {
  name: "Gaussian",
  number: 9,
  dimension: 3,
  residualCount: 15,
  residuals: (x) => {
    const [height, precision, center] = elements(x, 3);
    const { y, t } = gaussianData();
    return exp(t.sub(center).square().mul(precision).div(-2)).mul(height).sub(y);
  },
  start: [0.4, 1, 0],
  minima: [{ sumOfSquares: 1.127932769618648e-8, x: [0.39895613783875668, 1.0000190844878057, 0] }],
};

const meyerData = once(() => ({ y: tensor(meyerY), t: numberedTensor(16, (i) => 45 + 5 * i) }));

/** (10): x₁ e^(x₂ / (tᵢ + x₃)) − yᵢ with tᵢ = 45 + 5i (R. R. Meyer, 1970). */
export const meyer: TestProblem = {
  name: "Meyer",
  number: 10,
  dimension: 3,
  residualCount: 16,
  residuals: (x) => {
    const [a, b, c] = elements(x, 3);
    const { y, t } = meyerData();
    return exp(b.div(t.add(c)))
      .mul(a)
      .sub(y);
  },
  start: [0.02, 4000, 250],
  minima: [
    {
      sumOfSquares: 87.945855170851121,
      x: [5.6096364710280525e-3, 6181.3463462863723, 345.2236346241365],
    },
  ],
};

const gulfData = once(() => {
  const t = (i: number): number => i / 100;
  return {
    t: numberedTensor(99, t),
    y: numberedTensor(99, (i) => 25 + (-50 * Math.log(t(i))) ** (2 / 3)),
  };
});

/**
 * (11): e^(−|yᵢ − x₂|^x₃ / x₁) − tᵢ with tᵢ = i / 100, yᵢ = 25 + (−50 ln tᵢ)^⅔ (R. A. Cox, 1969). The paper prints “mi”
 * where the minus sign belongs; with it the minimum is where the paper says.
 */
export const gulfResearchAndDevelopment: TestProblem = {
  name: "Gulf research and development",
  number: 11,
  dimension: 3,
  residualCount: 99,
  residuals: (x) => {
    const [a, b, c] = elements(x, 3);
    const { y, t } = gulfData();
    return exp(abs(y.sub(b)).pow(c).div(a).neg()).sub(t);
  },
  start: [5, 2.5, 0.15],
  minima: [{ sumOfSquares: 0, x: [50, 25, 1.5] }],
};

const boxData = once(() => ({
  t: numberedTensor(10, (i) => i / 10),
  difference: numberedTensor(10, (i) => Math.exp(-i / 10) - Math.exp(-i)),
}));

/** (12): e^(−tᵢx₁) − e^(−tᵢx₂) − x₃ (e^−tᵢ − e^(−10tᵢ)) with tᵢ = i / 10, i = 1, …, 10 (M. J. Box, 1966). */
export const boxThreeDimensional: TestProblem = {
  name: "Box three-dimensional",
  number: 12,
  dimension: 3,
  residualCount: 10,
  residuals: (x) => {
    const [a, b, c] = elements(x, 3);
    const { t, difference } = boxData();
    return exp(t.mul(a).neg())
      .sub(exp(t.mul(b).neg()))
      .sub(difference.mul(c));
  },
  start: [0, 10, 20],
  minima: [
    { sumOfSquares: 0, x: [1, 10, 1] },
    { sumOfSquares: 0, x: [10, 1, -1] },
    { sumOfSquares: 0, x: [1, 1, 0], note: "and wherever x₁ = x₂ and x₃ = 0" },
  ],
};
