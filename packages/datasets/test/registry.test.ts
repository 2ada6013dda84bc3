import { describe, expect, it } from "vitest";
import {
  DatasetError,
  column,
  datasetMetaSchema,
  datasetNames,
  datasets,
  isDatasetName,
  loadDataset,
  numericColumn,
  numericColumns,
  tableSchema,
} from "../src/index.ts";

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Slope and intercept of the least-squares line. */
function line(x: ArrayLike<number>, y: ArrayLike<number>): { slope: number; intercept: number } {
  const [mx, my] = [mean(x), mean(y)];
  let sxy = 0;
  let sxx = 0;
  for (let i = 0; i < x.length; i++) {
    sxy += ((x[i] ?? NaN) - mx) * ((y[i] ?? NaN) - my);
    sxx += ((x[i] ?? NaN) - mx) ** 2;
  }
  return { slope: sxy / sxx, intercept: my - (sxy / sxx) * mx };
}

describe("the registry", () => {
  it("lists the six sets", () => {
    expect(datasetNames).toEqual([
      "co2",
      "seattle-weather",
      "penguins",
      "cars",
      "global-temperature",
      "anscombe",
    ]);
    expect(isDatasetName("co2")).toBe(true);
    expect(isDatasetName("toString")).toBe(false);
  });

  it.each(datasets)("$name: meta and values satisfy the schemas and agree", async (meta) => {
    expect(() => datasetMetaSchema.parse(meta)).not.toThrow();
    const dataset = await loadDataset(meta.name);
    expect(() => tableSchema.parse(dataset)).not.toThrow();
    expect(dataset.meta).toBe(meta);
    expect(Object.keys(dataset.columns)).toEqual(meta.columns.map((known) => known.name));
  });

  it.each(datasets)("$name: every column is described and the example names a response", (meta) => {
    for (const known of meta.columns) expect(known.description).not.toBe("");
    expect(meta.columns.find((known) => known.name === meta.example.response)?.type).toBe("number");
  });

  it("gives fresh arrays on every call", async () => {
    const first = await loadDataset("anscombe");
    numericColumn(first, "x1")[0] = -1;
    expect(numericColumn(await loadDataset("anscombe"), "x1")[0]).toBe(10);
  });

  it("names the nearest set when there is none of that name", async () => {
    await expect(loadDataset("pengiuns")).rejects.toThrow(
      'no such dataset, did you mean penguins? expected one of co2, seattle-weather, penguins, cars, global-temperature, anscombe, found: "pengiuns"',
    );
    await expect(loadDataset("constructor")).rejects.toThrow(DatasetError);
  });
});

