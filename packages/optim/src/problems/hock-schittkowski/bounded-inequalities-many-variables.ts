import { threeNormalDistributions } from "./data-fits.ts";
import type { ProblemDefinition } from "./definition.ts";
import { holzmanProblems } from "./holzman.ts";

/** Inequalities and bounds in six to nine variables. */
export const sixToNineVariableProblems = (): readonly ProblemDefinition[] => [
  {
    number: 93,
    objective:
      "0.0204x1 x4*(x1 + x2 + x3) + 0.0187x2 x3*(x1 + 1.57x2 + x4)" +
      " + 0.0607x1 x4 x5^2*(x1 + x2 + x3) + 0.0437x2 x3 x6^2*(x1 + 1.57x2 + x4)",
    inequalities: [
      "0.001x1 x2 x3 x4 x5 x6 - 2.07",
      "1 - 0.00062x1 x4 x5^2*(x1 + x2 + x3) - 0.00058x2 x3 x6^2*(x1 + 1.57x2 + x4)",
    ],
    start: [5.54, 4.4, 12.02, 11.82, 0.702, 0.852],
    lower: 0,
    solutions: [
      {
        x: [
          5.3326663355288115, 4.656744059172022, 10.432991940468277, 12.082306340063695, 0.7526074362238322,
          0.8786508746591394,
        ],
        value: 135.0759628291518,
        multipliers: { inequality: { 1: 71.45948976574806, 2: 62.15222892431284 } },
      },
    ],
    note: "the design of a transformer",
  },
  ...holzmanProblems(),
  {
    number: 105,
    objective: threeNormalDistributions,
    inequalities: ["1 - x1 - x2"],
    start: [0.1, 0.2, 100, 125, 175, 11.2, 13.2, 15.8],
    lower: [0.001, 0.001, 100, 130, 170, 5, 5, 5],
    upper: [0.499, 0.499, 180, 210, 240, 25, 25, 25],
    solutions: [
      {
        x: [
          0.3527630304890163, 0.499, 130.24561422816012, 163.05821819966073, 222.76694290002206,
          11.878316352629334, 19.537368085039656, 16.41489360935893,
        ],
        value: 1136.307303574072,
        multipliers: { upper: { 2: 1.0788905888515052 } },
      },
    ],
    note: "maximum likelihood; the start is below the bound of x₄; the second one has two of the distributions exchanged",
  },
  {
    number: 106,
    objective: "x1 + x2 + x3",
    inequalities: [
      "1 - 0.0025(x4 + x6)",
      "1 - 0.0025(x5 + x7 - x4)",
      "1 - 0.01(x8 - x5)",
      "x1 x6 - 833.33252x4 - 100x1 + 83333.333",
      "x2 x7 - 1250x5 - x2 x4 + 1250x4",
      "x3 x8 - 1250000 - x3 x5 + 2500x5",
    ],
    start: [5000, 5000, 5000, 200, 350, 150, 225, 425],
    lower: [100, 1000, 1000, 10, 10, 10, 10, 10],
    upper: [10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000],
    solutions: [
      {
        x: [
          579.3066844253551, 1359.9706680516551, 5109.970668051655, 182.01769958111993, 295.6011732779338,
          217.98230041888007, 286.4165263031861, 395.6011732779338,
        ],
        value: 7049.248020528666,
        multipliers: {
          inequality: {
            1: 1964.0460725671753,
            2: 5210.6741454948005,
            3: 5109.970668051655,
            4: 0.008475847618241349,
            5: 0.0095786517090104,
            6: 0.01,
          },
        },
      },
    ],
    note: "the design of a heat exchanger",
  },
  {
    number: 108,
    objective: "-0.5(x1 x4 - x2 x3 + x3 x9 - x5 x9 + x5 x8 - x6 x7)",
    inequalities: [
      "1 - x3^2 - x4^2",
      "1 - x9^2",
      "1 - x5^2 - x6^2",
      "1 - x1^2 - (x2 - x9)^2",
      "1 - (x1 - x5)^2 - (x2 - x6)^2",
      "1 - (x1 - x7)^2 - (x2 - x8)^2",
      "1 - (x3 - x5)^2 - (x4 - x6)^2",
      "1 - (x3 - x7)^2 - (x4 - x8)^2",
      "1 - x7^2 - (x8 - x9)^2",
      "x1 x4 - x2 x3",
      "x3 x9",
      "-x5 x9",
      "x5 x8 - x6 x7",
    ],
    start: [1, 1, 1, 1, 1, 1, 1, 1, 1],
    lower: [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity, -Infinity, -Infinity, -Infinity, 0],
    // x = (√3/2, 1/2, 0, 1, √3/2, 1/2, 0, 1, 0), f = −√3/2
    solutions: [
      { x: [0.8660254037844386, 0.5, 0, 1, 0.8660254037844386, 0.5, 0, 1, 0], value: -0.8660254037844386 },
    ],
    note: "the four points may be turned about the origin: the minimiser is not unique, nor are multipliers",
  },
];
