import type { DatasetMeta, DatasetName } from "@steepest/datasets";
import type { ParameterSetting } from "./view.ts";

/** A model that suits the data, with starts from which the walk arrives. */
export interface Suggestion {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, ParameterSetting>>;
}

type Row = readonly [
  title: string,
  x: string,
  y: string,
  model: string,
  starts: Readonly<Record<string, number>>,
];

/** Besides each set's own example. */
const further: Record<DatasetName, readonly Row[]> = {
  co2: [
    ["a straight line", "t", "co2", "a + b*t", { a: 300, b: 1 }],
    ["a rise that gets steeper", "t", "co2", "a + b*t + c*t^2", { a: 300, b: 1, c: 0 }],
    [
      "exponential growth, with seasons",
      "t",
      "co2",
      "a + b*exp(t/s) + d*sin(2*pi*(t - p)/T)",
      { a: 250, b: 60, s: 60, d: 3, p: 0.3, T: 1 },
    ],
  ],
  "seattle-weather": [
    ["the year in nights", "t", "temp_min", "a + b*cos(2*pi*(t - p)/T)", { a: 8, b: 5, p: 200, T: 365 }],
    ["nights against days", "temp_max", "temp_min", "a + b*temp_max", { a: 0, b: 1 }],
  ],
  penguins: [
    ["a power law", "flipper_length", "body_mass", "k*(flipper_length/200)^n", { k: 4000, n: 1 }],
    ["bill depth against mass", "body_mass", "bill_depth", "a + b*body_mass", { a: 20, b: 0 }],
  ],
  cars: [
    ["a hyperbola", "horsepower", "mpg", "a + b/horsepower", { a: 5, b: 1500 }],
    ["a power law", "weight", "mpg", "k*(weight/3000)^(-n)", { k: 20, n: 0.5 }],
    ["power and weight together", "weight", "mpg", "a + b/weight + c/horsepower", { a: 0, b: 30000, c: 500 }],
  ],
  "global-temperature": [
    ["a straight line", "year", "temperature", "a + b*(year - 1950)", { a: 0, b: 0.01 }],
    [
      "flat, then a bend",
      "year",
      "temperature",
      "a + b*w*softplus((year - k)/w)",
      { a: -0.2, b: 0.02, k: 1970, w: 8 },
    ],
  ],
  anscombe: [
    ["the second set", "x2", "y2", "a + b*x2", { a: 0, b: 1 }],
    ["the second set, as a parabola", "x2", "y2", "a + b*x2 + c*x2^2", { a: 0, b: 1, c: 0 }],
    ["the third set", "x3", "y3", "a + b*x3", { a: 0, b: 1 }],
    ["the fourth set", "x4", "y4", "a + b*x4", { a: 0, b: 1 }],
  ],
};

/** What each set's own example is, in words. */
const exampleTitles: Record<DatasetName, string> = {
  co2: "a rise with seasons",
  "seattle-weather": "the year in days",
  penguins: "a straight line",
  cars: "an exponential decay",
  "global-temperature": "exponential growth",
  anscombe: "the first set",
};

function starts(values: Readonly<Record<string, number>>): Record<string, ParameterSetting> {
  return Object.fromEntries(Object.entries(values).map(([name, start]) => [name, { start }]));
}

/** Suggestions for a bundled set; the first is its own example. */
export function bundledSuggestions(meta: DatasetMeta): readonly Suggestion[] {
  const { model, response, parameters } = meta.example;
  const words = new Set(model.match(/[\p{L}_][\p{L}0-9_]*/gu));
  const x = meta.columns.find(({ name, type }) => type === "number" && name !== response && words.has(name));
  return [
    { title: exampleTitles[meta.name], x: x?.name ?? "", y: response, model, parameters: starts(parameters) },
    ...further[meta.name].map(([title, xName, y, text, values]) => ({
      title,
      x: xName,
      y,
      model: text,
      parameters: starts(values),
    })),
  ];
}

/** Two significant digits: a start is a rough guess and should look like one. */
function rough(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(2)) : 0;
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

type Point = readonly [x: number, y: number];

/** How far the symbol is from an origin, as a person writes it: `x`, `(x - 3)`, `(x + 5)`. */
function distance(symbol: string, origin: number): string {
  if (origin === 0) return symbol;
  return origin < 0 ? `(${symbol} + ${String(-origin)})` : `(${symbol} - ${String(origin)})`;
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

const highestOf = (points: readonly Point[]): Point =>
  points.reduce((best, point) => (point[1] > best[1] ? point : best));
const lowestOf = (points: readonly Point[]): Point =>
  points.reduce((best, point) => (point[1] < best[1] ? point : best));

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
      parameters: starts(
        Object.fromEntries(Object.values(values).map((value, i) => [names[i]!, rough(value)])),
      ),
    };
  };

  const form = formOf(groupMeans(points, 7));
  const change = last[1] - first[1];
  const from = distance(x, rough(first[0]));
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
    ...(form.bend === "late" ? [growth] : form.bend === "early" ? [decay] : []),
    suggest("a wave", `{a} + {b}*sin(2*pi*(${x} - {p})/{T})`, {
      a: mean,
      b: rise / 2,
      p: first[0],
      T: width / 2,
    }),
    ...form.bells.map(({ title, top, foot }) =>
      suggest(title, `{a} + {b}*exp(-((${x} - {m})/{s})^2/2)`, {
        a: foot,
        b: top[1] - foot,
        m: top[0],
        s: width / 6,
      }),
    ),
    ...(form.levelsOff
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

/** What the data look like from afar: shapes that they do not have would lead a fit to absurd values. */
interface Form {
  /** Whether the change from one end to the other comes mostly early, as in a decay, or late, as in growth. */
  readonly bend: "early" | "late" | undefined;
  /** Whether the change is slow at both ends. */
  readonly levelsOff: boolean;
  /** Humps and dips: their tops, and the level around. */
  readonly bells: readonly { readonly title: string; readonly top: Point; readonly foot: number }[];
}

function formOf(groups: readonly Point[]): Form {
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
  const leads = !isFlat && Math.abs(change) > 0.7 * way;

  // How far along y the middle is, less how far along x.
  const middle = inside[Math.floor(inside.length / 2)]!;
  const ahead = (middle[1] - left[1]) / change - (middle[0] - left[0]) / (right[0] - left[0]);
  const bend = !leads || Math.abs(ahead) < 0.04 ? undefined : ahead > 0 ? "early" : "late";

  const slopes = groups.slice(1).map(([x, y], i) => (y - groups[i]![1]) / (x - groups[i]![0]) / change);
  const steepest = Math.max(...slopes);
  const levelsOff = leads && Math.max(slopes[0]!, slopes.at(-1)!) < 0.6 * steepest;

  const [top, bottom] = [highestOf(inside), lowestOf(inside)];
  const clear = isFlat ? Infinity : 0.3 * range;
  const bells = [
    ...(top[1] - Math.max(left[1], right[1]) > clear ? [{ title: "a bell", top, foot: low }] : []),
    ...(Math.min(left[1], right[1]) - bottom[1] > clear ? [{ title: "a dip", top: bottom, foot: high }] : []),
  ];
  return { bend, levelsOff, bells };
}
