import { shapeOf, highestOf, lowestOf, type Point } from "./data-shape.ts";
import { startsAt, type Suggestion } from "./suggestions.ts";

/** Two significant digits: a start is a rough guess and should look like one. */
function rough(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(2)) : 0;
}

/** Parameters that are places along x. */
const places = new Set(["p", "m"]);

/** A place along x, to a hundredth of the width or so: 1990 in data from 1990 to 2002, and not 2000. */
function roughPlace(value: number, width: number): number {
  const step = 10 ** (Math.floor(Math.log10(width)) - 1);
  return Number((Math.round(value / step) * step).toPrecision(12));
}

/** Letters for a parameter whose usual one is a column's name. */
const spareLetters = "cdfghkmnpqruvwz";

/** The names wished for, with others in place of those that are taken. */
function freeNames(wished: readonly string[], taken: readonly string[]): string[] {
  const used = new Set([...taken, ...wished]);
  return wished.map((wish) => {
    if (!taken.includes(wish)) return wish;
    let name = [...spareLetters].find((letter) => !used.has(letter)) ?? wish;
    for (let n = 1; used.has(name); n++) name = `${wish}${n}`;
    used.add(name);
    return name;
  });
}

interface Pair {
  readonly name: string;
  readonly symbol: string;
  readonly values: ArrayLike<number>;
}

/** How far the symbol is from an origin, as a person writes it: `x`, `(x - 3)`, `(x + 5)`. */
function distance(symbol: string, origin: number): string {
  if (origin === 0) return symbol;
  return origin < 0 ? `(${symbol} + ${String(-origin)})` : `(${symbol} - ${String(origin)})`;
}

/**
 * Ordinary shapes for any two columns, with starts read off the data.
 *
 * @param symbols of all columns: no parameter may bear one of these names
 */
export function generalSuggestions(
  xColumn: Pair,
  yColumn: Pair,
  symbols: readonly string[],
): readonly Suggestion[] {
  const points: Point[] = [];
  for (let row = 0; row < xColumn.values.length; row++) {
    const point: Point = [xColumn.values[row]!, yColumn.values[row]!];
    if (point.every(Number.isFinite)) points.push(point);
  }
  points.sort(([one], [other]) => one - other);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [lowest, highest] = [lowestOf(points), highestOf(points)];
  const width = last[0] - first[0] || 1;
  const rise = highest[1] - lowest[1] || 1;
  const mean = points.reduce((sum, [, y]) => sum + y / points.length, 0);
  const slope = (last[1] - first[1]) / width;
  const x = xColumn.symbol;

  /** A model written with the usual names in braces, `{a} + {b}*x`, and their starts. */
  const suggest = (title: string, text: string, values: Record<string, number>): Suggestion => {
    const usual = Object.keys(values);
    const names = freeNames(usual, symbols);
    return {
      title,
      x: xColumn.name,
      y: yColumn.name,
      model: text.replace(/\{(\w+)\}/g, (_, name: string) => names[usual.indexOf(name)]!),
      parameters: startsAt(
        Object.fromEntries(
          Object.entries(values).map(([name, value], i) => [
            names[i]!,
            places.has(name) ? roughPlace(value, width) : rough(value),
          ]),
        ),
      ),
    };
  };

  const shape = shapeOf(points);
  const change = last[1] - first[1];
  const from = distance(x, roughPlace(first[0], width));
  const growth = suggest("an exponential", `{a} + {b}*exp(${from}/{s})`, {
    a: first[1] - change * Math.exp(-3),
    b: change * Math.exp(-3),
    s: width / 3,
  });
  const decay = suggest("an exponential", `{a} + {b}*exp(-${from}/{s})`, {
    a: last[1],
    b: -change,
    s: width / 3,
  });

  return [
    suggest("a straight line", `{a} + {b}*${x}`, { a: first[1] - slope * first[0], b: slope }),
    suggest("a parabola", `{a} + {b}*${x} + {c}*${x}^2`, {
      a: first[1] - slope * first[0],
      b: slope,
      c: 0,
    }),
    ...(shape.bend === "late" ? [growth] : shape.bend === "early" ? [decay] : []),
    suggest("a wave", `{a} + {b}*sin(2*pi*(${x} - {p})/{T})`, {
      a: mean,
      b: rise / 2,
      p: first[0],
      T: width / 2,
    }),
    ...shape.bells.map(({ title, top, foot }) =>
      suggest(title, `{a} + {b}*exp(-((${x} - {m})/{s})^2/2)`, {
        a: foot,
        b: top[1] - foot,
        m: top[0],
        s: width / 6,
      }),
    ),
    ...(shape.levelsOff
      ? [
          suggest(
            `a ${slope < 0 ? "fall" : "rise"} that levels off`,
            `{a} + {b}/(1 + exp(-(${x} - {m})/{s}))`,
            {
              a: first[1],
              b: change,
              m: first[0] + width / 2,
              s: width / 8,
            },
          ),
        ]
      : []),
  ];
}
