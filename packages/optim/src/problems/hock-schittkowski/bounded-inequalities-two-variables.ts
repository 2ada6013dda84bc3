import { availableChlorine } from "./data-fits.ts";
import type { ProblemDefinition } from "./definition.ts";

/** Inequalities and bounds in two variables. */
export const planarProblems = (): readonly ProblemDefinition[] => [
  {
    number: 13,
    objective: "(x1 - 2)^2 + x2^2",
    inequalities: ["(1 - x1)^3 - x2"],
    start: [-2, -2],
    lower: 0,
    solutions: [{ x: [1, 0], value: 1 }],
    note: "no multipliers exist: the feasible set ends in a cusp there (no constraint qualification holds)",
  },
  {
    number: 15,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    inequalities: ["x1 x2 - 1", "x1 + x2^2"],
    start: [-2, 1],
    upper: [0.5, Infinity],
    solutions: [{ x: [0.5, 2], value: 306.5, multipliers: { inequality: { 1: 700 }, upper: { 1: 1751 } } }],
  },
  {
    number: 16,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    inequalities: ["x1 + x2^2", "x1^2 + x2"],
    start: [-2, 1],
    lower: [-0.5, -Infinity],
    upper: [0.5, 1],
    solutions: [{ x: [0.5, 0.25], value: 0.25, multipliers: { upper: { 1: 1 } } }],
  },
  {
    number: 17,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    inequalities: ["x2^2 - x1", "x1^2 - x2"],
    start: [-2, 1],
    lower: [-0.5, -Infinity],
    upper: [0.5, 1],
    solutions: [{ x: [0, 0], value: 1, multipliers: { inequality: { 1: 2 } } }],
    note: "the second inequality is active with multiplier 0",
  },
  {
    number: 18,
    objective: "0.01x1^2 + x2^2",
    inequalities: ["x1 x2 - 25", "x1^2 + x2^2 - 25"],
    start: [2, 2],
    lower: [2, 0],
    upper: 50,
    // x = (√250, √2.5)
    solutions: [
      { x: [15.811388300841896, 1.5811388300841898], value: 5, multipliers: { inequality: { 1: 0.2 } } },
    ],
  },
  {
    number: 19,
    objective: "(x1 - 10)^3 + (x2 - 20)^3",
    inequalities: ["(x1 - 5)^2 + (x2 - 5)^2 - 100", "-(x1 - 6)^2 - (x2 - 5)^2 + 82.81"],
    start: [20.1, 5.84],
    lower: [13, 0],
    upper: 100,
    // x₂ = 5 − √17.280975
    solutions: [
      {
        x: [14.095, 0.8429607892154782],
        value: -6961.813875580139,
        multipliers: { inequality: { 1: 1097.1189367883678, 2: 1229.5420867931075 } },
      },
    ],
  },
  {
    number: 20,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    inequalities: ["x1 + x2^2", "x1^2 + x2", "x1^2 + x2^2 - 1"],
    start: [-2, 1],
    lower: [-0.5, -Infinity],
    upper: [0.5, Infinity],
    // x = (1/2, √3/2), f = 81.5 − 25√3
    solutions: [
      {
        x: [0.5, 0.8660254037844386],
        value: 38.19872981077807,
        multipliers: { inequality: { 3: 71.13248654051871 }, upper: { 1: 195.33756729740645 } },
      },
    ],
  },
  {
    number: 21,
    objective: "0.01x1^2 + x2^2 - 100",
    inequalities: ["10x1 - x2 - 10"],
    start: [-1, -1],
    lower: [2, -50],
    upper: 50,
    solutions: [{ x: [2, 0], value: -99.96, multipliers: { lower: { 1: 0.04 } } }],
  },
  {
    number: 23,
    objective: "x1^2 + x2^2",
    inequalities: ["x1 + x2 - 1", "x1^2 + x2^2 - 1", "9x1^2 + x2^2 - 9", "x1^2 - x2", "x2^2 - x1"],
    start: [3, 1],
    lower: -50,
    upper: 50,
    solutions: [{ x: [1, 1], value: 2, multipliers: { inequality: { 4: 2, 5: 2 } } }],
  },
  {
    number: 24,
    objective: "((x1 - 3)^2 - 9)*x2^3/(27sqrt(3))",
    inequalities: ["x1/sqrt(3) - x2", "x1 + sqrt(3)*x2", "-x1 - sqrt(3)*x2 + 6"],
    start: [1, 0.5],
    lower: 0,
    // x = (3, √3), μ₁ = √3/2
    solutions: [
      {
        x: [3, 1.7320508075688772],
        value: -1,
        multipliers: { inequality: { 1: 0.8660254037844386, 3: 0.5 } },
      },
    ],
  },
  {
    number: 57,
    objective: availableChlorine,
    inequalities: ["0.49x2 - x1 x2 - 0.09"],
    start: [0.42, 5],
    lower: [0.4, -4],
    solutions: [
      {
        x: [0.41995265075780125, 1.2848451936248446],
        value: 0.028459669722986705,
        multipliers: { inequality: { 1: 0.06671503730070687 } },
      },
    ],
  },
  {
    number: 59,
    objective:
      "-75.196 + 3.8112x1 - 0.12694x1^2 + 0.0020567x1^3 - 1.0345e-5x1^4 + 6.8306x2 - 0.030234x1 x2" +
      " + 1.28134e-3x1^2 x2 - 3.5256e-5x1^3 x2 + 2.266e-7x1^4 x2 - 0.25645x2^2 + 0.0034604x2^3 - 1.3514e-5x2^4" +
      " + 28.106/(x2 + 1) + 5.2375e-6x1^2 x2^2 + 6.3e-8x1^3 x2^2 - 7e-10x1^3 x2^3 - 3.4054e-4x1 x2^2" +
      " + 1.6638e-6x1 x2^3 + 2.8673exp(0.0005x1 x2)",
    inequalities: ["x1 x2 - 700", "x2 - 0.008x1^2", "(x2 - 50)^2 - 5(x1 - 55)"],
    start: [90, 10],
    lower: 0,
    upper: [75, 65],
    solutions: [
      {
        x: [13.550088840434144, 51.6601778957467],
        value: -7.804235953664778,
        multipliers: { inequality: { 1: 0.011424439675146433 } },
      },
    ],
    note: "another local minimum near (46.3996, 52.2197), -6.7546",
  },
];