describe("the sets hold the published values", () => {
  it("co2: first, last and highest month of the record", async () => {
    const dataset = await loadDataset("co2");
    const co2 = numericColumn(dataset, "co2");
    const t = numericColumn(dataset, "t");
    expect(co2).toHaveLength(741);
    expect([co2[0], co2[740]]).toEqual([315.7, 416.18]);
    expect(column(dataset, "date")).toEqual(
      expect.arrayContaining(["1958-03-01", "1964-05-01", "2020-04-01"]),
    );
    // Decimal dates of the Scripps record: 1958.2027 for March 1958, 1960.2896 for April 1960 (a leap year).
    expect(t[0]).toBeCloseTo(0.2027, 4);
    const april1960 = (column(dataset, "date") as string[]).indexOf("1960-04-01");
    expect(t[april1960]).toBeCloseTo(2 + 106 / 366, 6);
    expect(t.every((value, i) => i === 0 || value > (t[i - 1] ?? Infinity))).toBe(true);
  });

  it("co2: t and co2 are the only columns of numbers", async () => {
    expect(Object.keys(numericColumns(await loadDataset("co2")))).toEqual(["t", "co2"]);
  });

  it("seattle-weather: every day of four years, in order", async () => {
    const dataset = await loadDataset("seattle-weather");
    expect(numericColumn(dataset, "t")).toEqual(Float64Array.from({ length: 1461 }, (_, i) => i));
    const dates = column(dataset, "date");
    expect([dates[0], dates[59], dates[1460]]).toEqual(["2012-01-01", "2012-02-29", "2015-12-31"]);
    expect(new Set<string | number>(column(dataset, "weather"))).toEqual(
      new Set(["drizzle", "rain", "sun", "snow", "fog"]),
    );
  });

  it("penguins: 152 Adelie, 68 Chinstrap, 124 Gentoo; missing values are NaN and counted", async () => {
    const dataset = await loadDataset("penguins");
    const species = column(dataset, "species") as string[];
    expect(["Adelie", "Chinstrap", "Gentoo"].map((name) => species.filter((s) => s === name).length)).toEqual(
      [152, 68, 124],
    );
    const mass = numericColumn(dataset, "body_mass");
    expect(mass.filter(Number.isNaN)).toHaveLength(2);
    expect(dataset.meta.columns.find((meta) => meta.name === "body_mass")?.missing).toBe(2);
    // Mean body mass of the published set: 4201.754 g over 342 birds.
    expect(mean(mass.filter((value) => !Number.isNaN(value)))).toBeCloseTo(4201.754, 3);
    expect((column(dataset, "sex") as string[]).filter((sex) => sex === "")).toHaveLength(11);
  });

  it("cars: 406 cars, 8 without fuel economy and 6 without horsepower", async () => {
    const { meta, columns } = await loadDataset("cars");
    expect(meta.rows).toBe(406);
    expect(
      meta.columns.map(({ name, missing }) => [name, missing]).filter(([, missing]) => missing !== 0),
    ).toEqual([
      ["mpg", 8],
      ["horsepower", 6],
    ]);
    expect(columns["name"]?.[0]).toBe("chevrolet chevelle malibu");
  });

  it("global-temperature: 1880 to 2023 relative to 1951 to 1980", async () => {
    const dataset = await loadDataset("global-temperature");
    const year = numericColumn(dataset, "year");
    const temperature = numericColumn(dataset, "temperature");
    expect(year).toEqual(Float64Array.from({ length: 144 }, (_, i) => 1880 + i));
    expect(mean(temperature.filter((_, i) => (year[i] ?? 0) >= 1951 && (year[i] ?? 0) <= 1980))).toBeCloseTo(
      0,
      2,
    );
  });

  it.each([1, 2, 3, 4])(
    "anscombe: set %i has the line y = 3.00 + 0.500 x and the means 9 and 7.50",
    async (i) => {
      const dataset = await loadDataset("anscombe");
      const x = numericColumn(dataset, `x${i}`);
      const y = numericColumn(dataset, `y${i}`);
      expect(mean(x)).toBe(9);
      expect(mean(y)).toBeCloseTo(7.5, 2);
      expect(line(x, y).slope).toBeCloseTo(0.5, 2);
      expect(line(x, y).intercept).toBeCloseTo(3, 1);
    },
  );
});

describe("the table schema", () => {
  const meta = {
    name: "t",
    rows: 2,
    columns: [{ name: "a", type: "number", unit: "", description: "", missing: 1 }],
  };
  const issue = (columns: Record<string, unknown>): string | undefined =>
    tableSchema.safeParse({ meta, columns }).error?.issues[0]?.message;

  it("accepts what agrees and says what does not", () => {
    expect(issue({ a: Float64Array.of(1, NaN) })).toBeUndefined();
    expect(issue({})).toBe("column is missing");
    expect(issue({ a: Float64Array.of(NaN) })).toBe("expected 2 values, found: 1");
    expect(issue({ a: ["x", ""] })).toBe("expected type: number");
    expect(issue({ a: Float64Array.of(1, 2) })).toBe("expected 1 missing values, found: 0");
    expect(issue({ a: Float64Array.of(1, NaN), b: [] })).toBe("column is not in the meta");
  });
});
