import { partWithin, type Profile } from "./profile.ts";

/** A curve: colour by what the method is, dashes by whose it is. */
export interface Curve {
  readonly label: string;
  readonly profile: Profile;
  readonly colour: string;
  readonly library: keyof typeof dashes;
}

export interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

const dashes = { Steepest: "", SciPy: "7 3", npm: "2 3" } as const;

const size = { width: 860, panel: 400, left: 64, right: 240, top: 44, bottom: 48 };
const largest = 10; // log₂ of the largest ratio that is drawn

/** Performance profiles as a picture on a white card, readable on light and dark pages. */
export function profileFigure(panels: readonly Panel[]): string {
  const height = 40 + panels.length * size.panel;
  const body = panels.map((panel, k) => drawn(panel, k * size.panel)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Performance profiles">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${body}
${legend(height - 22)}
</svg>
`;
}

function drawn({ title, curves }: Panel, top: number): string {
  const inner = { width: size.width - size.left - size.right, height: size.panel - size.top - size.bottom };
  const x = (log: number): number => size.left + (inner.width * log) / largest;
  const y = (part: number): number => top + size.top + inner.height * (1 - part);
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (part) =>
      `<line x1="${x(0)}" x2="${x(largest)}" y1="${y(part)}" y2="${y(part)}" stroke="#e3e6ea"/>` +
      `<text x="${x(0) - 8}" y="${y(part) + 4}" text-anchor="end" fill="#57606a">${Math.round(100 * part)} %</text>`,
  );
  const ticks = Array.from({ length: largest + 1 }, (_, log) => log).map(
    (log) =>
      `<line x1="${x(log)}" x2="${x(log)}" y1="${y(0)}" y2="${y(0) + 4}" stroke="#8c959f"/>` +
      `<text x="${x(log)}" y="${y(0) + 19}" text-anchor="middle" fill="#57606a">${2 ** log}</text>`,
  );
  const lines = curves.map(
    ({ profile, colour, library }) =>
      `<path d="${path(profile, x, y)}" fill="none" stroke="${colour}" stroke-width="2"` +
      `${dashes[library] === "" ? "" : ` stroke-dasharray="${dashes[library]}"`} stroke-linejoin="round"/>`,
  );
  return [
    `<text x="${size.left}" y="${top + 28}" font-size="15" font-weight="600" fill="#1f2328">${title}</text>`,
    ...grid,
    ...ticks,
    `<text x="${x(largest / 2)}" y="${y(0) + 38}" text-anchor="middle" fill="#57606a">work, as a multiple of the best</text>`,
    ...lines,
    ...labels(curves, x(largest), y),
  ].join("\n");
}

function path(profile: Profile, x: (log: number) => number, y: (part: number) => number): string {
  let d = `M${x(0).toFixed(1)} ${y(0).toFixed(1)}`;
  for (const [ratio, part] of profile) {
    const log = Math.log2(ratio);
    if (log > largest) break;
    d += `H${x(log).toFixed(1)}V${y(part).toFixed(1)}`;
  }
  return `${d}H${x(largest).toFixed(1)}`;
}

/** Names where the curves end, pushed apart where they would overlap. */
function labels(curves: readonly Curve[], left: number, y: (part: number) => number): string[] {
  const gap = 16;
  const placed = curves
    .map((curve) => ({ curve, end: y(partWithin(curve.profile, 2 ** largest)), at: 0 }))
    .sort((a, b) => a.end - b.end);
  let floor = -Infinity;
  for (const label of placed) {
    label.at = Math.max(label.end, floor + gap);
    floor = label.at;
  }
  let ceiling = y(0) + gap;
  for (const label of placed.toReversed()) {
    label.at = Math.min(label.at, ceiling - gap);
    ceiling = label.at;
  }
  return placed.map(
    ({ curve, end, at }) =>
      `<path d="M${left} ${end.toFixed(1)}l10 ${(at - end).toFixed(1)}" stroke="${curve.colour}" fill="none"/>` +
      `<text x="${left + 14}" y="${(at + 4).toFixed(1)}" fill="${curve.colour}">${curve.label}</text>`,
  );
}

function legend(y: number): string {
  return Object.entries(dashes)
    .map(
      ([library, dash], k) =>
        `<line x1="${size.left + 150 * k}" x2="${size.left + 36 + 150 * k}" y1="${y}" y2="${y}" stroke="#57606a" stroke-width="2"` +
        `${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>` +
        `<text x="${size.left + 44 + 150 * k}" y="${y + 4}" fill="#57606a">${library}</text>`,
    )
    .join("\n");
}
