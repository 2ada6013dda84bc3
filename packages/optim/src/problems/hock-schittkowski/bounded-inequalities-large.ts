import { concatenate, tensor, type Tensor } from "@steepest/autodiff";
import { colvilleDualInequalities, colvilleDualObjective } from "./colville.ts";
import type { ProblemDefinition } from "./definition.ts";

/** Inequalities and bounds in thirteen and fifteen variables. */
export const largeProblems = (): readonly ProblemDefinition[] => [
  {
    number: 116,
    objective: "x11 + x12 + x13",
    inequalities: [
      "x3 - x2",
      "x2 - x1",
      "1 - 0.002x7 + 0.002x8",
      "x11 + x12 + x13 - 50",
      "250 - x11 - x12 - x13",
      "x13 - 1.262626x10 + 1.231059x3 x10",
      "x5 - 0.03475x2 - 0.975x2 x5 + 0.00975x2^2",
      "x6 - 0.03475x3 - 0.975x3 x6 + 0.00975x3^2",
      "x5 x7 - x1 x8 - x4 x7 + x4 x8",
      "1 - 0.002(x2 x9 + x5 x8 - x1 x8 - x6 x9) - x5 - x6",
      "x2 x9 - x3 x10 - x6 x9 - 500x2 + 500x6 + x2 x10",
      "x2 - 0.9 - 0.002(x2 x10 - x3 x10)",
      "x4 - 0.03475x1 - 0.975x1 x4 + 0.00975x1^2",
      "x11 - 1.262626x8 + 1.231059x1 x8",
      "x12 - 1.262626x9 + 1.231059x2 x9",
    ],
    start: [0.5, 0.8, 0.9, 0.1, 0.14, 0.5, 489, 80, 650, 450, 150, 150, 150],
    lower: [0.1, 0.1, 0.1, 0.0001, 0.1, 0.1, 0.1, 0.1, 500, 0.1, 1, 0.0001, 0.0001],
    upper: [1, 1, 1, 0.1, 0.9, 0.9, 1000, 1000, 1000, 500, 150, 150, 150],
    solutions: [
      {
        x: [
          0.8037731573766544, 0.8999858006730378, 0.9709824354837961, 0.1, 0.1908131762155071,
          0.4606547828521475, 574.0775735827624, 74.07757358276241, 500.0161601689685, 0.1,
          20.233090697367576, 77.34768992730733, 0.006728933395575335,
        ],
        value: 97.58750955807048,
      },
    ],
    note:
      "a membrane separation; the tenth inequality follows from the other active ones, so multipliers are not unique: " +
      "its own may be anything from 222.799 to 453.271",
  },
  {
    number: 117,
    objective: colvilleDualObjective,
    inequalities: colvilleDualInequalities,
    start: [
      0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 60, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
    ],
    lower: 0,
    solutions: [
      {
        x: [
          0, 0, 5.174040727698173, 0, 3.06110868775845, 11.839545664800731, 0, 0, 0.10389619077061578, 0, 0.3,
          0.3334676065346071, 0.4, 0.4283101047816988, 0.22396487356079814,
        ],
        value: 32.348678965722705,
        multipliers: {
          inequality: [0.3, 0.3334676065346071, 0.4, 0.4283101047816988, 0.22396487356079814],
          lower: {
            1: 36.29524531785091,
            2: 1.9523185759650616,
            4: 1.3958594942431926,
            7: 38.314257415122896,
            8: 56.75247970380659,
            10: 0.685742584877104,
          },
        },
      },
    ],
    note: "Colville's second problem, the dual of HS86: its value is that of HS86 with the other sign",
  },
  {
    number: 118,
    objective: productionCosts,
    inequalities: productionLimits,
    start: [20, 55, 15, 20, 60, 20, 20, 60, 20, 20, 60, 20, 20, 60, 20],
    lower: [8, 43, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    upper: [21, 57, 16, 90, 120, 60, 90, 120, 60, 90, 120, 60, 90, 120, 60],
    solutions: [
      {
        x: [8, 49, 3, 1, 56, 0, 1, 63, 6, 3, 70, 12, 5, 77, 18],
        value: 664.82045,
        multipliers: {
          inequality: [
            2.3002, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0486, 1.7598, 1.1722, 0.5856, 0, 0.291,
            0.1926, 0.0956, 1.6612, 0, 2.3002, 2.3006, 2.301,
          ],
          lower: { 1: 2.9406, 3: 0.5397, 6: 1.909 },
        },
      },
    ],
    note: "a quadratic program: three quantities in five periods, their changes limited, their sums demanded",
  },
];

/** Three quantities in five periods, [5, 3]. */
const quantities = (x: Tensor): Tensor => x.reshape([5, 3]);

/** HS118: costs 2.3 x + 0.0001 x², 1.7 x + 0.0001 x², 2.2 x + 0.00015 x² in every period. */
function productionCosts(x: Tensor): Tensor {
  const amounts = quantities(x);
  return amounts
    .mul([2.3, 1.7, 2.2])
    .add(amounts.square().mul([1e-4, 1e-4, 1.5e-4]))
    .sum();
}

/** Changes from −7 to 6, −7 to 7 and −7 to 6, then sums of at least 60, 50, 70, 85 and 100. */
function productionLimits(x: Tensor): Tensor {
  const amounts = quantities(x);
  const changes = amounts
    .slice([1, 5])
    .sub(amounts.slice([0, 4]))
    .transpose();
  const falls = changes.add(7);
  const rises = changes.neg().add(tensor([[6], [7], [6]]));
  const sums = amounts.sum({ axis: 1 }).sub([60, 50, 70, 85, 100]);
  return concatenate([falls.reshape([12]), rises.reshape([12]), sums]);
}
