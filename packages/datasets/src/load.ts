import type { Dataset, DatasetName } from "./dataset.ts";
import { decodeColumns, type EncodedTable } from "./decode.ts";
import { DatasetError } from "./errors.ts";
import { datasetNames, datasets, isDatasetName } from "./registry/index.ts";
import { suggest } from "./suggest.ts";

/** One dynamic import per set, so that nothing is downloaded before it is asked for. */
const modules: Record<DatasetName, () => Promise<{ table: EncodedTable }>> = {
  co2: () => import("./generated/co2.ts"),
  "seattle-weather": () => import("./generated/seattle-weather.ts"),
  penguins: () => import("./generated/penguins.ts"),
  cars: () => import("./generated/cars.ts"),
  "global-temperature": () => import("./generated/global-temperature.ts"),
  anscombe: () => import("./generated/anscombe.ts"),
};

/**
 * Loads a bundled set: `{ meta, columns }`. Each call gives fresh arrays that may be written to.
 *
 * @throws DatasetError when there is no set of that name.
 */
export async function loadDataset(name: DatasetName | (string & {})): Promise<Dataset> {
  const meta = datasets.find((known) => known.name === name);
  if (!isDatasetName(name) || meta === undefined) {
    const near = suggest(name, datasetNames);
    const expected = `one of ${datasetNames.join(", ")}`;
    throw new DatasetError(
      `no such dataset, ${near === undefined ? "" : `did you mean ${near}? `}expected ${expected}, found: "${name}"`,
      { found: name, expected },
    );
  }
  const { table } = await modules[name]();
  return { meta, columns: decodeColumns(table) };
}
