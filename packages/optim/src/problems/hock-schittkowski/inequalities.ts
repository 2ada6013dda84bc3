import type { ProblemDefinition } from "./definition.ts";

/** Inequalities alone. */
export const inequalityProblems = (): readonly ProblemDefinition[] => [
  {
    number: 10,
    objective: "x1 - x2",
    inequalities: ["-3x1^2 + 2x1 x2 - x2^2 + 1"],
    start: [-10, 10],
    solutions: [{ x: [0, 1], value: -1, multipliers: { inequality: { 1: 0.5 } } }],
  },
  {
    number: 11,
    objective: "(x1 - 5)^2 + x2^2 - 25",
    inequalities: ["-x1^2 + x2"],
    start: [4.9, 0.1],
    // 2x₁³ + x₁ − 5 = 0
    solutions: [
      {
        x: [1.234772825053297, 1.5246639294900999],
        value: -8.498464223154677,
        multipliers: { inequality: { 1: 3.0493278589801998 } },
      },
    ],
  },
  {
    number: 12,
    objective: "0.5x1^2 + x2^2 - x1 x2 - 7x1 - 7x2",
    inequalities: ["25 - 4x1^2 - x2^2"],
    start: [0, 0],
    solutions: [{ x: [2, 3], value: -30, multipliers: { inequality: { 1: 0.5 } } }],
  },
  {
    number: 22,
    objective: "(x1 - 2)^2 + (x2 - 1)^2",
    inequalities: ["-x1 - x2 + 2", "-x1^2 + x2"],
    start: [2, 2],
    solutions: [{ x: [1, 1], value: 1, multipliers: { inequality: { 1: 2 / 3, 2: 2 / 3 } } }],
  },
  {
    number: 29,
    objective: "-x1 x2 x3",
    inequalities: ["-x1^2 - 2x2^2 - 4x3^2 + 48"],
    start: [1, 1, 1],
    // x = (±4, ±2√2, ±2) with an even number of minus signs, f = −16√2, μ = 1/√2
    solutions: [
      {
        x: [4, 2.8284271247461903, 2],
        value: -22.627416997969522,
        multipliers: { inequality: { 1: 0.7071067811865476 } },
      },
      {
        x: [4, -2.8284271247461903, -2],
        value: -22.627416997969522,
        multipliers: { inequality: { 1: 0.7071067811865476 } },
      },
      {
        x: [-4, 2.8284271247461903, -2],
        value: -22.627416997969522,
        multipliers: { inequality: { 1: 0.7071067811865476 } },
      },
      {
        x: [-4, -2.8284271247461903, 2],
        value: -22.627416997969522,
        multipliers: { inequality: { 1: 0.7071067811865476 } },
      },
    ],
  },
  {
    number: 43,
    objective: "x1^2 + x2^2 + 2x3^2 + x4^2 - 5x1 - 5x2 - 21x3 + 7x4",
    inequalities: [
      "8 - x1^2 - x2^2 - x3^2 - x4^2 - x1 + x2 - x3 + x4",
      "10 - x1^2 - 2x2^2 - x3^2 - 2x4^2 + x1 + x4",
      "5 - 2x1^2 - x2^2 - x3^2 - 2x1 + x2 + x4",
    ],
    start: [0, 0, 0, 0],
    solutions: [{ x: [0, 1, 2, -1], value: -44, multipliers: { inequality: { 1: 1, 3: 2 } } }],
    note: "Rosen and Suzuki's problem",
  },
  {
    number: 100,
    objective:
      "(x1 - 10)^2 + 5(x2 - 12)^2 + x3^4 + 3(x4 - 11)^2 + 10x5^6 + 7x6^2 + x7^4 - 4x6 x7 - 10x6 - 8x7",
    inequalities: [
      "127 - 2x1^2 - 3x2^4 - x3 - 4x4^2 - 5x5",
      "282 - 7x1 - 3x2 - 10x3^2 - x4 + x5",
      "196 - 23x1 - x2^2 - 6x6^2 + 8x7",
      "-4x1^2 - x2^2 + 3x1 x2 - 2x3^2 - 5x6 + 11x7",
    ],
    start: [1, 2, 0, 4, 0, 1, 1],
    solutions: [
      {
        x: [
          2.33049937287957, 1.951372372896889, -0.4775413923888716, 4.36572623365581, -0.6244869705268175,
          1.0381310186079584, 1.5942267116118685,
        ],
        value: 680.6300573744021,
        multipliers: { inequality: { 1: 1.1397199591673761, 4: 0.3686145171872114 } },
      },
    ],
  },
  {
    number: 113,
    objective:
      "x1^2 + x2^2 + x1 x2 - 14x1 - 16x2 + (x3 - 10)^2 + 4(x4 - 5)^2 + (x5 - 3)^2" +
      " + 2(x6 - 1)^2 + 5x7^2 + 7(x8 - 11)^2 + 2(x9 - 10)^2 + (x10 - 7)^2 + 45",
    inequalities: [
      "105 - 4x1 - 5x2 + 3x7 - 9x8",
      "-10x1 + 8x2 + 17x7 - 2x8",
      "8x1 - 2x2 - 5x9 + 2x10 + 12",
      "-3(x1 - 2)^2 - 4(x2 - 3)^2 - 2x3^2 + 7x4 + 120",
      "-5x1^2 - 8x2 - (x3 - 6)^2 + 2x4 + 40",
      "-0.5(x1 - 8)^2 - 2(x2 - 4)^2 - 3x5^2 + x6 + 30",
      "-x1^2 - 2(x2 - 2)^2 + 2x1 x2 - 14x5 + 6x6",
      "3x1 - 6x2 - 12(x9 - 8)^2 + 7x10",
    ],
    start: [2, 3, 5, 5, 1, 2, 7, 3, 6, 10],
    solutions: [
      {
        x: [
          2.1719963712554553, 2.36368297369728, 8.77392573847685, 5.095984487948453, 0.9906547649638592,
          1.4305739789363159, 1.3216442081617032, 9.828725807886322, 8.280091670098345, 8.375926663921323,
        ],
        value: 24.306209068179808,
        multipliers: {
          inequality: {
            1: 1.7165331534681736,
            2: 0.4745201541889713,
            3: 1.3759266639213235,
            4: 0.020545555102422397,
            5: 0.3120285089353326,
            7: 0.28704931929087724,
          },
        },
      },
    ],
  },
];
