import { matmul, stack, tensor, type Tensor } from "@steepest/autodiff";
import { colvilleSeventhEqualities, colvilleSeventhObjective } from "./colville.ts";
import type { ProblemDefinition } from "./definition.ts";

/** Equalities and bounds, in seven to sixteen variables. */
export const largerBoundedEqualityProblems = (): readonly ProblemDefinition[] => [
  {
    number: 99,
    objective: (x) => rocket(x).horizontalVelocity.square().neg(),
    equalities: (x) => {
      const { height, verticalVelocity } = rocket(x);
      return stack([height.sub(1e5), verticalVelocity.sub(1e3)]);
    },
    start: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    lower: 0,
    upper: 1.58,
    solutions: [
      {
        x: [
          0.542467816212317, 0.5290214242019767, 0.5084491553164001, 0.4802688509618159, 0.45123634979664673,
          0.40918308242098533, 0.3527878917811228,
        ],
        value: -831079891.5101075,
        multipliers: { equality: [41.941703705294934, 19341.384706998473] },
      },
    ],
    note: "a rocket steered to the greatest horizontal velocity at a given height and vertical velocity",
  },
  powerFlow([
    {
      x: [
        0.6670127623153279, 1.0223847170508322, 0.22828714466751993, 0.18482175612975055, 1.0909, 1.0909,
        1.0690360031428223, 0.10661062240656405, -0.3387876190699065,
      ],
      value: 5055.011803543816,
      multipliers: {
        equality: [-4334.718075274573, -4090.5420645887307, -5208.334357384911, 0, 0, 0.05479631223558293],
        upper: { 5: 279.7675740162877, 6: 569.7512447101262 },
      },
    },
  ]),
  {
    number: 111,
    objective: (x) => freeEnergy(x.exp()),
    equalities: (x) => massBalances(x.exp()),
    start: Array.from({ length: 10 }, () => -2.3),
    lower: -100,
    upper: 100,
    solutions: [
      {
        x: [
          -3.2023115885512143, -1.912366597080981, -0.24442674775038384, -6.5611772716583765,
          -0.7230979632953046, -7.2742322801881425, -3.597237422327779, -4.020316730690851,
          -3.2883768813602536, -2.334371739220617,
        ],
        value: -47.761090859365865,
        multipliers: { equality: [-9.785055008529767, -12.968920691636928, -15.222060150669403] },
      },
    ],
    note: "chemical equilibrium, in the logarithms of the amounts of HS112",
  },
  {
    number: 112,
    objective: freeEnergy,
    equalities: massBalances,
    start: Array.from({ length: 10 }, () => 0.1),
    lower: 1e-6,
    solutions: [
      {
        x: [
          0.04066808735569017, 0.14773035434082232, 0.7831533540092335, 0.0014142198090301217,
          0.48524664869927275, 0.0006931720784210657, 0.027399310714003262, 0.017947279584925417,
          0.03731436591303036, 0.09687132386577708,
        ],
        value: -47.761090859365865,
        multipliers: { equality: [-9.785055008529767, -12.968920691636928, -15.222060150669403] },
      },
    ],
    note: "chemical equilibrium",
  },
  {
    number: 119,
    objective: colvilleSeventhObjective,
    equalities: colvilleSeventhEqualities,
    start: Array.from({ length: 16 }, () => 10),
    lower: 0,
    upper: 5,
    solutions: [
      {
        x: [
          0.039847351411122486, 0.7919831556883808, 0.202870330251036, 0.844357916365675, 1.2699064528665027,
          0.934738707824643, 1.681961969246919, 0.1553008773895687, 1.567870333551801, 0, 0, 0,
          0.6602040660869546, 0, 0.6742559268682825, 0,
        ],
        value: 244.89969751680087,
        multipliers: {
          equality: [
            64.12314919065946, -19.48084709260321, -41.10895171688092, 4.200642468824604, 27.15597997927186,
            -14.767167450220096, 25.37084807611025, -84.03879143841544,
          ],
          lower: {
            10: 31.206082360138943,
            11: 53.27328143438057,
            12: 7.708014099457518,
            14: 22.107267626332,
            16: 95.98888316952316,
          },
        },
      },
    ],
    note: "Colville's seventh problem",
  },
];

