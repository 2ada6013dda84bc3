import { stopGradient } from "../../src/index.ts";
import type { OpCase } from "./case.ts";

export const controlCases: readonly OpCase[] = [
  {
    name: "stopGradient",
    f: (x) => stopGradient(x.square()).mul(3),
    inputs: [[1, 2]],
    value: [3, 12],
    smooth: false,
    edges: [{ inputs: [[]], value: [] }],
  },
];
