import { exp, tensor, type Tensor } from "@steepest/autodiff";
import type { TestProblem } from "../test-problem.ts";
import { osborne1Y, osborne2Y } from "./measurements.ts";
import { elements, numberedTensor, once } from "./writing.ts";

const osborne1Data = once(() => ({ y: tensor(osborne1Y), t: numberedTensor(33, (i) => 10 * (i - 1)) }));

/** (17): yᵢ − (x₁ + x₂ e^(−tᵢx₄) + x₃ e^(−tᵢx₅)) with tᵢ = 10 (i − 1) (M. R. Osborne, 1972). */
export const osborne1: TestProblem = {
  name: "Osborne 1",
  number: 17,
  dimension: 5,
  residualCount: 33,
  residuals: (x) => {
    const [a, b, c, d, e] = elements(x, 5);
    const { y, t } = osborne1Data();
    const decay = t.neg();
    return y.sub(a.add(exp(decay.mul(d)).mul(b)).add(exp(decay.mul(e)).mul(c)));
  },
  start: [0.5, 1.5, -1, 0.01, 0.02],
  minima: [
    {
      sumOfSquares: 5.4648946974829064e-5,
      x: [
        0.37541005210695204, 1.9358469127123674, -1.4646871366134231, 0.012867534640057289,
        0.022122699661672611,
      ],
    },
  ],
};

const biggsData = once(() => ({
  t: numberedTensor(13, (i) => i / 10),
  y: numberedTensor(13, (i) => Math.exp(-i / 10) - 5 * Math.exp(-i) + 3 * Math.exp(-0.4 * i)),
}));

/**
 * (18): x₃ e^(−tᵢx₁) − x₄ e^(−tᵢx₂) + x₆ e^(−tᵢx₅) − yᵢ with tᵢ = i / 10, yᵢ = e^−tᵢ − 5 e^(−10tᵢ) + 3 e^(−4tᵢ),
 * i = 1, …, 13 (M. C. Biggs, 1971).
 */
export const biggsExp6: TestProblem = {
  name: "Biggs EXP6",
  number: 18,
  dimension: 6,
  residualCount: 13,
  residuals: (x) => {
    const [a, b, c, d, e, f] = elements(x, 6);
    const { t, y } = biggsData();
    const decay = t.neg();
    const [first, second, third] = [exp(decay.mul(a)), exp(decay.mul(b)), exp(decay.mul(e))];
    return first.mul(c).sub(second.mul(d)).add(third.mul(f)).sub(y);
  },
  start: [1, 2, 1, 1, 1, 1],
  minima: [
    {
      sumOfSquares: 0,
      x: [1, 10, 1, 5, 4, 3],
      note: "not in the paper; the three terms may change places, (4, 10, 3, 5, 1, 1) and four more",
    },
    {
      sumOfSquares: 5.655649925499931e-3,
      x: [
        1.7114159947195876, 17.683198180949067, 1.1631436609188925, 5.1865615519934518, 1.7114159947195876,
        1.1631436609188925,
      ],
      note:
        "the paper's minimum. It is one where x₁ = x₅ and x₃ = x₆, as at the start, and gradients never lead away from " +
        "there; across, it is a saddle: the lowest curvature of f / 2 is −0.0049",
    },
  ],
};

const osborne2Data = once(() => ({ y: tensor(osborne2Y), t: numberedTensor(65, (i) => (i - 1) / 10) }));

/**
 * (19): yᵢ − (x₁ e^(−tᵢx₅) + x₂ e^(−(tᵢ − x₉)² x₆) + x₃ e^(−(tᵢ − x₁₀)² x₇) + x₄ e^(−(tᵢ − x₁₁)² x₈)) with
 * tᵢ = (i − 1) / 10 (M. R. Osborne, 1972).
 */
export const osborne2: TestProblem = {
  name: "Osborne 2",
  number: 19,
  dimension: 11,
  residualCount: 65,
  residuals: (x) => {
    const [x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11] = elements(x, 11);
    const { y, t } = osborne2Data();
    const peak = (height: Tensor, precision: Tensor, center: Tensor): Tensor =>
      exp(t.sub(center).square().mul(precision).neg()).mul(height);
    const background = exp(t.mul(x5).neg()).mul(x1);
    return y.sub(
      background
        .add(peak(x2, x6, x9))
        .add(peak(x3, x7, x10))
        .add(peak(x4, x8, x11)),
    );
  },
  start: [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
  minima: [
    {
      sumOfSquares: 0.040137736293547738,
      x: [
        1.3099771546273005, 0.43155379460298892, 0.633661698960724, 0.5994305347859163, 0.75418322632801128,
        0.90428857985963366, 1.3658118352370285, 4.8236988172271556, 2.3986848661317546, 4.5688745976676716,
        5.6753414705806412,
      ],
    },
  ],
};
