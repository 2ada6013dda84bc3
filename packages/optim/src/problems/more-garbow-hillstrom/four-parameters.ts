import { exp, stack, tensor, type Tensor } from "@steepest/autodiff";
import type { TestProblem } from "../test-problem.ts";
import { kowalikOsborneU, kowalikOsborneY } from "./measurements.ts";
import { elements, numberedTensor, once, repeated } from "./writing.ts";

/** x₁ + 10x₂, √5 (x₃ − x₄), (x₂ − 2x₃)², √10 (x₁ − x₄)² for rows of four parameters: [k, 4] → [k, 4]. */
function powellSingularRows(rows: Tensor): Tensor {
  const [a, b, c, d] = [rows.slice([], 0), rows.slice([], 1), rows.slice([], 2), rows.slice([], 3)];
  return stack(
    [
      a.add(b.mul(10)),
      c.sub(d).mul(Math.sqrt(5)),
      b.sub(c.mul(2)).square(),
      a.sub(d).square().mul(Math.sqrt(10)),
    ],
    1,
  );
}

/** (13), (22): blocks of four parameters whose Jacobian is singular at the minimum (M. J. D. Powell, 1962). */
function powellSingularBlocks(name: string, number: number, blocks: number): TestProblem {
  const dimension = 4 * blocks;
  return {
    name,
    number,
    dimension,
    residualCount: dimension,
    residuals: (x) => powellSingularRows(x.reshape([blocks, 4])).reshape([dimension]),
    start: repeated(blocks, 0).flatMap(() => [3, -1, 0, 1]),
    minima: [{ sumOfSquares: 0, x: repeated(dimension, 0), note: "where the Hessian is singular" }],
  };
}

/** (13) */
export const powellSingular: TestProblem = powellSingularBlocks("Powell singular", 13, 1);

/** (22), n = 4 · `blocks` */
export function extendedPowellSingular(blocks: number): TestProblem {
  return powellSingularBlocks("Extended Powell singular", 22, blocks);
}

/** (14): 10 (x₂ − x₁²), 1 − x₁, √90 (x₄ − x₃²), 1 − x₃, √10 (x₂ + x₄ − 2), (x₂ − x₄) / √10 (A. R. Colville, 1968). */
export const wood: TestProblem = {
  name: "Wood",
  number: 14,
  dimension: 4,
  residualCount: 6,
  residuals: (x) => {
    const [a, b, c, d] = elements(x, 4);
    return stack([
      b.sub(a.square()).mul(10),
      a.neg().add(1),
      d.sub(c.square()).mul(Math.sqrt(90)),
      c.neg().add(1),
      b.add(d).sub(2).mul(Math.sqrt(10)),
      b.sub(d).div(Math.sqrt(10)),
    ]);
  },
  start: [-3, -1, -3, -1],
  minima: [{ sumOfSquares: 0, x: [1, 1, 1, 1] }],
};

const enzyme = once(() => ({ y: tensor(kowalikOsborneY), u: tensor(kowalikOsborneU) }));

/** (15): yᵢ − x₁ (uᵢ² + uᵢx₂) / (uᵢ² + uᵢx₃ + x₄) (J. S. Kowalik & M. R. Osborne, 1968). */
export const kowalikOsborne: TestProblem = {
  name: "Kowalik and Osborne",
  number: 15,
  dimension: 4,
  residualCount: 11,
  residuals: (x) => {
    const [a, b, c, d] = elements(x, 4);
    const { y, u } = enzyme();
    return y.sub(a.mul(u.add(b).mul(u)).div(u.add(c).mul(u).add(d)));
  },
  start: [0.25, 0.39, 0.415, 0.39],
  minima: [
    {
      sumOfSquares: 3.0750560384923743e-4,
      x: [0.19280693457903785, 0.19128232873436696, 0.12305650692632065, 0.13606233068379484],
    },
    {
      sumOfSquares: 1.0273430486954578e-3,
      atInfinity: true,
      note: "x₂ = −14.0758…; x₁ → ∞, x₃ → −∞, x₄ → −∞ with x₁/x₃ → −0.022095… and x₄/x₃ → 0.62380…",
    },
  ],
};

const brownDennisData = once(() => {
  const t = numberedTensor(20, (i) => i / 5);
  return { t, exponential: exp(t), sine: t.sin(), cosine: t.cos() };
});

/** (16): (x₁ + tᵢx₂ − e^tᵢ)² + (x₃ + x₄ sin tᵢ − cos tᵢ)² with tᵢ = i / 5, i = 1, …, 20 (K. M. Brown & J. E. Dennis, 1971). */
export const brownDennis: TestProblem = {
  name: "Brown and Dennis",
  number: 16,
  dimension: 4,
  residualCount: 20,
  residuals: (x) => {
    const [a, b, c, d] = elements(x, 4);
    const { t, exponential, sine, cosine } = brownDennisData();
    const line = a.add(t.mul(b)).sub(exponential);
    const wave = c.add(sine.mul(d)).sub(cosine);
    return line.square().add(wave.square());
  },
  start: [25, 5, -5, -1],
  minima: [
    {
      sumOfSquares: 85822.201626356345,
      x: [-11.594439904762165, 13.203630051207204, -0.40343948817685952, 0.2367787744557363],
    },
  ],
};
