import type { ProblemDefinition } from "./definition.ts";

/** HS68 and HS69 (E. von Collani): plans for the inspection of samples. */
export const inspectionPlans = (): readonly ProblemDefinition[] => [
  inspectionPlan(68, 0.0001, 1, 24, [
    {
      x: [0.06785857708551259, 3.646210855688179, 0.0002661356252154152, 0.8948550393735528],
      value: -0.9204250036397502,
      multipliers: { equality: [13.664368987326307, -0.07770984219279962] },
    },
  ]),
  inspectionPlan(69, 0.1, 1000, 4, [
    {
      x: [0.029371417421705643, 1.1902534504069087, 0.2339467906674198, 0.7916678112438046],
      value: -956.7128866500283,
      multipliers: { equality: [32.811329203038, -44.47350466518419] },
    },
  ]),
];

/** The plan of least cost, with the normal distribution in the equalities. */
function inspectionPlan(
  number: number,
  a: number,
  b: number,
  samples: number,
  solutions: ProblemDefinition["solutions"],
): ProblemDefinition {
  const shift = Math.sqrt(samples);
  return {
    number,
    objective: `(${a}*${samples} - x4*(${b}(exp(x1) - 1) - x3)/(exp(x1) - 1 + x4))/x1`,
    equalities: ["x3 - 2normalCdf(-x2)", `x4 - normalCdf(-x2 + ${shift}) - normalCdf(-x2 - ${shift})`],
    start: [1, 1, 1, 1],
    lower: [0.0001, 0, 0, 0],
    upper: [100, 100, 2, 2],
    solutions,
  };
}
