import type { OpCase } from "./case.ts";
import { controlCases } from "./control.ts";
import { elementaryCases } from "./elementary.ts";
import { linalgCases } from "./linalg.ts";
import { reduceCases } from "./reduce.ts";
import { shapeCases } from "./shape.ts";

export const opCases: readonly OpCase[] = [
  ...reduceCases,
  ...shapeCases,
  ...linalgCases,
  ...controlCases,
  ...elementaryCases,
];
