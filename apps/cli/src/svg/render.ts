import type { FitResult } from "@steepest/fit";
import { max } from "d3-array";
import { scaleLinear, type ScaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { FitPoints } from "../fit/points.ts";
import { formatMeasured, formatNumber, tickLabels } from "../format/number.ts";
import { finiteExtent, verticalDomain } from "../plot/domain.ts";
import { element, escapeXml, text } from "./elements.ts";

const width = 800;
const left = 76;
const right = 24;
const top = 76;
const mainHeight = 330;
const gap = 26;
const residualHeight = 86;
const bottom = 54;
const height = top + mainHeight + gap + residualHeight + bottom;

const colors = {
  ground: "#fbfaf5",
  text: "#1a2133",
  muted: "#5b6479",
  grid: "#ece8da",
  data: "#0068a8",
  curve: "#a85700",
  residual: "#c2341c",
};

const sans = "Inter, 'Helvetica Neue', Arial, sans-serif";
const mono = "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

type Scale = ScaleLinear<number, number>;

/** A domain a little wider than its values, so that no point lies on the frame. */
function padded([low, high]: [number, number], share: number): [number, number] {
  const padding = (high - low) * share;
  return [low - padding, high + padding];
}

const pixel = (value: number): number => Math.round(value * 10) / 10;

function gridAndLabels(
  x: Scale,
  y: Scale,
  frame: { top: number; bottom: number; yTicks: number; xLabels: boolean },
): string {
  const yTicks = y.ticks(frame.yTicks);
  const yLabels = tickLabels(yTicks);
  const xTicks = x.ticks(8);
  const xLabels = tickLabels(xTicks);
  const label = { "font-size": 12, fill: colors.muted };
  return [
    ...yTicks.map((tick) =>
      element("line", {
        x1: left,
        x2: width - right,
        y1: pixel(y(tick)),
        y2: pixel(y(tick)),
        stroke: colors.grid,
      }),
    ),
    ...xTicks.map((tick) =>
      element("line", {
        x1: pixel(x(tick)),
        x2: pixel(x(tick)),
        y1: frame.top,
        y2: frame.bottom,
        stroke: colors.grid,
      }),
    ),
    ...yTicks.map((tick, i) =>
      text(yLabels[i] ?? "", {
        ...label,
        x: left - 10,
        y: pixel(y(tick)),
        "text-anchor": "end",
        dy: "0.35em",
      }),
    ),
    ...(frame.xLabels
      ? xTicks.map((tick, i) =>
          text(xLabels[i] ?? "", {
            ...label,
            x: pixel(x(tick)),
            y: frame.bottom + 20,
            "text-anchor": "middle",
          }),
        )
      : []),
  ].join("");
}

/** From this many points on, dots are one path, and those on the same pixel are drawn once. */
const mostCircles = 2000;

function dots(xs: ArrayLike<number>, ys: ArrayLike<number>, x: Scale, y: Scale, color: string): string {
  const places = Array.from(
    { length: xs.length },
    (_, i) => [x(xs[i] ?? NaN), y(ys[i] ?? NaN)] as const,
  ).filter(([cx, cy]) => Number.isFinite(cx) && Number.isFinite(cy));
  if (places.length > mostCircles) {
    const steps = new Set(places.map(([cx, cy]) => `M${Math.round(cx)} ${Math.round(cy)}h0`));
    const stroke = { stroke: color, "stroke-opacity": 0.5, "stroke-width": 2, "stroke-linecap": "round" };
    return element("path", { d: [...steps].join(""), ...stroke });
  }
  const radius = places.length > 300 ? 1.7 : places.length > 60 ? 2.4 : 3.4;
  const circles = places.map(([cx, cy]) => element("circle", { cx: pixel(cx), cy: pixel(cy), r: radius }));
  return element("g", { fill: color, "fill-opacity": places.length > 300 ? 0.5 : 0.7 }, circles.join(""));
}

/** The parameters in one line, such as `a = 314.56 ± 0.09`. */
function parameterText(result: FitResult): string {
  return Object.entries(result.parameters)
    .map(([name, parameter]) => {
      const shown = formatMeasured(parameter);
      return `${name} = ${shown.value}${shown.error === "" ? "" : ` ± ${shown.error}`}`;
    })
    .join("    ");
}

const shortened = (line: string, most: number): string =>
  line.length > most ? `${line.slice(0, most - 1)}…` : line;

/**
 * A fit as a picture: data, model with its confidence band, and the residuals below on the same axis.
 *
 * @param equation as the subtitle says it: `co2 = a + b*t`
 * @returns an SVG document
 */
export function renderSvg(points: FitPoints, result: FitResult, equation: string, title: string): string {
  const { data, curve, band } = points;
  const indices = Array.from({ length: curve.x.length }, (_, i) => i);
  const mainBottom = top + mainHeight;
  const residualTop = mainBottom + gap;
  const residualBottom = residualTop + residualHeight;

  const x = scaleLinear(padded(finiteExtent(data.x), 0.02), [left, width - right]);
  const y = scaleLinear(padded(verticalDomain(data.y, curve.y), 0.05), [mainBottom, top]).nice();
  const largest = max(result.residuals, Math.abs) ?? 0;
  const bound = Number.isFinite(largest) && largest > 0 ? largest * 1.12 : 1;
  const residual = scaleLinear([-bound, bound], [residualBottom, residualTop]);

  const at = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;
  const curvePath = line<number>()
    .defined((i) => Number.isFinite(at(curve.y, i)))
    .x((i) => pixel(x(at(curve.x, i))))
    .y((i) => pixel(y(at(curve.y, i))))(indices);
  const bandPath =
    band &&
    area<number>()
      .defined((i) => Number.isFinite(at(band.lower, i)) && Number.isFinite(at(band.upper, i)))
      .x((i) => pixel(x(at(curve.x, i))))
      .y0((i) => pixel(y(at(band.lower, i))))
      .y1((i) => pixel(y(at(band.upper, i))))(indices);

  const axisTitle = { "font-size": 13, fill: colors.text, "text-anchor": "middle" };
  const turned = (label: string, middle: number): string =>
    text(label, { ...axisTitle, transform: `translate(18 ${middle}) rotate(-90)` });

  const body = [
    element("title", {}, `${escapeXml(title)}: ${escapeXml(equation)}`),
    element("rect", { width, height, fill: colors.ground }),
    text(shortened(title, 48), { x: left, y: 30, "font-size": 18, "font-weight": 600, fill: colors.text }),
    text(shortened(equation, 96), {
      x: left,
      y: 50,
      "font-size": 12,
      "font-family": mono,
      fill: colors.muted,
    }),
    element(
      "clipPath",
      { id: "main" },
      element("rect", { x: left, y: top, width: width - left - right, height: mainHeight }),
    ),
    gridAndLabels(x, y, { top, bottom: mainBottom, yTicks: 6, xLabels: false }),
    element(
      "g",
      { "clip-path": "url(#main)" },
      (bandPath ? element("path", { d: bandPath, fill: colors.curve, "fill-opacity": 0.2 }) : "") +
        dots(data.x, data.y, x, y, colors.data) +
        (curvePath
          ? element("path", {
              d: curvePath,
              fill: "none",
              stroke: colors.curve,
              "stroke-width": 1.6,
              "stroke-linejoin": "round",
            })
          : ""),
    ),
    turned(points.yLabel, (top + mainBottom) / 2),
    gridAndLabels(x, residual, { top: residualTop, bottom: residualBottom, yTicks: 3, xLabels: true }),
    element("line", {
      x1: left,
      x2: width - right,
      y1: pixel(residual(0)),
      y2: pixel(residual(0)),
      stroke: colors.muted,
    }),
    dots(data.x, result.residuals, x, residual, colors.residual),
    turned("residual", (residualTop + residualBottom) / 2),
    text(points.xLabel, { ...axisTitle, x: (left + width - right) / 2, y: height - 12 }),
    legend(band !== undefined, result.level),
    element("desc", {}, escapeXml(parameterText(result))),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      "font-family": sans,
    },
    `\n${body.filter((part) => part !== "").join("\n")}\n`,
  )}\n`;
}

function legend(hasBand: boolean, level: number): string {
  const y = 26;
  const entry = { "font-size": 12, fill: colors.muted, dy: "0.35em" };
  const start = width - right - (hasBand ? 250 : 130);
  return [
    element("circle", { cx: start, cy: y, r: 3.4, fill: colors.data, "fill-opacity": 0.7 }),
    text("data", { ...entry, x: start + 10, y }),
    element("line", {
      x1: start + 50,
      x2: start + 72,
      y1: y,
      y2: y,
      stroke: colors.curve,
      "stroke-width": 2,
    }),
    text("model", { ...entry, x: start + 79, y }),
    ...(hasBand
      ? [
          element("rect", {
            x: start + 130,
            y: y - 5,
            width: 22,
            height: 10,
            fill: colors.curve,
            "fill-opacity": 0.2,
          }),
          text(`${formatNumber(level * 100)} % band`, { ...entry, x: start + 159, y }),
        ]
      : []),
  ].join("");
}
