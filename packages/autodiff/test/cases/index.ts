import type { OpCase } from "./case.ts";
import { controlCases } from "./control.ts";
import { convCases } from "./conv.ts";
import { decompositionCases } from "./decompositions.ts";
import { einsumCases } from "./einsum.ts";
import { elementaryCases } from "./elementary.ts";
import { indexingCases } from "./indexing.ts";
import { linalgCases } from "./linalg.ts";
import { randomCases } from "./random.ts";
import { rearrangeCases } from "./rearrange.ts";
import { reduceCases } from "./reduce.ts";
import { reductionCases } from "./reductions.ts";
import { shapeCases } from "./shape.ts";

export const opCases: readonly OpCase[] = [
  ...reduceCases,
  ...reductionCases,
  ...shapeCases,
  ...rearrangeCases,
  ...indexingCases,
  ...linalgCases,
  ...einsumCases,
  ...decompositionCases,
  ...convCases,
  ...randomCases,
  ...controlCases,
  ...elementaryCases,
];
