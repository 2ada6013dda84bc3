import type { ProblemDefinition } from "./definition.ts";

/** Equalities and inequalities, most with bounds. */
export const mixedProblems = (): readonly ProblemDefinition[] => [
  {
    number: 14,
    objective: "(x1 - 2)^2 + (x2 - 1)^2",
    equalities: ["x1 - 2x2 + 1"],
    inequalities: ["-0.25x1^2 - x2^2 + 1"],
    start: [2, 2],
    // x = ((√7 − 1)/2, (√7 + 1)/4), f = 9 − 23√7/8
    solutions: [
      {
        x: [0.8228756555322952, 0.9114378277661477],
        value: 1.393464980689302,
        multipliers: { equality: [-1.5944911182523067], inequality: { 1: 1.8465914396061132 } },
      },
    ],
  },
  {
    number: 32,
    objective: "(x1 + 3x2 + x3)^2 + 4(x1 - x2)^2",
    equalities: ["1 - x1 - x2 - x3"],
    inequalities: ["6x2 + 4x3 - x1^3 - 3"],
    start: [0.1, 0.7, 0.2],
    lower: 0,
    solutions: [{ x: [0, 0, 1], value: 1, multipliers: { equality: [-2], lower: { 2: 4 } } }],
    note: "x₁ ≥ 0 is active with multiplier 0",
  },
  {
    number: 71,
    objective: "x1 x4*(x1 + x2 + x3) + x3",
    equalities: ["x1^2 + x2^2 + x3^2 + x4^2 - 40"],
    inequalities: ["x1 x2 x3 x4 - 25"],
    start: [1, 5, 5, 1],
    lower: 1,
    upper: 5,
    solutions: [
      {
        x: [1, 4.742999637264417, 3.8211499841848737, 1.3794082931726723],
        value: 17.014017289156303,
        multipliers: {
          equality: [-0.16146856677050583],
          inequality: { 1: 0.5522936601207268 },
          lower: { 1: 1.087871228666941 },
        },
      },
    ],
  },
  {
    number: 73,
    objective: "24.55x1 + 26.75x2 + 39x3 + 40.5x4",
    equalities: ["x1 + x2 + x3 + x4 - 1"],
    inequalities: [
      "2.3x1 + 5.6x2 + 11.1x3 + 1.3x4 - 5",
      "12x1 + 11.9x2 + 41.8x3 + 52.1x4 - 21 - 1.645sqrt(0.28x1^2 + 0.19x2^2 + 20.5x3^2 + 0.62x4^2)",
    ],
    start: [1, 1, 1, 1],
    lower: 0,
    solutions: [
      {
        x: [0.6355215686350697, 0, 0.3127018807515235, 0.051776550613406774],
        value: 29.894378159143354,
        multipliers: {
          equality: [18.371240043852747],
          inequality: { 1: 0.5803550834513885, 2: 0.4105410808587458 },
          lower: { 2: 0.2433326266004011 },
        },
      },
    ],
    note: "the cheapest cattle feed",
  },
  smallPowerNetwork(74, 0.55, [
    {
      x: [679.9453198512117, 1026.0671326104648, 0.11887636449310189, -0.3962335532032103],
      value: 5126.498109595273,
      multipliers: { equality: [-4.3869769139627, -4.105627521246922, -5.463278493108374] },
    },
  ]),
  smallPowerNetwork(75, 0.48, [
    {
      x: [776.1590265860596, 925.1951384690918, 0.05110892853835123, -0.4288910714616488],
      value: 5174.412695377741,
      multipliers: {
        equality: [-4.8072685036530585, -3.711972088493684, -7.301760573513449],
        inequality: { 1: 2779.0480573073637 },
      },
    },
  ]),
  powerNetwork([
    {
      x: [
        675.0253392597418, 1134.021089714841, 0.1334850509182756, -0.37119026264778004, 252, 252,
        201.46585773381284, 426.6190056621182, 368.48819908752193,
      ],
      value: 5362.069181109596,
      multipliers: {
        equality: [-4.366977625928189, -4.0141674936343295, -6.0737621716210555, 0, 0, 0.9030073992686586],
        upper: { 5: 3.8672622341612586, 6: 5.88603948463479 },
      },
    },
  ]),
  {
    number: 114,
    objective: "5.04x1 + 0.035x2 + 10x3 + 3.36x5 - 0.063x4 x7",
    equalities: ["1.22x4 - x1 - x5", "98000x3/(x4 x9 + 1000x3) - x6", "(x2 + x5)/x1 - x8"],
    inequalities: [
      "35.82 - 0.222x10 - 0.9x9",
      "-133 + 3x7 - 0.99x10",
      "-35.82 + 0.222x10 + x9/0.9",
      "133 - 3x7 + x10/0.99",
      "1.12x1 + 0.13167x1 x8 - 0.00667x1 x8^2 - 0.99x4",
      "57.425 + 1.098x8 - 0.038x8^2 + 0.325x6 - 0.99x7",
      "-1.12x1 - 0.13167x1 x8 + 0.00667x1 x8^2 + x4/0.99",
      "-57.425 - 1.098x8 + 0.038x8^2 - 0.325x6 + x7/0.99",
    ],
    start: [1745, 12000, 110, 3048, 1974, 89.2, 92.8, 8, 3.6, 145],
    lower: [1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 85, 90, 3, 1.2, 145],
    upper: [2000, 16000, 120, 5000, 2000, 93, 95, 12, 4, 162],
    solutions: [
      {
        x: [
          1698.094765188968, 15818.614924182957, 54.102682333247344, 3031.2252173680067, 2000,
          90.11542219898668, 95, 10.49329830670555, 1.5616363636363637, 153.53535353535352,
        ],
        value: -1768.8069637162437,
        multipliers: {
          equality: [-4.209403481858121, 74.62207279063075, 59.43331678161388],
          inequality: {
            2: 69.91963836291134,
            3: 311.8037926994695,
            5: 0.6778214314708031,
            6: 229.60637781732538,
          },
          upper: { 5: 0.8844034818581218, 7: 173.4157897437663 },
        },
      },
    ],
    note: "an alkylation process",
  },
];

