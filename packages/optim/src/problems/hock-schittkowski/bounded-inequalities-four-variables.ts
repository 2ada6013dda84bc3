import { colvilleInequalities, colvilleObjective } from "./colville.ts";
import { twoGammaDistributions } from "./data-fits.ts";
import type { ProblemDefinition } from "./definition.ts";

/** Inequalities and bounds in four and five variables. */
export const fourAndFiveVariableProblems = (): readonly ProblemDefinition[] => [
  {
    number: 44,
    objective: "x1 - x2 - x3 - x1 x3 + x1 x4 + x2 x3 - x2 x4",
    inequalities: [
      "8 - x1 - 2x2",
      "12 - 4x1 - x2",
      "12 - 3x1 - 4x2",
      "8 - 2x3 - x4",
      "8 - x3 - 2x4",
      "5 - x3 - x4",
    ],
    start: [0, 0, 0, 0],
    lower: 0,
    solutions: [
      {
        x: [0, 3, 0, 4],
        value: -15,
        multipliers: { inequality: { 3: 1.25, 5: 1.5 }, lower: { 1: 8.75, 3: 3.5 } },
      },
    ],
    note: "an indefinite quadratic program with other local minima, such as (3, 0, 4, 0) with -13",
  },
  {
    number: 70,
    objective: twoGammaDistributions,
    inequalities: ["x3 + (1 - x3)*x4"],
    start: [2, 4, 0.04, 2],
    lower: 1e-5,
    upper: [100, 100, 1, 100],
    solutions: [
      {
        x: [12.276979127629122, 4.631748162854857, 0.31286463022569205, 2.029282825341487],
        value: 0.0074984635744276456,
        multipliers: {},
      },
      {
        x: [4.631748162854857, 12.276979127629122, 0.6871353697743079, 0.4927849324461317],
        value: 0.0074984635744276456,
        multipliers: {},
      },
    ],
    note: "the second one has the two distributions exchanged",
  },
  {
    number: 72,
    objective: "1 + x1 + x2 + x3 + x4",
    inequalities: [
      "0.0401 - 4/x1 - 2.25/x2 - 1/x3 - 0.25/x4",
      "0.010085 - 0.16/x1 - 0.36/x2 - 0.64/x3 - 0.64/x4",
    ],
    start: [1, 1, 1, 1],
    lower: 0.001,
    upper: [4e5, 3e5, 2e5, 1e5],
    solutions: [
      {
        x: [193.40742727194632, 179.54707603227456, 185.01806335815152, 168.70679112724056],
        value: 727.6793577896129,
        multipliers: { inequality: { 1: 7692.936528467456, 2: 41466.79256302112 } },
      },
    ],
  },
  {
    number: 76,
    objective: "x1^2 + 0.5x2^2 + x3^2 + 0.5x4^2 - x1 x3 + x3 x4 - x1 - 3x2 + x3 - x4",
    inequalities: ["5 - x1 - 2x2 - x3 - x4", "4 - 3x1 - x2 - 2x3 + x4", "x2 + 4x3 - 1.5"],
    start: [0.5, 0.5, 0.5, 0.5],
    lower: 0,
    solutions: [
      {
        x: [3 / 11, 23 / 11, 0, 6 / 11],
        value: -103 / 22,
        multipliers: { inequality: { 1: 5 / 11 }, lower: { 3: 19 / 11 } },
      },
    ],
  },
  {
    number: 83,
    objective: "5.3578547x3^2 + 0.8356891x1 x5 + 37.293239x1 - 40792.141",
    inequalities: betweenZeroAnd([
      ["85.334407 + 0.0056858x2 x5 + 0.0006262x1 x4 - 0.0022053x3 x5", 92],
      ["80.51249 + 0.0071317x2 x5 + 0.0029955x1 x2 + 0.0021813x3^2 - 90", 20],
      ["9.300961 + 0.0047026x3 x5 + 0.0012547x1 x3 + 0.0019085x3 x4 - 20", 5],
    ]),
    start: [78, 33, 27, 27, 27],
    lower: [78, 33, 27, 27, 27],
    upper: [102, 45, 45, 45, 45],
    solutions: [
      {
        x: [78, 33, 29.9952560256816, 45, 36.77581290578821],
        value: -30665.538671783317,
        multipliers: {
          inequality: { 3: 809.4250334564155, 4: 403.268879536322 },
          lower: { 1: 48.92734897308223, 2: 84.32348924768465 },
          upper: { 4: 26.639198012962776 },
        },
      },
    ],
    note: "Colville's third problem",
  },
  {
    number: 84,
    objective:
      "24345 + 8720288.849x1 - 150512.5253x1 x2 + 156.6950325x1 x3 - 476470.3222x1 x4 - 729482.8271x1 x5",
    inequalities: betweenZeroAnd([
      ["-145421.402x1 + 2931.1506x1 x2 - 40.427932x1 x3 + 5106.192x1 x4 + 15711.36x1 x5", 294000],
      ["-155011.1084x1 + 4360.53352x1 x2 + 12.9492344x1 x3 + 10236.884x1 x4 + 13176.786x1 x5", 294000],
      ["-326669.5104x1 + 7390.68412x1 x2 - 27.8986976x1 x3 + 16643.076x1 x4 + 30988.146x1 x5", 277200],
    ]),
    start: [2.52, 2, 37.5, 9.25, 6.8],
    lower: [0, 1.2, 20, 9, 6.5],
    upper: [1000, 2.4, 60, 9.3, 7],
    solutions: [
      {
        x: [4.5374309746554005, 2.4, 60, 9.3, 7],
        value: -5280335.133214754,
        multipliers: {
          inequality: { 6: 19.136652717224944 },
          upper: { 2: 41197.921940615524, 3: 1711.4856350029008, 4: 716812.2588060589, 5: 619238.8081899022 },
        },
      },
    ],
  },
  {
    number: 86,
    objective: colvilleObjective,
    inequalities: colvilleInequalities,
    start: [0, 0, 0, 0, 1],
    lower: 0,
    solutions: [
      {
        x: [0.3, 0.3334676065346071, 0.4, 0.4283101047816988, 0.22396487356079814],
        value: -32.348678965722705,
        multipliers: {
          inequality: [
            0, 0, 5.174040727698173, 0, 3.06110868775845, 11.839545664800731, 0, 0, 0.10389619077061578, 0,
          ],
        },
      },
    ],
    note: "Colville's first problem",
  },
];

/** 0 ≤ cᵢ(x) ≤ uᵢ as inequalities: all cᵢ(x) first, then all uᵢ − cᵢ(x). */
function betweenZeroAnd(ranges: readonly (readonly [text: string, upper: number])[]): readonly string[] {
  return [...ranges.map(([text]) => text), ...ranges.map(([text, upper]) => `${upper} - (${text})`)];
}
