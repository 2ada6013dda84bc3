import type { ColumnMeta, Table, TableMeta } from "./table.ts";
import type { summaries } from "./generated/summaries.ts";

/** Name of a bundled set. */
export type DatasetName = keyof typeof summaries;

/** A model that suits a set, to start from. */
export interface Example {
  model: string;
  /** Name of the column that the model describes. */
  response: string;
  /** Start values from which the fit converges. */
  parameters: Readonly<Record<string, number>>;
}

/** What is known about a bundled set. */
export interface DatasetMeta extends TableMeta {
  name: DatasetName;
  title: string;
  /** One paragraph. */
  description: string;
  source: string;
  sourceUrl: string;
  licence: string;
  /** "" when the licence has no page of its own. */
  licenceUrl: string;
  example: Example;
}

/** A bundled set with its values. */
export interface Dataset extends Table {
  meta: DatasetMeta;
}

/** What a registry file says about a column; the count of missing values comes from the data. */
export type ColumnDescription = Omit<ColumnMeta, "missing">;

/** What a registry file says about a set; the rows are counted in the data. */
export interface DatasetDescription extends Omit<DatasetMeta, "rows" | "columns"> {
  columns: readonly ColumnDescription[];
}
