import { FitError, show } from "./error.ts";
import { normalQuantile } from "./statistics/normal.ts";
import { studentTQuantile } from "./statistics/student-t.ts";

/** A confidence level, checked. */
export function readLevel(level: number, where: string): number {
  if (typeof level === "number" && level > 0 && level < 1) return level;
  throw new FitError({
    where,
    expected: "a confidence level between 0 and 1",
    advice: "95 % is 0.95",
    found: show(level),
  });
}

/**
 * How many standard errors a two-sided interval reaches to each side: Student's t with these degrees of freedom when
 * the scatter was estimated from the residuals, the normal distribution when it was known (∞).
 */
export function criticalValue(level: number, degreesOfFreedom: number): number {
  return degreesOfFreedom === Infinity
    ? -normalQuantile((1 - level) / 2)
    : -studentTQuantile((1 - level) / 2, degreesOfFreedom);
}
