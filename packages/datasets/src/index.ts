export { type Dataset, type DatasetMeta, type DatasetName, type Example } from "./dataset.ts";
export { datasetNames, datasets, isDatasetName } from "./registry/index.ts";
export { loadDataset } from "./load.ts";
export {
  column,
  numericColumn,
  numericColumns,
  type ColumnMeta,
  type ColumnType,
  type ColumnValues,
  type Table,
  type TableMeta,
} from "./table.ts";
export { decodeText } from "./csv/decode-text.ts";
export { readCsv, type ReadCsvOptions } from "./csv/read.ts";
export { DatasetError, type DatasetProblem } from "./errors.ts";
export { columnMetaSchema, datasetMetaSchema, tableMetaSchema, tableSchema } from "./schema.ts";
export { suggest } from "./suggest.ts";
