import { weibull } from "./data-fits.ts";
import type { ProblemDefinition } from "./definition.ts";

/** Bounds alone. */
export const boundProblems = (): readonly ProblemDefinition[] => [
  {
    number: 1,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    start: [-2, 1],
    lower: [-Infinity, -1.5],
    solutions: [{ x: [1, 1], value: 0, multipliers: {} }],
  },
  {
    number: 2,
    objective: "100(x2 - x1^2)^2 + (1 - x1)^2",
    start: [-2, 1],
    lower: [-Infinity, 1.5],
    // x₁ = 2a cos(⅓ arccos(1/(400 a³))) with a = √(598/1200)
    solutions: [
      {
        x: [1.2243707487363524, 1.5],
        value: 0.05042618789360708,
        multipliers: { lower: { 2: 0.18325392775670352 } },
      },
    ],
    note: "another local minimum near (-1.2210274, 1.5)",
  },
  {
    number: 3,
    objective: "x2 + 1e-5(x2 - x1)^2",
    start: [10, 1],
    lower: [-Infinity, 0],
    solutions: [{ x: [0, 0], value: 0, multipliers: { lower: { 2: 1 } } }],
  },
  {
    number: 4,
    objective: "(x1 + 1)^3/3 + x2",
    start: [1.125, 0.125],
    lower: [1, 0],
    solutions: [{ x: [1, 0], value: 8 / 3, multipliers: { lower: { 1: 4, 2: 1 } } }],
  },
  {
    number: 5,
    objective: "sin(x1 + x2) + (x1 - x2)^2 - 1.5x1 + 2.5x2 + 1",
    start: [0, 0],
    lower: [-1.5, -3],
    upper: [4, 3],
    // x = (½ − π/3, −½ − π/3), f = −√3/2 − π/3
    solutions: [
      { x: [-0.5471975511965977, -1.5471975511965979], value: -1.9132229549810364, multipliers: {} },
    ],
  },
  {
    number: 25,
    objective: weibull,
    start: [100, 12.5, 3],
    lower: [0.1, 0, 0],
    upper: [100, 25.6, 5],
    solutions: [{ x: [50, 25, 1.5], value: 0, multipliers: {} }],
    note: "so flat at the start that the gradient there is about 2e-8",
  },
  {
    number: 38,
    objective:
      "100(x2 - x1^2)^2 + (1 - x1)^2 + 90(x4 - x3^2)^2 + (1 - x3)^2 + 10.1((x2 - 1)^2 + (x4 - 1)^2) + 19.8(x2 - 1)*(x4 - 1)",
    start: [-3, -1, -3, -1],
    lower: -10,
    upper: 10,
    solutions: [{ x: [1, 1, 1, 1], value: 0, multipliers: {} }],
  },
  {
    number: 45,
    objective: "2 - x1 x2 x3 x4 x5/120",
    start: [2, 2, 2, 2, 2],
    lower: 0,
    upper: [1, 2, 3, 4, 5],
    solutions: [
      { x: [1, 2, 3, 4, 5], value: 1, multipliers: { upper: { 1: 1, 2: 0.5, 3: 1 / 3, 4: 0.25, 5: 0.2 } } },
    ],
    note: "x = 0 is stationary, too",
  },
  {
    number: 110,
    objective: (x) =>
      x.sub(2).log().square().add(x.neg().add(10).log().square()).sum().sub(x.log().sum().mul(0.2).exp()),
    start: Array.from({ length: 10 }, () => 9),
    lower: 2.001,
    upper: 9.999,
    solutions: [
      {
        x: [
          9.350265833069384, 9.350265833069384, 9.350265833069384, 9.350265833069384, 9.350265833069384,
          9.350265833069384, 9.350265833069384, 9.350265833069384, 9.350265833069384, 9.350265833069384,
        ],
        value: -45.77846970744627,
        multipliers: {},
      },
    ],
  },
];
