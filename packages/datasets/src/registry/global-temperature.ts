import type { DatasetDescription } from "../dataset.ts";

export const globalTemperature: DatasetDescription = {
  name: "global-temperature",
  title: "Global temperature since 1880",
  description:
    "Combined land-surface air and sea-surface water temperature of the whole Earth (Land-Ocean Temperature Index), as the difference of each year from the mean of 1951 to 1980, from 1880 to 2023. Nearly flat for half a century, then a bend upwards.",
  source: "NASA Goddard Institute for Space Studies, GISTEMP (by way of vega-datasets 3.2.1)",
  sourceUrl: "https://data.giss.nasa.gov/gistemp/",
  licence: "U.S. Government work",
  licenceUrl: "https://www.usa.gov/government-works",
  columns: [
    { name: "year", type: "number", unit: "", description: "Year" },
    {
      name: "temperature",
      type: "number",
      unit: "°C",
      description: "Difference from the mean of 1951 to 1980",
    },
  ],
  example: {
    model: "a + b*exp((year - 1950)/s)",
    response: "temperature",
    parameters: { a: -0.3, b: 0.2, s: 50 },
  },
};
