import {
  acceleratedGradient,
  bfgs,
  conjugateGradient,
  gradientDescent,
  heavyBall,
  lbfgs,
  lbfgsb,
  nelderMead,
  newton,
  newtonCg,
  powell,
  projectedNewton,
  trustRegion,
  type MinimizeMethod,
} from "@steepest/optim";

/** A minimiser under the name that tests and tables give it. */
export interface Minimizer {
  readonly name: string;
  readonly make: () => MinimizeMethod;
  /** Highest derivative it asks for. */
  readonly derivatives: 0 | 1 | 2;
  /** False for those that may climb: their momentum takes them over a wall. */
  readonly monotone?: boolean;
}

/** Every method of `minimize`, with the variants that take other ways. */
export const minimizers: readonly Minimizer[] = [
  { name: "gradient descent", make: () => gradientDescent(), derivatives: 1 },
  { name: "heavy ball", make: () => heavyBall({ learningRate: 1e-3 }), derivatives: 1, monotone: false },
  { name: "accelerated gradient", make: () => acceleratedGradient(), derivatives: 1, monotone: false },
  { name: "conjugate gradient, Hager–Zhang", make: () => conjugateGradient(), derivatives: 1 },
  {
    name: "conjugate gradient, Polak–Ribière+",
    make: () => conjugateGradient({ beta: "polakRibierePlus" }),
    derivatives: 1,
  },
  { name: "BFGS", make: () => bfgs(), derivatives: 1 },
  { name: "L-BFGS", make: () => lbfgs(), derivatives: 1 },
  { name: "L-BFGS-B", make: () => lbfgsb(), derivatives: 1 },
  { name: "Newton", make: () => newton(), derivatives: 2 },
  { name: "Newton–CG", make: () => newtonCg(), derivatives: 2 },
  { name: "projected Newton", make: () => projectedNewton(), derivatives: 2 },
  { name: "trust region, exact", make: () => trustRegion({ subproblem: "exact" }), derivatives: 2 },
  { name: "trust region, dogleg", make: () => trustRegion({ subproblem: "dogleg" }), derivatives: 2 },
  { name: "trust region, Steihaug", make: () => trustRegion({ subproblem: "steihaug" }), derivatives: 2 },
  { name: "Nelder–Mead", make: () => nelderMead(), derivatives: 0 },
  { name: "Powell", make: () => powell(), derivatives: 0 },
];
