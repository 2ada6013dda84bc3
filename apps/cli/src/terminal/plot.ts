import { scaleLinear } from "d3-scale";
import { tickLabels } from "../format/number.ts";
import { finiteExtent, verticalDomain } from "../plot/domain.ts";
import { createCanvas, type Canvas } from "./canvas.ts";
import type { Terminal } from "./terminal.ts";
import { displayWidth, padEnd, padStart, truncate } from "./text.ts";

export interface Points {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

export interface PlotOptions {
  data: Points;
  /** In order of x; finely sampled, so that each column of dots covers what the curve does there. */
  curve: Points;
  xLabel: string;
  yLabel: string;
  /** Rows of the plotting area. */
  rows: number;
}

const dataLayer = 0;
const curveLayer = 1;

type Scale = (value: number) => number;

function drawPoints(canvas: Canvas, { x, y }: Points, toX: Scale, toY: Scale): void {
  for (let i = 0; i < x.length; i++)
    canvas.set(Math.round(toX(x[i] ?? NaN)), Math.round(toY(y[i] ?? NaN)), dataLayer);
}

/** Joins the samples: each column of dots is filled between the least and the greatest height reached in it. */
function drawCurve(canvas: Canvas, { x, y }: Points, toX: Scale, toY: Scale): void {
  const low = new Float64Array(canvas.width).fill(Infinity);
  const high = new Float64Array(canvas.width).fill(-Infinity);
  let last = NaN;
  let lastColumn = NaN;
  for (let i = 0; i < x.length; i++) {
    const column = Math.round(toX(x[i] ?? NaN));
    const height = toY(y[i] ?? NaN);
    if (Number.isFinite(height) && column >= 0 && column < canvas.width) {
      // A step into the next column starts half way from the last height, so that steep curves have no gaps.
      const from = column === lastColumn + 1 && Number.isFinite(last) ? (last + height) / 2 : height;
      low[column] = Math.min(low[column] ?? height, height, from);
      high[column] = Math.max(high[column] ?? height, height, from);
      if (column === lastColumn + 1 && Number.isFinite(last)) {
        low[lastColumn] = Math.min(low[lastColumn] ?? from, from);
        high[lastColumn] = Math.max(high[lastColumn] ?? from, from);
      }
    }
    last = height;
    lastColumn = column;
  }
  for (let column = 0; column < canvas.width; column++) {
    const top = Math.max(0, Math.round(low[column] ?? Infinity));
    const bottom = Math.min(canvas.height - 1, Math.round(high[column] ?? -Infinity));
    for (let dot = top; dot <= bottom; dot++) canvas.set(column, dot, curveLayer);
  }
}

/** Lines with the data as points and the model as a curve, an axis on the left and one below. */
export function renderPlot(
  options: PlotOptions,
  terminal: Pick<Terminal, "width" | "unicode" | "colors">,
): string[] {
  const { data, curve, rows } = options;
  const { colors, unicode } = terminal;
  const glyphs = unicode
    ? { vertical: "│", tick: "┤", corner: "└", horizontal: "─", xTick: "┬" }
    : { vertical: "|", tick: "+", corner: "+", horizontal: "-", xTick: "+" };
  const faint = (text: string): string => colors.dim(text);

  const y = scaleLinear().domain(verticalDomain(data.y, curve.y));
  const x = scaleLinear().domain(finiteExtent(data.x));

  const yTicks = y.ticks(Math.max(2, Math.floor(rows / 3)));
  const yLabels = tickLabels(yTicks);
  const labelWidth = Math.max(...yLabels.map(displayWidth));
  const columns = Math.max(10, terminal.width - labelWidth - 2);
  const canvas = createCanvas(columns, rows, unicode);
  y.range([canvas.height - 1, 0]);
  x.range([0, canvas.width - 1]);
  drawPoints(canvas, data, x, y);
  drawCurve(canvas, curve, x, y);

  const tickRows = new Map(yTicks.map((tick, i) => [Math.round(y(tick)) >> 2, yLabels[i]]));
  const legend = unicode
    ? `${colors.blue("⠶")} ${faint("data")}  ${colors.yellow("⠤⠤")} ${faint("model")}`
    : `${colors.blue("o")} ${faint("data")}  ${colors.yellow("*")} ${faint("model")}`;
  const yLabel = truncate(options.yLabel, terminal.width - displayWidth(legend) - 2);
  const lines = [faint(padEnd(yLabel, terminal.width - displayWidth(legend))) + legend];
  for (let row = 0; row < rows; row++) {
    const label = tickRows.get(row);
    let line = faint(
      `${padStart(label ?? "", labelWidth)} ${label === undefined ? glyphs.vertical : glyphs.tick}`,
    );
    // Neighbouring cells of one colour are written together.
    let run = "";
    let runStyle: (text: string) => string = String;
    const flush = (): void => {
      if (run !== "") line += runStyle(run);
      run = "";
    };
    for (let column = 0; column < columns; column++) {
      const { layers, character } = canvas.cell(column, row);
      const style = layers === 0 ? String : (layers >> curveLayer) & 1 ? colors.yellow : colors.blue;
      if (style !== runStyle) {
        flush();
        runStyle = style;
      }
      run += character;
    }
    if (run.trim() !== "") flush();
    lines.push(line.trimEnd());
  }
  return [...lines, ...xAxis(x, labelWidth, columns, options.xLabel, glyphs).map(faint)];
}

function xAxis(
  x: ReturnType<typeof scaleLinear<number, number>>,
  labelWidth: number,
  columns: number,
  label: string,
  glyphs: { corner: string; horizontal: string; xTick: string },
): string[] {
  const ticks = x.ticks(Math.max(2, Math.floor(columns / 12)));
  const texts = tickLabels(ticks);
  const rule = Array.from({ length: columns }, () => glyphs.horizontal);
  const labels = Array.from({ length: columns + labelWidth + 2 }, () => " ");
  ticks.forEach((tick, index) => {
    const column = Math.round(x(tick)) >> 1;
    rule[column] = glyphs.xTick;
    const text = texts[index] ?? "";
    const start = Math.min(
      labels.length - text.length,
      labelWidth + 2 + column - Math.floor(text.length / 2),
    );
    Array.from(text).forEach((character, i) => (labels[start + i] = character));
  });
  // The name of the axis stands at its end, below the numbers where it would hide one.
  const name = truncate(label, labels.length);
  const room = labels.length - displayWidth(labels.join("").trimEnd());
  const lines =
    room > displayWidth(name) + 1
      ? [labels.join("").trimEnd() + padStart(name, room)]
      : [labels.join("").trimEnd(), padStart(name, labels.length)];
  return [" ".repeat(labelWidth + 1) + glyphs.corner + rule.join(""), ...lines];
}
