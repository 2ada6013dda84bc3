import { extent } from "d3-array";
import { scaleLinear, type ScaleLinear } from "d3-scale";
import { tickWriter } from "./numbers.ts";

/** The meanings that have a colour. */
export type Tone = "x" | "dx" | "f" | "df" | "parameter" | "error";

export type Interval = readonly [low: number, high: number];

/** Data coordinates to pixels of a figure whose viewBox is its own size, so text and strokes never scale. */
export interface Plane {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function makePlane(width: number, height: number, margins: Margins, x: Interval, y: Interval): Plane {
  const left = margins.left;
  const right = Math.max(left + 1, width - margins.right);
  const top = margins.top;
  const bottom = Math.max(top + 1, height - margins.bottom);
  return { x: scaleLinear(x, [left, right]), y: scaleLinear(y, [bottom, top]), left, right, top, bottom };
}

/** Beyond this the length of an interval may no longer be a number. */
const farthest = 1e300;

/** The interval that holds all finite values, widened by `share` of its length on both sides. */
export function domainOf(values: ArrayLike<number>, share = 0.05): Interval {
  const [least, most] = extent(Array.from(values).filter(Number.isFinite));
  if (least === undefined || most === undefined) return [0, 1];
  const [low, high] = [least, most].map((end) => Math.min(farthest, Math.max(-farthest, end))) as [
    number,
    number,
  ];
  const padding = high > low ? (high - low) * share : Math.max(Math.abs(low) * 0.1, 0.5);
  return [low - padding, high + padding];
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Pixels between lines of ticks' text, at least. */
const lineHeight = 15;

/** Ticks about `spacing` pixels apart; at least two, as one alone gives no scale. */
export function ticksOf(scale: ScaleLinear<number, number>, spacing: number): Tick[] {
  const [start, end] = scale.range() as [number, number];
  let count = Math.max(2, Math.round(Math.abs(end - start) / spacing));
  let values = scale.ticks(count);
  while (values.length < 2 && count < 5) values = scale.ticks(++count);
  const gap = values.length > 2 ? Math.abs(scale(values[1]!) - scale(values[0]!)) : Infinity;
  const step = values.length > 1 ? values[1]! - values[0]! : 1;
  const write = tickWriter(step, Math.max(...scale.domain().map(Math.abs)));
  // Where lines of text would touch, the two ends are enough.
  if (gap < lineHeight) values = [values[0]!, values.at(-1)!];
  return values.map((value) => ({ value, text: write(value) }));
}

/** Pixels to keep free for the numbers along an upright axis over these domains. */
export function axisRoom(...domains: readonly Interval[]): number {
  const texts = domains.flatMap((domain) =>
    ticksOf(scaleLinear(domain, [240, 0]), 40).map(({ text }) => text),
  );
  return 18 + 7.8 * Math.max(...texts.map((text) => text.length));
}

/** A title of an axis, cut where it would run out of the room (in pixels) there is for it. */
export function shortTitle(title: string, room: number): string {
  const most = Math.max(3, Math.floor(room / 7.8));
  return title.length <= most ? title : `${title.slice(0, most - 1)}…`;
}

/** Far outside the frame, but still a coordinate that every renderer takes. */
const limit = 1e5;
const clamp = (pixel: number): number => Math.min(limit, Math.max(-limit, pixel));

/** Values as large as numbers get would overflow on their way to a pixel. */
const near = (value: number): number => Math.min(1e307, Math.max(-1e307, value));
const pixelX = (plane: Plane, value: number): number => clamp(plane.x(near(value)));
const pixelY = (plane: Plane, value: number): number => clamp(plane.y(near(value)));

const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Stretches of indices in which everything is finite: a curve is drawn along each, with gaps between. */
function stretches(count: number, isFinite: (i: number) => boolean): number[][] {
  const found: number[][] = [];
  let current: number[] = [];
  for (let i = 0; i < count; i++) {
    if (isFinite(i)) current.push(i);
    else if (current.length > 0) {
      found.push(current);
      current = [];
    }
  }
  if (current.length > 0) found.push(current);
  return found;
}

/** An SVG path through the points; a value that is not finite leaves a gap. */
export function curvePath(plane: Plane, xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  return stretches(xs.length, (i) => Number.isFinite(ys[i]))
    .map((stretch) => `M${stretch.map((i) => point(pixelX(plane, xs[i]!), pixelY(plane, ys[i]!))).join("L")}`)
    .join("");
}

/** An SVG path around the area between two curves. */
export function bandPath(
  plane: Plane,
  xs: ArrayLike<number>,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): string {
  return stretches(xs.length, (i) => Number.isFinite(lower[i]) && Number.isFinite(upper[i]))
    .map((stretch) => {
      const there = stretch.map((i) => point(pixelX(plane, xs[i]!), pixelY(plane, upper[i]!)));
      const back = stretch.map((i) => point(pixelX(plane, xs[i]!), pixelY(plane, lower[i]!))).reverse();
      return `M${[...there, ...back].join("L")}Z`;
    })
    .join("");
}

/** All points as one path of zero-length strokes: with round caps each is a dot, and thousands of them cost one element. */
export function dotsPath(
  plane: Plane,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  which: Iterable<number>,
): string {
  let path = "";
  for (const i of which) {
    if (Number.isFinite(xs[i]) && Number.isFinite(ys[i]))
      path += `M${point(pixelX(plane, xs[i]!), pixelY(plane, ys[i]!))}h0`;
  }
  return path;
}

/** Vertical strokes from one curve to the other at each point. */
export function stemsPath(
  plane: Plane,
  xs: ArrayLike<number>,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  which: Iterable<number>,
): string {
  let path = "";
  for (const i of which) {
    if (Number.isFinite(from[i]) && Number.isFinite(to[i])) {
      const start = point(pixelX(plane, xs[i]!), pixelY(plane, from[i]!));
      path += `M${start}V${pixelY(plane, to[i]!).toFixed(1)}`;
    }
  }
  return path;
}

export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** At most `most` of `count` indices, evenly spread: enough to show a cloud that has more points than pixels. */
export function thinned(count: number, most: number): number[] {
  if (count <= most) return indices(count);
  return Array.from({ length: most }, (_, i) => Math.floor((i * count) / most));
}
