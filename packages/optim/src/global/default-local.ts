import { lbfgsb } from "../methods/lbfgsb/lbfgsb.ts";
import type { MinimizeMethod } from "../methods/method.ts";

/** What searches locally within a box when nothing else is said. */
export function defaultLocal(): MinimizeMethod {
  return lbfgsb();
}
