import { readCsv } from "@steepest/datasets";
import { fitSteps, type FitResult } from "@steepest/fit";
import { parse } from "@steepest/autodiff/formula";
import type { FitJob, FitOutcome, MapAxis, MapJob, Reply, Request, StudioParameter } from "./protocol.ts";

/** Does what the page asks for, telling each step as it is made. Wrong arguments come back as an `error` reply. */
export function work(request: Request, reply: (message: Reply) => void): void {
  try {
    if (request.kind === "csv") {
      reply({ kind: "table", table: readCsv(request.text, { name: request.name }) });
    } else if (request.kind === "map") {
      reply({ kind: "mapped", values: sumsOfSquares(request.job) });
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

function sumsOfSquares({ model, columns, response, parameters, across, up }: MapJob): Float64Array {
  const formula = parse(model);
  const observed = columns[response]!;
  const at = ({ low, high, count }: MapAxis, i: number): number => low + ((high - low) * i) / (count - 1);
  const values = new Float64Array(across.count * up.count);
  for (let i = 0; i < values.length; i++) {
    const place = {
      [across.name]: at(across, i % across.count),
      [up.name]: at(up, Math.floor(i / across.count)),
    };
    const { data } = formula.evaluate({ ...columns, ...parameters, ...place });
    const step = data.length === 1 ? 0 : 1;
    let sum = 0;
    for (let row = 0; row < observed.length; row++) sum += (observed[row]! - Number(data[row * step])) ** 2;
    values[i] = sum;
  }
  return values;
}
