import type { FitResult, FittedParameter } from "@steepest/fit";
import { count, formatMeasured, formatNumber, formatSeconds } from "../format/number.ts";
import { renderPairs, renderTable } from "../terminal/table.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { wrap } from "../terminal/text.ts";
import type { Labels } from "./labels.ts";

/** What the report says besides the result itself. */
export interface ReportContext {
  labels: Labels;
  response: string;
  /** The model as the user wrote it. */
  model: string;
  /** How many of the steps tried led lower. */
  stepsTaken: number;
  notes: readonly string[];
}

/** Numbers padded on the left so that their decimal points stand in one column. */
export function alignPoints(numbers: readonly string[]): string[] {
  const before = (number: string): number => (/^[^.e]*/.exec(number)?.[0] ?? "").length;
  const widest = Math.max(0, ...numbers.map(before));
  return numbers.map((number) => (number === "" ? "" : " ".repeat(widest - before(number)) + number));
}

const percent = (level: number): string => `${formatNumber(level * 100, 12)} %`;

function parameterLines(result: FitResult, { colors, width }: Terminal): string[] {
  const entries: [string, FittedParameter][] = Object.entries(result.parameters);
  const shown = entries.map(([name, parameter]) => {
    const { value, error, bound } = formatMeasured(parameter);
    const interval = parameter.interval();
    const remark = parameter.fixed
      ? "fixed"
      : parameter.atBound
        ? "at its bound"
        : error === ""
          ? "not determined"
          : "";
    return {
      name,
      value,
      error,
      interval: interval ? `[${interval.map(bound).join(", ")}]` : "",
      remark,
    };
  });
  const values = alignPoints(shown.map(({ value }) => value));
  const errors = alignPoints(shown.map(({ error }) => error));
  return renderTable(
    [
      { title: "parameter", style: colors.magenta },
      { title: "value" },
      { title: "± std. error" },
      { title: `${percent(result.level)} interval`, flexible: true, style: colors.dim },
    ],
    shown.map(({ name, error, interval, remark }, i) => [
      name,
      values[i] ?? "",
      error === "" ? remark : `± ${errors[i] ?? ""}`,
      interval,
    ]),
    { width: width - 4, titleStyle: colors.dim },
  );
}

/** How the fit ended, in one line and, when it did not converge, what to do. */
function statusLines(result: FitResult, taken: number, { colors, width, unicode }: Terminal): string[] {
  const tried = count(result.iterations, "step");
  const steps = taken === result.iterations ? tried : `${tried} tried, ${taken} taken`;
  const effort = `${steps}, ${formatSeconds(result.seconds)}`;
  if (result.status === "converged")
    return [`${colors.green(unicode ? "✓" : "*")} converged  ${colors.dim(effort)}`];
  const [first = "", ...rest] = wrap(result.message, width - 6);
  return [
    `${colors.red(unicode ? "✗" : "!")} ${colors.bold("not converged")}  ${colors.dim(effort)}`,
    `  ${first}`,
    ...rest.map((line) => `  ${line}`),
  ];
}

function goodnessLines(result: FitResult, labels: Labels, { colors, width }: Terminal): string[] {
  const unit = labels.responseUnit === "" ? "" : ` ${labels.responseUnit}`;
  const known = (value: number, text: string): string => (Number.isFinite(value) ? text : "not defined");
  return renderPairs(
    [
      ["R²", known(result.rSquared, formatNumber(result.rSquared, 6))],
      [
        "residual standard error",
        known(result.residualStandardError, `${formatNumber(result.residualStandardError, 4)}${unit}`),
      ],
      [
        "residual sum of squares",
        known(result.residualSumOfSquares, formatNumber(result.residualSumOfSquares, 6)),
      ],
      ["degrees of freedom", String(result.degreesOfFreedom)],
    ],
    { width: width - 4, labelStyle: colors.dim },
  );
}

/** The result of a fit as lines of text, without the plot. */
export function reportLines(result: FitResult, context: ReportContext, terminal: Terminal): string[] {
  const { colors, width } = terminal;
  const notes = [...context.notes, ...result.notes];
  return [
    `${colors.bold(context.labels.title)}  ${colors.dim(count(result.rows, "row"))}`,
    "",
    ...wrap(`${context.response} = ${context.model}`, width - 4),
    "",
    ...parameterLines(result, terminal),
    "",
    ...statusLines(result, context.stepsTaken, terminal),
    "",
    ...goodnessLines(result, context.labels, terminal),
    ...(notes.length > 0 ? ["", ...notes.flatMap((note) => noteLines(note, terminal))] : []),
  ];
}

/** A line break in a note keeps what follows on a line of its own, to be copied. */
function noteLines(note: string, { colors, width }: Terminal): string[] {
  return note
    .split("\n")
    .flatMap((part) => wrap(part, width - 10))
    .map((line, i) => `${i === 0 ? colors.yellow("note") : "    "}  ${line}`);
}
