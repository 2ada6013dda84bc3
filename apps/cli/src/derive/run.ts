import { derive, parse, type Derivative, type Formula } from "@steepest/autodiff/formula";
import { suggest } from "@steepest/datasets";
import { UsageError } from "../errors.ts";
import { formatNumber } from "../format/number.ts";
import { parseOptions } from "../options/parse.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { indent, padEnd } from "../terminal/text.ts";
import { deriveOptionsSchema } from "./options.ts";

type Point = Readonly<Record<string, number>>;

/** `steepest derive`. */
export function runDerive(text: string, flags: Record<string, unknown>, terminal: Terminal): void {
  const options = parseOptions(deriveOptionsSchema, flags);
  const formula = parse(text);
  const names = options.wrt ?? formula.symbols;
  requireKnown("--wrt", names, formula);
  if (names.length === 0)
    throw new UsageError("nothing to differentiate by: the formula has no symbol", 'Write one, as in "x^2".');
  const derivatives = Object.values(derive(formula, { withRespectTo: names, order: options.order }));
  const point = options.at && pointFrom(options.at, formula);

  if (options.json)
    terminal.write(`${JSON.stringify(toJson(formula, derivatives, names, options.order, point))}\n`);
  else if (options.latex) terminal.write(latexLines(formula, derivatives, point).join("\n") + "\n");
  else terminal.write(`\n${indent(textLines(formula, derivatives, point, terminal))}\n`);
}

function requireKnown(flag: string, names: Iterable<string>, formula: Formula): void {
  for (const name of names) {
    if (formula.symbols.includes(name)) continue;
    const near = suggest(name, formula.symbols);
    throw new UsageError(
      `${flag}: the formula has no symbol ${name}${near === undefined ? "" : `, did you mean ${near}?`}`,
      `Its symbols are ${formula.symbols.join(", ") || "none"}.`,
    );
  }
}

function pointFrom(at: ReadonlyMap<string, number>, formula: Formula): Point {
  requireKnown("--at", at.keys(), formula);
  const missing = formula.symbols.filter((name) => !at.has(name));
  if (missing.length > 0)
    throw new UsageError(
      `--at: no value for ${missing.join(", ")}`,
      "Give every symbol of the formula a value, as in --at x=1,y=2.",
    );
  return Object.fromEntries(formula.symbols.map((name) => [name, at.get(name) ?? NaN]));
}

const valueAt = (of: Formula | Derivative, point: Point): number => of.evaluate(point).item();

const shown = (value: number): string => (Number.isNaN(value) ? "not defined" : formatNumber(value, 10));

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function toJson(
  formula: Formula,
  derivatives: readonly Derivative[],
  names: readonly string[],
  order: number,
  point: Point | undefined,
): object {
  return {
    formula: formula.toString(),
    symbols: formula.symbols,
    withRespectTo: names,
    order,
    ...(point && { at: point, value: orNull(valueAt(formula, point)) }),
    derivatives: derivatives.map((derivative) => ({
      withRespectTo: derivative.withRespectTo,
      notation: derivative.notation,
      text: derivative.text,
      latex: derivative.latex(),
      ...(point && { value: orNull(valueAt(derivative, point)) }),
    })),
  };
}

/** One equation per line; with a point, one more for each with the value there. */
function latexLines(
  formula: Formula,
  derivatives: readonly Derivative[],
  point: Point | undefined,
): string[] {
  const symbols = formula.symbols.map((name) => parse(name).latex());
  const values = point && formula.symbols.map((name) => shown(point[name] ?? NaN));
  const latexNumber = (value: number): string => shown(value).replace(/e(.+)$/, " \\cdot 10^{$1}");
  const lines = [
    `f(${symbols.join(", ")}) = ${formula.latex()}`,
    ...derivatives.map((derivative) => `${derivative.notationLatex()} = ${derivative.latex()}`),
  ];
  if (!point || !values) return lines;
  const place = `(${values.join(", ")})`;
  return [
    ...lines,
    `f${place} = ${latexNumber(valueAt(formula, point))}`,
    ...derivatives.map(
      (derivative) => `${derivative.notationLatex()}${place} = ${latexNumber(valueAt(derivative, point))}`,
    ),
  ];
}

function textLines(
  formula: Formula,
  derivatives: readonly Derivative[],
  point: Point | undefined,
  { colors }: Terminal,
): string[] {
  const width = Math.max(...derivatives.map(({ notation }) => Array.from(notation).length));
  const label = (text: string): string => colors.green(padEnd(text, width));
  const lines = [
    `f(${formula.symbols.join(", ")}) = ${formula.toString()}`,
    "",
    ...derivatives.map(({ notation, text }) => `${label(notation)} = ${text}`),
  ];
  if (!point) return lines;
  const place = Object.entries(point).map(([name, value]) => `${name} = ${shown(value)}`);
  return [
    ...lines,
    "",
    colors.dim(`at ${place.join(", ")}`),
    "",
    `${padEnd("f", width)} = ${shown(valueAt(formula, point))}`,
    ...derivatives.map(
      (derivative) => `${label(derivative.notation)} = ${shown(valueAt(derivative, point))}`,
    ),
  ];
}
