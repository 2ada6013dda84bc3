import type { DatasetDescription, DatasetMeta, DatasetName } from "../dataset.ts";
import { summaries } from "../generated/summaries.ts";
import { anscombe } from "./anscombe.ts";
import { cars } from "./cars.ts";
import { co2 } from "./co2.ts";
import { globalTemperature } from "./global-temperature.ts";
import { penguins } from "./penguins.ts";
import { seattleWeather } from "./seattle-weather.ts";

function withCounts(description: DatasetDescription): DatasetMeta {
  const { rows, missing } = summaries[description.name];
  return {
    ...description,
    rows,
    columns: description.columns.map((column) => ({ ...column, missing: missing[column.name] ?? 0 })),
  };
}

/** What is known about every bundled set; the values themselves come from `loadDataset`. */
export const datasets: readonly DatasetMeta[] = [
  co2,
  seattleWeather,
  penguins,
  cars,
  globalTemperature,
  anscombe,
].map(withCounts);

/** Names of the bundled sets, in the order of `datasets`. */
export const datasetNames: readonly DatasetName[] = datasets.map((meta) => meta.name);

export function isDatasetName(name: string): name is DatasetName {
  return (datasetNames as readonly string[]).includes(name);
}
