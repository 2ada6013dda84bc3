import { full } from "../../src/index.ts";
import type { Step } from "./context.ts";

/** Conversions between the two floating-point formats round, and what was rounded differently differs by that much. */
export const conversions: Readonly<Record<string, Step>> = {
  narrow: (x) => x.cast("f32"),
  widen: (x) => x.cast("f64"),
  /** The result has the wider format. */
  timesWideOne: (x) => x.mul(full([], 1, "f64")),
  minusWideZero: (x) => x.sub(full([], 0, "f64")),
};
