import type { ProblemDefinition } from "./definition.ts";
import { inspectionPlans } from "./inspection-plans.ts";

/** Equalities and bounds, in up to six variables. */
export const boundedEqualityProblems = (): readonly ProblemDefinition[] => [
  {
    number: 41,
    objective: "2 - x1 x2 x3",
    equalities: ["x1 + 2x2 + 2x3 - x4"],
    start: [2, 2, 2, 2],
    lower: 0,
    upper: [1, 1, 1, 2],
    solutions: [
      {
        x: [2 / 3, 1 / 3, 1 / 3, 2],
        value: 52 / 27,
        multipliers: { equality: [-1 / 9], upper: { 4: 1 / 9 } },
      },
    ],
  },
  {
    number: 53,
    objective: "(x1 - x2)^2 + (x2 + x3 - 2)^2 + (x4 - 1)^2 + (x5 - 1)^2",
    equalities: ["x1 + 3x2", "x3 + x4 - 2x5", "x2 - x5"],
    start: [2, 2, 2, 2, 2],
    lower: -10,
    upper: 10,
    solutions: [
      {
        x: [-33 / 43, 11 / 43, 27 / 43, -5 / 43, 11 / 43],
        value: 176 / 43,
        multipliers: { equality: [-88 / 43, -96 / 43, 256 / 43] },
      },
    ],
  },
  {
    number: 54,
    objective:
      "-exp(-0.5(((x1 - 1e4)^2/6.4e7 + (x1 - 1e4)*(x2 - 1)/2e4 + (x2 - 1)^2)/0.96" +
      " + (x3 - 2e6)^2/4.9e13 + (x4 - 10)^2/2.5e3 + (x5 - 1e-3)^2/2.5e-3 + (x6 - 1e8)^2/2.5e17))",
    equalities: ["x1 + 4000x2 - 17600"],
    start: [6e3, 1.5, 4e6, 2, 3e-3, 5e7],
    lower: [0, -10, 0, 0, -1, 0],
    upper: [2e4, 10, 1e7, 20, 1, 2e8],
    // f = −exp(−27/280)
    solutions: [
      {
        x: [91600 / 7, 79 / 70, 2000000, 10, 0.001, 100000000],
        value: -0.9080747577659853,
        multipliers: { equality: [4.864686202317778e-5] },
      },
    ],
    note: "variables from 1e-3 to 1e8",
  },
  {
    number: 55,
    objective: "x1 + 2x2 + 4x5 + exp(x1 x4)",
    equalities: [
      "x1 + 2x2 + 5x5 - 6",
      "x1 + x2 + x3 - 3",
      "x4 + x5 + x6 - 2",
      "x1 + x4 - 1",
      "x2 + x5 - 2",
      "x3 + x6 - 2",
    ],
    start: [1, 2, 0, 0, 0, 2],
    lower: 0,
    upper: [1, Infinity, Infinity, 1, Infinity, Infinity],
    solutions: [{ x: [0, 4 / 3, 5 / 3, 1, 2 / 3, 1 / 3], value: 19 / 3 }],
    note: "the equalities are linearly dependent (the second and third add up to the last three), so multipliers are not unique",
  },
  {
    number: 60,
    objective: "(x1 - 1)^2 + (x1 - x2)^2 + (x2 - x3)^4",
    equalities: ["x1*(1 + x2^2) + x3^4 - 4 - 3sqrt(2)"],
    start: [2, 2, 2],
    lower: -10,
    upper: 10,
    solutions: [
      {
        x: [1.1048590197333166, 1.1966741822882572, 1.535262260325326],
        value: 0.03256820025506984,
        multipliers: { equality: [0.010726727888350166] },
      },
    ],
  },
  {
    number: 62,
    objective:
      "-32.174(255log((x1 + x2 + x3 + 0.03)/(0.09x1 + x2 + x3 + 0.03))" +
      " + 280log((x2 + x3 + 0.03)/(0.07x2 + x3 + 0.03)) + 290log((x3 + 0.03)/(0.13x3 + 0.03)))",
    equalities: ["x1 + x2 + x3 - 1"],
    start: [0.7, 0.2, 0.1],
    lower: 0,
    upper: 1,
    solutions: [
      {
        x: [0.6178126908126924, 0.32820222311966907, 0.05398508606763846],
        value: -26272.514487318258,
        multipliers: { equality: [-6386.937539877766] },
      },
    ],
  },
  {
    number: 63,
    objective: "1000 - x1^2 - 2x2^2 - x3^2 - x1 x2 - x1 x3",
    equalities: ["8x1 + 14x2 + 7x3 - 56", "x1^2 + x2^2 + x3^2 - 25"],
    start: [2, 2, 2],
    lower: 0,
    solutions: [
      {
        x: [3.5121213418747197, 0.21698794151522302, 3.552171154827017],
        value: 961.7151721300522,
        multipliers: { equality: [-0.2749371020656298, -1.2234635604844077] },
      },
    ],
  },
  ...inspectionPlans(),
];
