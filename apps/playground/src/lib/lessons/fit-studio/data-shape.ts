/** A row as a point of the figure. */
export type Point = readonly [x: number, y: number];

export const highestOf = (points: readonly Point[]): Point =>
  points.reduce((best, point) => (point[1] > best[1] ? point : best));
export const lowestOf = (points: readonly Point[]): Point =>
  points.reduce((best, point) => (point[1] < best[1] ? point : best));

/** What the data look like from afar: shapes that they do not have would lead a fit to absurd values. */
export interface DataShape {
  /** Whether the change from one end to the other comes mostly early, as in a decay, or late, as in growth. */
  readonly bend: "early" | "late" | undefined;
  /** Whether the change is slow at both ends. */
  readonly levelsOff: boolean;
  /** Humps and dips: their tops, and the level around. */
  readonly bells: readonly { readonly title: string; readonly top: Point; readonly foot: number }[];
}

/** @param points in the order of x */
export function shapeOf(points: readonly Point[]): DataShape {
  const groups = groupMeans(points, 7);
  const [left, right] = [groups[0], groups.at(-1)];
  const inside = groups.slice(1, -1);
  if (left === undefined || right === undefined || inside.length === 0)
    return { bend: undefined, levelsOff: false, bells: [] };
  const [low, high] = [lowestOf(groups)[1], highestOf(groups)[1]];
  const range = high - low;
  const change = right[1] - left[1];
  const isFlat = range <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  // From one end to the other, rather than up and down.
  const way = groups.slice(1).reduce((sum, [, y], i) => sum + Math.abs(y - groups[i]![1]), 0);
  const slopes = groups.slice(1).map(([x, y], i) => (y - groups[i]![1]) / (x - groups[i]![0]) / change);
  const leads = !isFlat && Math.abs(change) > 0.7 * way && slopes.every(Number.isFinite);

  // How far along y the middle is, less how far along x.
  const middle = inside[Math.floor(inside.length / 2)]!;
  const ahead = (middle[1] - left[1]) / change - (middle[0] - left[0]) / (right[0] - left[0]);
  const steepest = Math.max(...slopes);
  const levelsOff = leads && Math.max(slopes[0]!, slopes.at(-1)!) < 0.6 * steepest;
  const bend = !leads || levelsOff || Math.abs(ahead) < 0.04 ? undefined : ahead > 0 ? "early" : "late";

  const [top, bottom] = [highestOf(inside), lowestOf(inside)];
  const clear = isFlat ? Infinity : 0.3 * range;
  const bells = [
    ...(top[1] - Math.max(left[1], right[1]) > clear ? [{ title: "a bell", top, foot: low }] : []),
    ...(Math.min(left[1], right[1]) - bottom[1] > clear ? [{ title: "a dip", top: bottom, foot: high }] : []),
  ];
  return { bend, levelsOff, bells };
}

/** Means of the points in up to `count` groups of neighbours along x, the points in the order of x. */
function groupMeans(points: readonly Point[], count: number): Point[] {
  const size = Math.max(1, Math.ceil(points.length / count));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, group) => {
    const members = points.slice(group * size, (group + 1) * size);
    const mean = (part: 0 | 1): number =>
      members.reduce((sum, point) => sum + point[part] / members.length, 0);
    return [mean(0), mean(1)];
  });
}
