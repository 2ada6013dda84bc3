import { grad, type Tensor } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

const slopes = (f: (x: Tensor) => Tensor) => (x: Tensor) => grad((y: Tensor) => f(y).sum())(x);

/** Derivatives of elementwise operations that are operations of their own. */
export const elementaryCases: readonly OpCase[] = [
  {
    name: "the slope of tanh",
    f: slopes((x) => x.tanh()),
    inputs: [[-0.5, 0.3, Math.LN2]],
    // sech² x = 4 / (eˣ + e⁻ˣ)²; the last is 4 / (2 + ½)².
    value: [4 / (Math.exp(0.5) + Math.exp(-0.5)) ** 2, 4 / (Math.exp(0.3) + Math.exp(-0.3)) ** 2, 0.64],
    edges: [
      { inputs: [[]], value: [] },
      { inputs: [[0]], value: [1] },
    ],
  },
];