/** HS99: thrusts of accelerations a under angles x in turn, against a gravity of 32. */
function rocket(x: Tensor): { horizontalVelocity: Tensor; verticalVelocity: Tensor; height: Tensor } {
  const durations = tensor([25, 25, 50, 50, 50, 90, 90]);
  const accelerations = tensor([50, 50, 75, 75, 75, 100, 100]);
  const horizontal = x.cos().mul(accelerations).mul(durations);
  const vertical = x.sin().mul(accelerations).sub(32).mul(durations);
  // Velocity gained in a part of the flight lifts for half of that part and for all that follow.
  const lasting = tensor([367.5, 342.5, 305, 255, 205, 135, 45]);
  return {
    horizontalVelocity: horizontal.sum(),
    verticalVelocity: vertical.sum(),
    height: vertical.mul(lasting).sum(),
  };
}

/** HS107: the cheapest operation of a power network of three nodes. */
function powerFlow(solutions: ProblemDefinition["solutions"]): ProblemDefinition {
  const c = "(48.4/50.176)*sin(0.25)";
  const d = "(48.4/50.176)*cos(0.25)";
  return {
    number: 107,
    objective: "3000x1 + 1000x1^3 + 2000x2 + 666.667x2^3",
    equalities: [
      `0.4 - x1 + 2*${c}*x5^2 - x5 x6*(${d}*sin(x8) + ${c}*cos(x8)) - x5 x7*(${d}*sin(x9) + ${c}*cos(x9))`,
      `0.4 - x2 + 2*${c}*x6^2 + x5 x6*(${d}*sin(x8) - ${c}*cos(x8)) + x6 x7*(${d}*sin(x8 - x9) - ${c}*cos(x8 - x9))`,
      `0.8 + 2*${c}*x7^2 + x5 x7*(${d}*sin(x9) - ${c}*cos(x9)) - x6 x7*(${d}*sin(x8 - x9) + ${c}*cos(x8 - x9))`,
      `0.2 - x3 + 2*${d}*x5^2 + x5 x6*(${c}*sin(x8) - ${d}*cos(x8)) + x5 x7*(${c}*sin(x9) - ${d}*cos(x9))`,
      `0.2 - x4 + 2*${d}*x6^2 - x5 x6*(${c}*sin(x8) + ${d}*cos(x8)) - x6 x7*(${c}*sin(x8 - x9) + ${d}*cos(x8 - x9))`,
      `-0.337 + 2*${d}*x7^2 - x5 x7*(${c}*sin(x9) + ${d}*cos(x9)) + x6 x7*(${c}*sin(x8 - x9) - ${d}*cos(x8 - x9))`,
    ],
    start: [0.8, 0.8, 0.2, 0.2, 1.0454, 1.0454, 1.0454, 0, 0],
    lower: [0, 0, -Infinity, -Infinity, 0.90909, 0.90909, 0.90909, -Infinity, -Infinity],
    upper: [Infinity, Infinity, Infinity, Infinity, 1.0909, 1.0909, 1.0909, Infinity, Infinity],
    solutions,
    note: "multiples of 2π may be added to the angles x₈ and x₉",
  };
}

/** Σ aᵢ (cᵢ + ln(aᵢ / Σ a)) for amounts a, [10]. */
function freeEnergy(amounts: Tensor): Tensor {
  const c = [-6.089, -17.164, -34.054, -5.914, -24.721, -14.986, -24.1, -10.708, -26.662, -22.179];
  return amounts.div(amounts.sum()).log().add(tensor(c)).mul(amounts).sum();
}

/** Two parts of hydrogen, one of nitrogen and one of oxygen in ten compounds. */
function massBalances(amounts: Tensor): Tensor {
  const parts = tensor([
    [1, 2, 2, 0, 0, 1, 0, 0, 0, 1],
    [0, 0, 0, 1, 2, 1, 1, 0, 0, 0],
    [0, 0, 1, 0, 0, 0, 1, 1, 2, 1],
  ]);
  return matmul(parts, amounts).sub([2, 1, 1]);
}
