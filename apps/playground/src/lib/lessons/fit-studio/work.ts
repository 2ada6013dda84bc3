import { readCsv } from "@steepest/datasets";
import { fitSteps, type FitResult } from "@steepest/fit";
import type { FitJob, FitOutcome, Reply, Request, StudioParameter } from "./protocol.ts";

/** Does what the page asks for, telling each step as it is made. Wrong arguments come back as an `error` reply. */
export function work(request: Request, reply: (message: Reply) => void): void {
  try {
    if (request.kind === "csv") {
      reply({ kind: "table", table: readCsv(request.text, { name: request.name }) });
    } else {
      reply({ kind: "fitted", outcome: walk(request.job, reply) });
    }
  } catch (error) {
    reply({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
}

function walk(job: FitJob, reply: (message: Reply) => void): FitOutcome {
  const walker = fitSteps(job.model, job.columns, {
    response: job.response,
    parameters: job.parameters,
    level: job.level,
  });
  for (;;) {
    const next = walker.next();
    if (next.done === true) return describe(next.value, job);
    const { iteration, parameters, residualSumOfSquares, accepted, damping } = next.value;
    reply({ kind: "step", step: { iteration, parameters, residualSumOfSquares, accepted, damping } });
  }
}

function describe(result: FitResult, job: FitJob): FitOutcome {
  const { formula: _formula, predict, report, toJSON: _toJSON, parameters, ...figures } = result;
  return {
    ...figures,
    parameters: Object.entries(parameters).map(([name, { interval, ...parameter }]): StudioParameter => ({
      ...parameter,
      name,
      interval: interval(),
    })),
    bands: result.covariance === undefined ? undefined : predict(job.grid),
    report: report(),
    json: result.toJSON(),
  };
}
