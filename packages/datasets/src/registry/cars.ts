import type { DatasetDescription } from "../dataset.ts";

export const cars: DatasetDescription = {
  name: "cars",
  title: "Cars of 1970 to 1982",
  description:
    "Fuel economy, size and power of 406 cars of the years 1970 to 1982: the more power, the fewer miles per gallon, on a curve that is no line. Eight cars have no fuel economy and six no horsepower. In the package the data come from no car carries the year 1981, and twice as many as in other years carry 1982.",
  source: "StatLib Datasets Archive, Carnegie Mellon University (by way of vega-datasets 3.2.1)",
  sourceUrl: "http://lib.stat.cmu.edu/datasets/",
  licence: "Distributed in 1982 for educational and scientific purposes",
  licenceUrl: "http://lib.stat.cmu.edu/datasets/cars.desc",
  columns: [
    { name: "name", type: "string", unit: "", description: "Make and model" },
    { name: "mpg", type: "number", unit: "mi/gal", description: "Fuel economy, miles per US gallon" },
    { name: "cylinders", type: "number", unit: "", description: "Number of cylinders" },
    { name: "displacement", type: "number", unit: "in³", description: "Engine displacement" },
    { name: "horsepower", type: "number", unit: "hp", description: "Engine power" },
    { name: "weight", type: "number", unit: "lb", description: "Weight" },
    { name: "acceleration", type: "number", unit: "s", description: "Time from 0 to 60 mph" },
    { name: "year", type: "number", unit: "", description: "Model year" },
    { name: "origin", type: "string", unit: "", description: "Where the maker is at home" },
  ],
  example: {
    model: "a*exp(-b*horsepower) + c",
    response: "mpg",
    parameters: { a: 40, b: 0.01, c: 10 },
  },
};
