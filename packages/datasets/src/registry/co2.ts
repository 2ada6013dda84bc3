import type { DatasetDescription } from "../dataset.ts";

export const co2: DatasetDescription = {
  name: "co2",
  title: "CO₂ in the air at Mauna Loa",
  description:
    "The Keeling curve: monthly carbon dioxide in the air at Mauna Loa Observatory, Hawaii, from March 1958 to April 2020, on the 2012 SIO manometric mole fraction scale. A year-long breath of the northern forests rides on a rise that gets steeper. Months without a valid value are not in the record, and each value belongs to the middle of its month.",
  source: "Scripps CO₂ Program, Scripps Institution of Oceanography (by way of vega-datasets 3.2.1)",
  sourceUrl: "https://scrippsco2.ucsd.edu/data/atmospheric_co2/primary_mlo_co2_record",
  licence: "CC BY 4.0",
  licenceUrl: "https://creativecommons.org/licenses/by/4.0/",
  columns: [
    { name: "date", type: "date", unit: "", description: "First day of the month" },
    {
      name: "t",
      type: "number",
      unit: "years",
      description: "Years since 1 January 1958, at 24:00 on the 15th of the month",
    },
    { name: "co2", type: "number", unit: "ppm", description: "Carbon dioxide, mole fraction in dry air" },
  ],
  example: {
    model: "a + b*t + c*t^2 + d*sin(2*pi*(t - p)/T)",
    response: "co2",
    parameters: { a: 315, b: 1, c: 0.01, d: 3, p: 0.3, T: 1 },
  },
};
