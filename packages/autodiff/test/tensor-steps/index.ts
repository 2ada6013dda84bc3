import type { Step } from "./context.ts";
import { control, whileSteps } from "./control.ts";
import { conversions } from "./conversions.ts";
import { discrete } from "./discrete.ts";
import { arithmetic, unary } from "./elementwise.ts";
import { identities } from "./identities.ts";
import { indexing } from "./indexing.ts";
import { products } from "./products.ts";
import { rearrangements } from "./rearrangements.ts";
import { reductions } from "./reductions.ts";
import { systems } from "./systems.ts";
import { windows } from "./windows.ts";

/** A group of steps, and how often programs draw from it. */
export interface StepGroup {
  readonly weight: number;
  readonly steps: Readonly<Record<string, Step>>;
}

/** Every step by its name, in groups. */
export const stepGroups: Readonly<Record<string, StepGroup>> = {
  unary: { weight: 6, steps: unary },
  arithmetic: { weight: 8, steps: arithmetic },
  identities: { weight: 3, steps: identities },
  reductions: { weight: 5, steps: reductions },
  rearrangements: { weight: 5, steps: rearrangements },
  indexing: { weight: 3, steps: indexing },
  windows: { weight: 2, steps: windows },
  systems: { weight: 2, steps: systems },
  products: { weight: 2, steps: products },
  control: { weight: 2, steps: control },
  discrete: { weight: 4, steps: discrete },
  conversions: { weight: 2, steps: conversions },
  whileSteps: { weight: 1, steps: whileSteps },
};
