import { contourLines, relaxed, sampleField, smoothPath } from "../figure/contours.ts";
import { jagged, ridge } from "../course/terrain.ts";

/** The picture is drawn in a unit of 1000 × 1000 that the page stretches; strokes keep their width. */
export const unit = 1000;

const text = (x: number, y: number): string => `${x.toFixed(0)} ${y.toFixed(1)}`;

/** Height of the front ridge on the picture, measured from the top. */
export function ridgeTop(along: number): number {
  return unit * (1 - 0.9 * ridge(along));
}

function silhouette(top: (along: number) => number, points: number): string {
  const line = Array.from({ length: points + 1 }, (_, i) => text((i / points) * unit, top(i / points)));
  return `M0 ${unit}L${line.join("L")}L${unit} ${unit}Z`;
}

/** The front mountain, on which the camps stand. */
export const frontRange: string = silhouette(ridgeTop, 220);

/** The skyline of the front mountain alone, for the light that catches it. */
export const frontSkyline: string = `M${Array.from({ length: 221 }, (_, i) => text((i / 220) * unit, ridgeTop(i / 220))).join("L")}`;

/** Ranges behind it, the farthest first. */
export const farRanges: readonly string[] = [
  silhouette((along) => unit * (0.74 - 0.34 * jagged(along * 3.1 + 0.4, 3, 5) - 0.13 * along), 160),
  silhouette((along) => unit * (0.93 - 0.34 * jagged(along * 4.3 + 2.2, 7, 5) - 0.2 * along), 160),
];

const columns = 96;
const rows = 60;

/** The ridge without its crags: contour lines inside a mountain do not repeat every stone of its skyline. */
function smoothTop(along: number): number {
  let sum = 0;
  for (let i = -4; i <= 4; i++) sum += ridgeTop(Math.min(1, Math.max(0, along + 0.012 * i)));
  return sum / 9 / unit;
}

/**
 * Contour lines on the face of the front mountain. The field is the depth below the ridge, bent by gullies and shoulders
 * that grow with depth, so the lines follow the skyline near it and wander, and close, further down.
 */
export const faceContours: string = (() => {
  const field = sampleField(columns, rows, (u, v) => {
    const depth = v - smoothTop(u);
    const gullies =
      0.075 * Math.sin(8 * u + 6 * v + 0.6) +
      0.06 * Math.sin(17 * u - 9 * v + 1) +
      0.03 * Math.sin(31 * u + 15 * v);
    return depth + gullies * Math.min(1.3, Math.max(0, depth - 0.02) * 3.2);
  });
  return Array.from({ length: 15 }, (_, i) => 0.04 + 0.056 * i)
    .flatMap((level) => contourLines(field, level))
    .filter((line) => line.length > 6)
    .map((line) =>
      smoothPath(relaxed(line, 3), ([x, y]) => [(x / (columns - 1)) * unit, (y / (rows - 1)) * unit]),
    )
    .join("");
})();

export interface Star {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly opacity: number;
}

/** Stars by a golden-ratio sequence: scattered without clumps. */
export const stars: readonly Star[] = Array.from({ length: 110 }, (_, i) => {
  const fraction = (value: number): number => value - Math.floor(value);
  const size = fraction(i * 0.7548776662466927 * 3.7);
  return {
    x: fraction(0.5 + i * 0.7548776662466927) * 1600,
    y: fraction(0.5 + i * 0.5698402909980532) ** 1.3 * 620,
    radius: 0.6 + 1.1 * size ** 4,
    opacity: 0.25 + 0.6 * size,
  };
});