/** HS74 and HS75: the cheapest operation of a power network of three nodes, angles at most a. */
function smallPowerNetwork(
  number: number,
  a: number,
  solutions: ProblemDefinition["solutions"],
): ProblemDefinition {
  return {
    number,
    objective: "3x1 + 1e-6x1^3 + 2x2 + 2e-6x2^3/3",
    equalities: [
      "1000sin(-x3 - 0.25) + 1000sin(-x4 - 0.25) + 894.8 - x1",
      "1000sin(x3 - 0.25) + 1000sin(x3 - x4 - 0.25) + 894.8 - x2",
      "1000sin(x4 - 0.25) + 1000sin(x4 - x3 - 0.25) + 1294.8",
    ],
    inequalities: [`x4 - x3 + ${a}`, `x3 - x4 + ${a}`],
    start: [0, 0, 0, 0],
    lower: [0, 0, -a, -a],
    upper: [1200, 1200, a, a],
    solutions,
  };
}

/** HS109: the same with voltages and reactive power. */
function powerNetwork(solutions: ProblemDefinition["solutions"]): ProblemDefinition {
  return {
    number: 109,
    objective: "3x1 + 1e-6x1^3 + 2x2 + 0.522074e-6x2^3",
    equalities: [
      "(x5 x6 sin(-x3 - 0.25) + x5 x7 sin(-x4 - 0.25) + 2x5^2 sin(0.25))/50.176 - x1 + 400",
      "(x5 x6 sin(x3 - 0.25) + x6 x7 sin(x3 - x4 - 0.25) + 2x6^2 sin(0.25))/50.176 - x2 + 400",
      "(x5 x7 sin(x4 - 0.25) + x6 x7 sin(x4 - x3 - 0.25) + 2x7^2 sin(0.25))/50.176 + 881.779",
      "x8 + (x5 x6 cos(-x3 - 0.25) + x5 x7 cos(-x4 - 0.25) - 2x5^2 cos(0.25))/50.176 + 0.7533e-3x5^2 - 200",
      "x9 + (x5 x6 cos(x3 - 0.25) + x6 x7 cos(x3 - x4 - 0.25) - 2x6^2 cos(0.25))/50.176 + 0.7533e-3x6^2 - 200",
      "(x5 x7 cos(x4 - 0.25) + x6 x7 cos(x4 - x3 - 0.25) - 2x7^2 cos(0.25))/50.176 + 0.7533e-3x7^2 - 22.938",
    ],
    inequalities: ["x4 - x3 + 0.55", "x3 - x4 + 0.55", "2250000 - x1^2 - x8^2", "2250000 - x2^2 - x9^2"],
    start: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    lower: [0, 0, -0.55, -0.55, 196, 196, 196, -400, -400],
    upper: [Infinity, Infinity, 0.55, 0.55, 252, 252, 252, 800, 800],
    solutions,
  };
}
