import { differentialEvolution } from "./differential-evolution.ts";
import type { GlobalMethod } from "./method.ts";
export const simulatedAnnealing = (): GlobalMethod => differentialEvolution();
