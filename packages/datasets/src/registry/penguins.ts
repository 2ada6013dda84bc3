import type { DatasetDescription } from "../dataset.ts";

export const penguins: DatasetDescription = {
  name: "penguins",
  title: "Penguins of the Palmer Archipelago",
  description:
    "Body measurements of 344 adult penguins of three species on three islands of the Palmer Archipelago, Antarctica, collected by Kristen Gorman and the Palmer Station long-term ecological research programme. Two birds have no measurements; the sex of eleven is unknown (one of them is entered as a dot upstream).",
  source: "Palmer Station Antarctica LTER; Allison Horst's palmerpenguins (by way of vega-datasets 3.2.1)",
  sourceUrl: "https://pal.lternet.edu/",
  licence: "CC0 1.0",
  licenceUrl: "https://creativecommons.org/publicdomain/zero/1.0/",
  columns: [
    { name: "species", type: "string", unit: "", description: "Species" },
    { name: "island", type: "string", unit: "", description: "Island where the bird was met" },
    { name: "bill_length", type: "number", unit: "mm", description: "Length of the bill" },
    { name: "bill_depth", type: "number", unit: "mm", description: "Depth of the bill" },
    { name: "flipper_length", type: "number", unit: "mm", description: "Length of a flipper" },
    { name: "body_mass", type: "number", unit: "g", description: "Body mass" },
    { name: "sex", type: "string", unit: "", description: "Sex" },
  ],
  example: {
    model: "a + b*flipper_length",
    response: "body_mass",
    parameters: { a: 0, b: 20 },
  },
};
