import type { ProblemDefinition } from "./definition.ts";

/** Equalities alone, in up to four variables. */
export const equalityProblems = (): readonly ProblemDefinition[] => [
  {
    number: 6,
    objective: "(1 - x1)^2",
    equalities: ["10(x2 - x1^2)"],
    start: [-1.2, 1],
    solutions: [{ x: [1, 1], value: 0, multipliers: { equality: [0] } }],
  },
  {
    number: 7,
    objective: "log(1 + x1^2) - x2",
    equalities: ["(1 + x1^2)^2 + x2^2 - 4"],
    start: [2, 2],
    // x = (0, √3), λ = −1/(2√3)
    solutions: [
      {
        x: [0, 1.7320508075688772],
        value: -1.7320508075688772,
        multipliers: { equality: [-0.28867513459481287] },
      },
    ],
  },
  {
    number: 8,
    objective: "0x1 - 1",
    equalities: ["x1^2 + x2^2 - 25", "x1 x2 - 9"],
    start: [2, 1],
    // x = ±(√((25 ± √301)/2), √((25 ∓ √301)/2))
    solutions: [
      { x: [4.601594917683296, 1.955843606618705], value: -1, multipliers: { equality: [0, 0] } },
      { x: [1.955843606618705, 4.601594917683296], value: -1, multipliers: { equality: [0, 0] } },
      { x: [-4.601594917683296, -1.955843606618705], value: -1, multipliers: { equality: [0, 0] } },
      { x: [-1.955843606618705, -4.601594917683296], value: -1, multipliers: { equality: [0, 0] } },
    ],
    note: "the objective is constant: a system of equations",
  },
  {
    number: 9,
    objective: "sin(pi x1/12)*cos(pi x2/16)",
    equalities: ["4x1 - 3x2"],
    start: [0, 0],
    solutions: [{ x: [-3, -4], value: -0.5, multipliers: { equality: [0.03272492347489368] } }],
    note: "and all (12k − 3, 16k − 4) with whole k",
  },
  {
    number: 26,
    objective: "(x1 - x2)^2 + (x2 - x3)^4",
    equalities: ["(1 + x2^2)*x1 + x3^4 - 3"],
    start: [-2.6, 2, 2],
    // x = (a, a, a) with a⁴ + a³ + a − 3 = (a − 1)(a³ + 2a² + 2a + 3) = 0
    solutions: [
      { x: [1, 1, 1], value: 0, multipliers: { equality: [0] } },
      {
        x: [-1.8105357137661369, -1.8105357137661369, -1.8105357137661369],
        value: 0,
        multipliers: { equality: [0] },
      },
    ],
    note: "the Hessian of the Lagrangian is singular on the tangent space",
  },
  {
    number: 27,
    objective: "0.01(x1 - 1)^2 + (x2 - x1^2)^2",
    equalities: ["x1 + x3^2 + 1"],
    start: [2, 2, 2],
    solutions: [{ x: [-1, 1, 0], value: 0.04, multipliers: { equality: [-0.04] } }],
  },
  {
    number: 28,
    objective: "(x1 + x2)^2 + (x2 + x3)^2",
    equalities: ["x1 + 2x2 + 3x3 - 1"],
    start: [-4, 1, 1],
    solutions: [{ x: [0.5, -0.5, 0.5], value: 0, multipliers: { equality: [0] } }],
  },
  {
    number: 39,
    objective: "-x1",
    equalities: ["x2 - x1^3 - x3^2", "x1^2 - x2 - x4^2"],
    start: [2, 2, 2, 2],
    solutions: [{ x: [1, 1, 0, 0], value: -1, multipliers: { equality: [1, 1] } }],
  },
  {
    number: 40,
    objective: "-x1 x2 x3 x4",
    equalities: ["x1^3 + x2^2 - 1", "x1^2 x4 - x3", "x4^2 - x2"],
    start: [0.8, 0.8, 0.8, 0.8],
    // x = (2^(−1/3), 2^(−1/2), ±2^(−11/12), ±2^(−1/4))
    solutions: [
      {
        x: [0.7937005259840998, 0.7071067811865476, 0.5297315471796477, 0.8408964152537145],
        value: -0.25,
        multipliers: { equality: [-0.5, 0.47193715634084676, -0.3535533905932738] },
      },
      {
        x: [0.7937005259840998, 0.7071067811865476, -0.5297315471796477, -0.8408964152537145],
        value: -0.25,
        multipliers: { equality: [-0.5, -0.47193715634084676, -0.3535533905932738] },
      },
    ],
  },
  {
    number: 42,
    objective: "(x1 - 1)^2 + (x2 - 2)^2 + (x3 - 3)^2 + (x4 - 4)^2",
    equalities: ["x1 - 2", "x3^2 + x4^2 - 2"],
    start: [1, 1, 1, 1],
    // x = (2, 2, 0.6√2, 0.8√2), f = 28 − 10√2
    solutions: [
      {
        x: [2, 2, 0.848528137423857, 1.131370849898476],
        value: 13.857864376269049,
        multipliers: { equality: [2, -2.5355339059327378] },
      },
    ],
  },
  {
    number: 61,
    objective: "4x1^2 + 2x2^2 + 2x3^2 - 33x1 + 16x2 - 24x3",
    equalities: ["3x1 - 2x2^2 - 7", "4x1 - x3^2 - 11"],
    start: [0, 0, 0],
    solutions: [
      {
        x: [5.326770135563928, -2.118998632218976, 3.2104642253505506],
        value: -143.64614219778025,
        multipliers: { equality: [0.8876840877482182, 1.737777205316692] },
      },
    ],
    note: "the gradients of the equalities are parallel at the start",
  },
];
