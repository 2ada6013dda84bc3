import { alignColumns, formatMeasurement, formatNumber } from "./format.ts";
import { readLevel } from "./level.ts";
import type { FitResult } from "./result.ts";

/** What a report may be told. */
export interface ReportOptions {
  /** Confidence level of the intervals; by default the fit's. */
  readonly level?: number | undefined;
  /** Correlations at least this strong are listed; 0.9 by default. */
  readonly correlationThreshold?: number | undefined;
}

/** The result of a fit as aligned text: model, data, parameters, goodness of fit, strong correlations and notes. */
export function report(result: FitResult, options: ReportOptions): string {
  const level = readLevel(options.level ?? result.level, "report.level");
  const threshold = options.correlationThreshold ?? 0.9;
  const sections = [
    section("Fit", heading(result)),
    section("Parameters", parameterTable(result, level)),
    section("Goodness of fit", goodnessTable(result)),
    section(`Correlations of ${formatNumber(threshold)} or stronger`, correlations(result, threshold)),
    section(
      "Notes",
      result.notes.map((note) => `- ${note}`),
    ),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function heading(result: FitResult): string[] {
  const weighting = {
    none: "unweighted",
    relative: "relative weights",
    absolute: "weighted by known standard deviations",
  }[result.weighting];
  const over = result.predictors.length === 0 ? "" : ` over ${result.predictors.join(", ")}`;
  const status = result.status === "converged" ? "" : `${result.status}: `;
  return alignColumns(
    [
      ["model", `${result.response} = ${result.model}`],
      ["data", `${result.rows} observations of ${result.response}${over}, ${weighting}`],
      ["status", `${status}${result.message}`],
      [
        "work",
        `${count(result.iterations, "step")} tried, model and derivatives evaluated ${count(result.evaluations, "time")}`,
      ],
    ],
    [],
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function parameterTable(result: FitResult, level: number): string[] {
  const rows = Object.entries(result.parameters).map(([name, parameter]): string[] => {
    const { standardError, resolution = 0, reason = "" } = parameter;
    const beyondRounding = (x: number): number => (Math.abs(x) <= resolution ? 0 : x);
    const value = beyondRounding(parameter.value);
    const ends = parameter.interval(level)?.map(beyondRounding);
    if (standardError === undefined || ends === undefined) {
      // The whole reason stands among the notes.
      return [name, formatNumber(value), "", "", "", reason.split(/[:,] /)[0] ?? ""];
    }
    const error = beyondRounding(standardError);
    const written = formatMeasurement(value, error, ends);
    const relative = value === 0 ? "" : `${formatNumber(Math.abs(error / value) * 100, 2)} %`;
    return [name, written.value, "±", written.error, relative, `[${written.limits.join(", ")}]`];
  });
  if (rows.length === 0) return [];
  const header = ["", "value", "", "std. error", "relative", `${formatNumber(level * 100)} % interval`];
  return alignColumns([header, ...rows], [1, 3, 4]);
}

function goodnessTable(result: FitResult): string[] {
  const known = result.weighting === "absolute";
  const rows = [
    [known ? "χ²" : "residual sum of squares", formatNumber(result.residualSumOfSquares)],
    ["degrees of freedom", String(result.degreesOfFreedom)],
    ...(result.reducedChiSquare === undefined
      ? [["residual standard error", formatNumber(result.residualStandardError)]]
      : [
          ["reduced χ²", formatNumber(result.reducedChiSquare)],
          ["probability of a larger χ²", formatNumber(result.chiSquareProbability ?? NaN, 3)],
        ]),
    ["R²", formatNumber(result.rSquared)],
    ["adjusted R²", formatNumber(result.adjustedRSquared)],
    ["AIC", formatNumber(result.aic)],
    ["AICc", formatNumber(result.aicc)],
    ["BIC", formatNumber(result.bic)],
  ];
  return alignColumns(rows, []);
}

function correlations({ correlation, freeParameters }: FitResult, threshold: number): string[] {
  const strong: { pair: string; value: number }[] = [];
  correlation?.forEach((row, i) => {
    row.slice(0, i).forEach((value, j) => {
      if (Math.abs(value) >= threshold)
        strong.push({ pair: `${freeParameters[j]!}, ${freeParameters[i]!}`, value });
    });
  });
  strong.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return alignColumns(
    strong.map(({ pair, value }) => [pair, value.toFixed(4)]),
    [1],
  );
}
