import type { ProblemDefinition } from "./definition.ts";

/** Equalities alone, in five and seven variables. */
export const largerEqualityProblems = (): readonly ProblemDefinition[] => [
  {
    number: 46,
    objective: "(x1 - x2)^2 + (x3 - 1)^2 + (x4 - 1)^4 + (x5 - 1)^6",
    equalities: ["x1^2 x4 + sin(x4 - x5) - 1", "x2 + x3^4 x4^2 - 2"],
    start: [Math.SQRT1_2, 1.75, 0.5, 2, 2],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0] } }],
    note: "the Hessian of the Lagrangian is singular on the tangent space",
  },
  {
    number: 47,
    objective: "(x1 - x2)^2 + (x2 - x3)^2 + (x3 - x4)^4 + (x4 - x5)^4",
    equalities: ["x1 + x2^2 + x3^3 - 3", "x2 - x3^2 + x4 - 1", "x1 x5 - 1"],
    start: [2, Math.SQRT2, -1, 2 - Math.SQRT2, 0.5],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0, 0] } }],
    note: "as in the authors' code; with (x2 - x3)^3, as some sources have it, this point is no minimum",
  },
  {
    number: 48,
    objective: "(x1 - 1)^2 + (x2 - x3)^2 + (x4 - x5)^2",
    equalities: ["x1 + x2 + x3 + x4 + x5 - 5", "x3 - 2(x4 + x5) + 3"],
    start: [3, 5, -3, 2, -2],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0] } }],
  },
  {
    number: 49,
    objective: "(x1 - x2)^2 + (x3 - 1)^2 + (x4 - 1)^4 + (x5 - 1)^6",
    equalities: ["x1 + x2 + x3 + 4x4 - 7", "x3 + 5x5 - 6"],
    start: [10, 7, 2, -3, 0.8],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0] } }],
    note: "the Hessian of the Lagrangian is singular on the tangent space",
  },
  {
    number: 50,
    objective: "(x1 - x2)^2 + (x2 - x3)^2 + (x3 - x4)^4 + (x4 - x5)^4",
    equalities: ["x1 + 2x2 + 3x3 - 6", "x2 + 2x3 + 3x4 - 6", "x3 + 2x4 + 3x5 - 6"],
    start: [35, -31, 11, 5, -5],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0, 0] } }],
  },
  {
    number: 51,
    objective: "(x1 - x2)^2 + (x2 + x3 - 2)^2 + (x4 - 1)^2 + (x5 - 1)^2",
    equalities: ["x1 + 3x2 - 4", "x3 + x4 - 2x5", "x2 - x5"],
    start: [2.5, 0.5, 2, -1, 0.5],
    solutions: [{ x: [1, 1, 1, 1, 1], value: 0, multipliers: { equality: [0, 0, 0] } }],
  },
  {
    number: 52,
    objective: "(4x1 - x2)^2 + (x2 + x3 - 2)^2 + (x4 - 1)^2 + (x5 - 1)^2",
    equalities: ["x1 + 3x2", "x3 + x4 - 2x5", "x2 - x5"],
    start: [2, 2, 2, 2, 2],
    solutions: [
      {
        x: [-33 / 349, 11 / 349, 180 / 349, -158 / 349, 11 / 349],
        value: 1859 / 349,
        multipliers: { equality: [-1144 / 349, -1014 / 349, 2704 / 349] },
      },
    ],
  },
  {
    number: 56,
    objective: "-x1 x2 x3",
    equalities: [
      "x1 - 4.2sin(x4)^2",
      "x2 - 4.2sin(x5)^2",
      "x3 - 4.2sin(x6)^2",
      "x1 + 2x2 + 2x3 - 7.2sin(x7)^2",
    ],
    start: [
      1,
      1,
      1,
      Math.asin(Math.sqrt(1 / 4.2)),
      Math.asin(Math.sqrt(1 / 4.2)),
      Math.asin(Math.sqrt(1 / 4.2)),
      Math.asin(Math.sqrt(5 / 7.2)),
    ],
    // x₄ = arcsin √(4/7), x₅ = x₆ = arcsin √(2/7), x₇ = π/2
    solutions: [
      {
        x: [2.4, 1.2, 1.2, 0.857071947850131, 0.5639426413606289, 0.5639426413606289, 1.5707963267948966],
        value: -3.456,
        multipliers: { equality: [0, 0, 0, -1.44] },
      },
    ],
    note: "the signs of the angles are free, and multiples of π may be added to them",
  },
  {
    number: 77,
    objective: "(x1 - 1)^2 + (x1 - x2)^2 + (x3 - 1)^2 + (x4 - 1)^4 + (x5 - 1)^6",
    equalities: ["x1^2 x4 + sin(x4 - x5) - 2sqrt(2)", "x2 + x3^4 x4^2 - 8 - sqrt(2)"],
    start: [2, 2, 2, 2, 2],
    solutions: [
      {
        x: [
          1.1661721897092985, 1.1821113888027042, 1.3802570431454597, 1.5060362736230457, 0.6109201960430908,
        ],
        value: 0.24150512879017869,
        multipliers: { equality: [0.0855395970428199, 0.03187839818681156] },
      },
    ],
  },
  {
    number: 79,
    objective: "(x1 - 1)^2 + (x1 - x2)^2 + (x2 - x3)^2 + (x3 - x4)^4 + (x4 - x5)^4",
    equalities: ["x1 + x2^2 + x3^3 - 2 - 3sqrt(2)", "x2 - x3^2 + x4 + 2 - 2sqrt(2)", "x1 x5 - 2"],
    start: [2, 2, 2, 2, 2],
    solutions: [
      {
        x: [
          1.1911274563110514, 1.362603164961742, 1.4728179315120877, 1.6350166191679927, 1.6790814361664075,
        ],
        value: 0.0787768208710569,
        multipliers: { equality: [0.03882104852265309, 0.01672651703248945, 0.0002873278136941053] },
      },
    ],
  },
];
