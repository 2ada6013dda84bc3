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

/** Settings of parameters that start at these values. */
export function startsAt(values: Readonly<Record<string, number>>): Record<string, ParameterSetting> {
  return Object.fromEntries(Object.entries(values).map(([name, start]) => [name, { start }]));
}

/** Suggestions for a bundled set; the first is its own example. */
export function bundledSuggestions(meta: DatasetMeta): readonly Suggestion[] {
  const { model, response, parameters } = meta.example;
  const words = new Set(model.match(/[\p{L}_][\p{L}0-9_]*/gu));
  const x = meta.columns.find(({ name, type }) => type === "number" && name !== response && words.has(name));
  return [
    {
      title: exampleTitles[meta.name],
      x: x?.name ?? "",
      y: response,
      model,
      parameters: startsAt(parameters),
    },
    ...further[meta.name].map(([title, xName, y, text, values]) => ({
      title,
      x: xName,
      y,
      model: text,
      parameters: startsAt(values),
    })),
  ];
}
