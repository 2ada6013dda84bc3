import type { FitResult } from "@steepest/fit";
import type { Roles } from "./roles.ts";

/** Values that are not defined are null: JSON has no NaN. */
const orNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** The result of a fit as one object with full precision. */
export function fitJson(
  result: FitResult,
  context: {
    /** As the user wrote it. */
    model: string;
    data: string;
    roles: Roles;
    dropped: number;
    suggestedStart: Readonly<Record<string, number>> | undefined;
  },
): object {
  return {
    status: result.status,
    message: result.message,
    model: context.model,
    data: context.data,
    response: context.roles.response,
    predictors: Object.fromEntries(context.roles.predictors),
    parameters: Object.fromEntries(
      Object.entries(result.parameters).map(([name, parameter]) => [
        name,
        {
          value: orNull(parameter.value),
          standardError: orNull(parameter.standardError),
          interval: parameter.interval()?.map(orNull) ?? null,
          start: parameter.start,
          fixed: parameter.fixed,
          atBound: parameter.atBound,
          ...(parameter.reason !== undefined && { reason: parameter.reason }),
        },
      ]),
    ),
    residualSumOfSquares: orNull(result.residualSumOfSquares),
    degreesOfFreedom: result.degreesOfFreedom,
    residualStandardError: orNull(result.residualStandardError),
    rSquared: orNull(result.rSquared),
    adjustedRSquared: orNull(result.adjustedRSquared),
    level: result.level,
    rows: result.rows,
    rowsDropped: context.dropped,
    iterations: result.iterations,
    evaluations: result.evaluations,
    seconds: result.seconds,
    ...(context.suggestedStart && { suggestedStart: context.suggestedStart }),
  };
}
