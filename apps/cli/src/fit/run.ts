import { writeFile } from "node:fs/promises";
import { parse } from "@steepest/autodiff/formula";
import { datasets } from "@steepest/datasets";
import { fit, type FitResult } from "@steepest/fit";
import { UsageError, exitCode } from "../errors.ts";
import { formatNumber } from "../format/number.ts";
import { parseOptions } from "../options/parse.ts";
import { openSource } from "../source/open.ts";
import { renderPlot } from "../terminal/plot.ts";
import { createProgress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { indent } from "../terminal/text.ts";
import { fitJson } from "./json.ts";
import { labelsFor } from "./labels.ts";
import { fitOptionsSchema } from "./options.ts";
import { fitPoints } from "./points.ts";
import { reportLines } from "./report.ts";
import { assignRoles, constantNotes } from "./roles.ts";
import { completeRows } from "./rows.ts";
import { searchStarts } from "./search.ts";
import { settingsFrom, type ParameterSetting } from "./settings.ts";

const widestPlot = 100;

/** `steepest fit`. Returns the exit code. */
export async function runFit(
  sourceName: string,
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  if (flags["model"] === undefined) throw missingModel(sourceName);
  const options = parseOptions(fitOptionsSchema, flags);
  rejectEquation(options.model);
  const formula = parse(options.model);
  const { table, dataset } = await openSource(sourceName, { text: options.text });
  const roles = assignRoles(formula.symbols, table, options);
  const data = completeRows(table, roles);
  const { parameters, defaulted } = settingsFrom(roles.parameters, options);

  const columns = { ...data.predictors, [roles.response]: data.response };
  const progress = createProgress(terminal);
  const runOnce = (
    settings: Record<string, ParameterSetting>,
    maxIterations: number | undefined,
  ): { result: FitResult; stepsTaken: number } => {
    let stepsTaken = 0;
    const result = fit(options.model, columns, {
      response: roles.response,
      parameters: settings,
      level: options.level,
      ...(maxIterations !== undefined && { maxIterations }),
      onStep: ({ iteration, residualSumOfSquares, accepted }) => {
        if (iteration > 0 && accepted) stepsTaken++;
        progress.update(`step ${iteration}   sum of squares ${formatNumber(residualSumOfSquares, 6)}`);
      },
    });
    return { result, stepsTaken };
  };

  const { result, stepsTaken } = runOnce(parameters, options.maxIterations);
  const isConverged = result.status === "converged";
  let suggestedStart: Record<string, number> | undefined;
  const limit = options.maxIterations ?? Infinity;
  // A fit that was on its way when its limit came needs a higher limit, not other starts.
  const wasCutShort = result.status === "maxIterations" && limit < Infinity;
  if (!isConverged && !wasCutShort && defaulted.length > 0) {
    progress.update("looking for starts that converge");
    suggestedStart = searchStarts(defaulted, parameters, data, (trial, maxIterations) => {
      const { result: attempt } = runOnce(trial, Math.min(maxIterations, limit));
      return {
        converged: attempt.status === "converged",
        residualSumOfSquares: attempt.residualSumOfSquares,
      };
    });
  }
  progress.done();

  const labels = labelsFor(table, dataset?.meta.title ?? table.meta.name, roles);
  if (options.plot !== undefined) {
    const { renderSvg } = await import("../svg/render.ts");
    const points = fitPoints(result, data, labels, { samples: 1201, level: options.level });
    await writePlot(
      options.plot,
      renderSvg(points, result, `${roles.response} = ${options.model}`, labels.title),
    );
  }

  if (options.json) {
    const context = { model: options.model, data: sourceName, roles, dropped: data.dropped, suggestedStart };
    terminal.write(`${JSON.stringify(fitJson(result, context))}\n`);
    return isConverged ? exitCode.fine : exitCode.failed;
  }

  const notes = [
    ...roles.notes,
    ...constantNotes(options.model, table),
    ...dropNotes(data.dropped),
    ...startNotes(isConverged, defaulted, suggestedStart),
  ];
  const lines = reportLines(
    result,
    { labels, response: roles.response, model: options.model, stepsTaken, notes },
    terminal,
  );
  terminal.write(`\n${indent(lines)}\n`);
  const width = Math.min(terminal.width - 4, widestPlot);
  const points = fitPoints(result, data, labels, { samples: width * 16 + 1, level: options.level });
  const { colors, unicode } = terminal;
  terminal.write(
    indent(
      renderPlot({ ...points, rows: width < 60 ? 10 : width < 90 ? 14 : 18 }, { width, colors, unicode }),
    ),
  );
  if (options.plot !== undefined)
    terminal.write(`\n${indent([colors.dim(`Plot written to ${options.plot}`)])}`);
  terminal.write("\n");
  return isConverged ? exitCode.fine : exitCode.failed;
}

/** Somebody who tries a bundled set without a model gets one to start from. */
function missingModel(sourceName: string): UsageError {
  const example = datasets.find(({ name }) => name === sourceName)?.example;
  return new UsageError(
    "--model: expected a formula, such as a + b*x",
    example &&
      `For example --model "${example.model}" --y ${example.response}, with starts as in steepest data ${sourceName}.`,
  );
}

/** `y = a + b*x` says more than a model: what it describes has its own flag. */
function rejectEquation(model: string): void {
  const [, left, right] = /^\s*([\p{L}_][\p{L}0-9_₀-₉]*)\s*[=~](?!=)\s*(.+)$/su.exec(model) ?? [];
  if (left === undefined || right === undefined) return;
  throw new UsageError(
    `--model: expected only what stands right of the equals sign, found: ${JSON.stringify(model)}`,
    `Write --model ${JSON.stringify(right)} --y ${left}.`,
  );
}

async function writePlot(path: string, svg: string): Promise<void> {
  try {
    await writeFile(path, svg);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const reasons: Record<string, string> = {
      ENOENT: "there is no such folder",
      EACCES: "no permission to write there",
      EROFS: "no permission to write there",
      ENOSPC: "the disk is full",
      EISDIR: "it is a folder",
    };
    const reason = reasons[String(code)] ?? (error instanceof Error ? error.message : String(error));
    throw new UsageError(`the plot could not be written, ${reason}: ${path}`);
  }
}

function dropNotes(dropped: number): string[] {
  if (dropped === 0) return [];
  return [`${dropped} ${dropped === 1 ? "row was" : "rows were"} left out because a value is missing`];
}

function startNotes(
  isConverged: boolean,
  defaulted: readonly string[],
  suggestedStart: Readonly<Record<string, number>> | undefined,
): string[] {
  if (isConverged || defaulted.length === 0) return [];
  const names = defaulted.join(", ");
  if (suggestedStart === undefined)
    return [`${names} started at a default: give starts near the truth with --start`];
  const starts = Object.entries(suggestedStart).map(([name, value]) => `${name}=${value}`);
  return [`${names} started at a default; the fit converges from\n--start ${starts.join(",")}`];
}
