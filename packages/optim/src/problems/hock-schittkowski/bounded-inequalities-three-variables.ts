import type { ProblemDefinition } from "./definition.ts";

/** Inequalities and bounds in three variables. */
export const spatialProblems = (): readonly ProblemDefinition[] => [
  {
    number: 30,
    objective: "x1^2 + x2^2 + x3^2",
    inequalities: ["x1^2 + x2^2 - 1"],
    start: [1, 1, 1],
    lower: [1, -10, -10],
    upper: 10,
    solutions: [{ x: [1, 0, 0], value: 1 }],
    note: "the inequality and x₁ ≥ 1 have parallel gradients there, so multipliers are not unique: 2μ + z₁ = 2",
  },
  {
    number: 31,
    objective: "9x1^2 + x2^2 + 9x3^2",
    inequalities: ["x1 x2 - 1"],
    start: [1, 1, 1],
    lower: [-10, 1, -10],
    upper: [10, 10, 1],
    // x = (1/√3, √3, 0)
    solutions: [
      { x: [0.5773502691896257, 1.7320508075688772, 0], value: 6, multipliers: { inequality: { 1: 6 } } },
    ],
  },
  {
    number: 33,
    objective: "(x1 - 1)*(x1 - 2)*(x1 - 3) + x3",
    inequalities: ["x3^2 - x2^2 - x1^2", "x1^2 + x2^2 + x3^2 - 4"],
    start: [0, 0, 3],
    lower: 0,
    upper: [Infinity, Infinity, 5],
    // x = (0, √2, √2), f = √2 − 6, μ = 1/(4√2)
    solutions: [
      {
        x: [0, 1.4142135623730951, 1.4142135623730951],
        value: -4.585786437626905,
        multipliers: { inequality: { 1: 0.1767766952966369, 2: 0.1767766952966369 }, lower: { 1: 11 } },
      },
    ],
  },
  {
    number: 34,
    objective: "-x1",
    inequalities: ["x2 - exp(x1)", "x3 - exp(x2)"],
    start: [0, 1.05, 2.9],
    lower: 0,
    upper: [100, 100, 10],
    // x = (ln ln 10, ln 10, 10)
    solutions: [
      {
        x: [0.8340324452479558, 2.302585092994046, 10],
        value: -0.8340324452479558,
        multipliers: {
          inequality: { 1: 0.4342944819032518, 2: 0.04342944819032518 },
          upper: { 3: 0.04342944819032518 },
        },
      },
    ],
  },
  {
    number: 35,
    objective: "9 - 8x1 - 6x2 - 4x3 + 2x1^2 + 2x2^2 + x3^2 + 2x1 x2 + 2x1 x3",
    inequalities: ["3 - x1 - x2 - 2x3"],
    start: [0.5, 0.5, 0.5],
    lower: 0,
    solutions: [{ x: [4 / 3, 7 / 9, 4 / 9], value: 1 / 9, multipliers: { inequality: { 1: 2 / 9 } } }],
    note: "Beale's problem",
  },
  {
    number: 36,
    objective: "-x1 x2 x3",
    inequalities: ["72 - x1 - 2x2 - 2x3"],
    start: [10, 10, 10],
    lower: 0,
    upper: [20, 11, 42],
    solutions: [
      { x: [20, 11, 15], value: -3300, multipliers: { inequality: { 1: 110 }, upper: { 1: 55, 2: 80 } } },
    ],
  },
  {
    number: 37,
    objective: "-x1 x2 x3",
    inequalities: ["72 - x1 - 2x2 - 2x3", "x1 + 2x2 + 2x3"],
    start: [10, 10, 10],
    lower: 0,
    upper: 42,
    solutions: [{ x: [24, 12, 12], value: -3456, multipliers: { inequality: { 1: 144 } } }],
    note: "Rosenbrock's post office problem",
  },
  {
    number: 64,
    objective: "5x1 + 50000/x1 + 20x2 + 72000/x2 + 10x3 + 144000/x3",
    inequalities: ["1 - 4/x1 - 32/x2 - 120/x3"],
    start: [1, 1, 1],
    lower: 1e-5,
    solutions: [
      {
        x: [108.73470491089891, 85.1262127908938, 204.32459661260555],
        value: 6299.8424279215205,
        multipliers: { inequality: { 1: 2279.0450650753314 } },
      },
    ],
  },
  {
    number: 65,
    objective: "(x1 - x2)^2 + (x1 + x2 - 10)^2/9 + (x3 - 5)^2",
    inequalities: ["48 - x1^2 - x2^2 - x3^2"],
    start: [-5, 5, 0],
    lower: [-4.5, -4.5, -5],
    upper: [4.5, 4.5, 5],
    solutions: [
      {
        x: [3.6504617252130362, 3.6504617252130362, 4.620417555320008],
        value: 0.9535288568047828,
        multipliers: { inequality: { 1: 0.0821532773034626 } },
      },
    ],
  },
  {
    number: 66,
    objective: "0.2x3 - 0.8x1",
    inequalities: ["x2 - exp(x1)", "x3 - exp(x2)"],
    start: [0, 1.05, 2.9],
    lower: 0,
    upper: [100, 100, 10],
    solutions: [
      {
        x: [0.1841264879228477, 1.2021678731970429, 3.3273223225990955],
        value: 0.518163274181541,
        multipliers: { inequality: { 1: 0.6654644645198191, 2: 0.2 } },
      },
    ],
  },
];
