/** Contour lines of a sampled field by marching squares, stitched into polylines. */

export type Point = readonly [x: number, y: number];

export interface Field {
  readonly columns: number;
  readonly rows: number;
  /** Row-major samples, `columns * rows` of them; a cell with a sample that is not finite is left empty. */
  readonly values: ArrayLike<number>;
}

/** Samples `height(u, v)` for u, v in [0, 1] on a grid. */
export function sampleField(columns: number, rows: number, height: (u: number, v: number) => number): Field {
  const values = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = height(column / (columns - 1), row / (rows - 1));
    }
  }
  return { columns, rows, values };
}

/** An edge of the grid is named by its lower corner and direction, so both cells that share it agree. */
type EdgeName = number;

interface Segment {
  readonly from: EdgeName;
  readonly to: EdgeName;
}

/**
 * The level set `field = level` as polylines in grid units (x in [0, columns − 1], y in [0, rows − 1]).
 * A closed contour repeats its first point at the end. Saddle cells are decided by the mean of their corners.
 */
export function contourLines(field: Field, level: number): Point[][] {
  const { columns, rows, values } = field;
  const at = (column: number, row: number): number => values[row * columns + column]!;
  const points = new Map<EdgeName, Point>();
  const segments: Segment[] = [];

  const crossing = (column: number, row: number, vertical: boolean): EdgeName => {
    const name = 2 * (row * columns + column) + (vertical ? 1 : 0);
    if (!points.has(name)) {
      const start = at(column, row);
      const end = vertical ? at(column, row + 1) : at(column + 1, row);
      const t = (level - start) / (end - start);
      points.set(name, vertical ? [column, row + t] : [column + t, row]);
    }
    return name;
  };

  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const a = at(column, row);
      const b = at(column + 1, row);
      const c = at(column + 1, row + 1);
      const d = at(column, row + 1);
      const mean = (a + b + c + d) / 4;
      if (!Number.isFinite(mean)) continue;
      const inside = [a, b, c, d].map((value) => value >= level);
      const top = (): EdgeName => crossing(column, row, false);
      const right = (): EdgeName => crossing(column + 1, row, true);
      const bottom = (): EdgeName => crossing(column, row + 1, false);
      const left = (): EdgeName => crossing(column, row, true);
      const crossed = [
        inside[0] !== inside[1] ? top : undefined,
        inside[1] !== inside[2] ? right : undefined,
        inside[2] !== inside[3] ? bottom : undefined,
        inside[3] !== inside[0] ? left : undefined,
      ].filter((edge) => edge !== undefined);
      if (crossed.length === 2) {
        segments.push({ from: crossed[0]!(), to: crossed[1]!() });
      } else if (crossed.length === 4) {
        // A saddle: the corners on the side of the centre stay connected, the other two are cut off.
        const cutsFirstCorner = inside[0] !== mean >= level;
        const pairs = cutsFirstCorner
          ? ([
              [left, top],
              [right, bottom],
            ] as const)
          : ([
              [top, right],
              [bottom, left],
            ] as const);
        for (const [from, to] of pairs) segments.push({ from: from(), to: to() });
      }
    }
  }
  return stitch(segments, points);
}

/** Joins segments that share an edge of the grid into the longest possible lines. */
function stitch(segments: readonly Segment[], points: ReadonlyMap<EdgeName, Point>): Point[][] {
  const neighbours = new Map<EdgeName, Segment[]>();
  for (const segment of segments) {
    for (const end of [segment.from, segment.to]) {
      const list = neighbours.get(end);
      if (list === undefined) neighbours.set(end, [segment]);
      else list.push(segment);
    }
  }
  const used = new Set<Segment>();
  const walk = (start: EdgeName): Point[] => {
    const line: Point[] = [points.get(start)!];
    let end = start;
    for (;;) {
      const next = neighbours.get(end)?.find((segment) => !used.has(segment));
      if (next === undefined) return line;
      used.add(next);
      end = next.from === end ? next.to : next.from;
      line.push(points.get(end)!);
    }
  };
  const lines: Point[][] = [];
  // Open lines first, from their loose ends; what remains is closed.
  for (const [end, list] of neighbours) if (list.length === 1 && !used.has(list[0]!)) lines.push(walk(end));
  for (const segment of segments) if (!used.has(segment)) lines.push(walk(segment.from));
  return lines;
}

/**
 * The line with its corners rounded off, each point drawn halfway towards its neighbours `times` times; ends stay.
 * For scenery: a relaxed line is no longer exactly on its level.
 */
export function relaxed(line: readonly Point[], times: number): readonly Point[] {
  let current = line;
  const [first, last] = [line[0], line.at(-1)];
  const closed = line.length > 3 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  for (let time = 0; time < times; time++) {
    const before = current;
    const count = before.length;
    const at = (i: number): Point => (closed ? before[(i + count - 1) % (count - 1)]! : before[i]!);
    current = before.map((point, i): Point => {
      if (!closed && (i === 0 || i === count - 1)) return point;
      const [p, q] = [at(i - 1), at(i + 1)];
      return [(p[0] + 2 * point[0] + q[0]) / 4, (p[1] + 2 * point[1] + q[1]) / 4];
    });
  }
  return current;
}

/** A smooth SVG path through the midpoints of a polyline, with its corners as control points. */
export function smoothPath(line: readonly Point[], place: (point: Point) => Point): string {
  if (line.length < 2) return "";
  const placed = line.map(place);
  const text = ([x, y]: Point): string => `${round(x)} ${round(y)}`;
  const middle = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  const parts = [`M${text(placed[0]!)}`];
  for (let i = 1; i < placed.length - 1; i++) {
    parts.push(`Q${text(placed[i]!)} ${text(middle(placed[i]!, placed[i + 1]!))}`);
  }
  parts.push(`L${text(placed.at(-1)!)}`);
  return parts.join("");
}

function round(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
