import { z } from "zod";
import type { DatasetMeta, DatasetName } from "./dataset.ts";
import { summaries } from "./generated/summaries.ts";
import type { ColumnMeta, Table, TableMeta } from "./table.ts";

const count = z.number().int().nonnegative();
const sentence = z.string().trim().min(1);

export const columnMetaSchema: z.ZodType<ColumnMeta> = z.object({
  name: z.string().min(1),
  type: z.enum(["number", "string", "date"]),
  unit: z.string(),
  description: z.string(),
  missing: count,
});

const tableMetaFields = { rows: count, columns: z.array(columnMetaSchema).min(1) };

export const tableMetaSchema: z.ZodType<TableMeta> = z.object({ name: sentence, ...tableMetaFields });

export const datasetMetaSchema: z.ZodType<DatasetMeta> = z.object({
  ...tableMetaFields,
  name: z.enum(Object.keys(summaries) as [DatasetName, ...DatasetName[]]),
  title: sentence,
  description: sentence,
  source: sentence,
  sourceUrl: z.url(),
  licence: sentence,
  licenceUrl: z.union([z.url(), z.literal("")]),
  example: z.object({
    model: sentence,
    response: sentence,
    parameters: z.record(z.string(), z.number()),
  }),
});

const columnValuesSchema = z.union([z.instanceof(Float64Array), z.array(z.string())]);

/**
 * A table whose columns are those of its meta, as long as it has rows, of the stated type, with the stated number of
 * missing values.
 */
export const tableSchema: z.ZodType<Table> = z
  .object({ meta: tableMetaSchema, columns: z.record(z.string(), columnValuesSchema) })
  .superRefine(({ meta, columns }, context) => {
    const report = (name: string, message: string): void =>
      context.addIssue({ code: "custom", path: ["columns", name], message });
    for (const name of Object.keys(columns))
      if (!meta.columns.some((known) => known.name === name)) report(name, "column is not in the meta");
    for (const { name, type, missing } of meta.columns) {
      const values = columns[name];
      if (values === undefined) report(name, "column is missing");
      else if (values.length !== meta.rows)
        report(name, `expected ${meta.rows} values, found: ${values.length}`);
      else if (values instanceof Float64Array !== (type === "number")) report(name, `expected type: ${type}`);
      else if (countMissing(values) !== missing)
        report(name, `expected ${missing} missing values, found: ${countMissing(values)}`);
    }
  });

function countMissing(values: Float64Array | string[]): number {
  let missing = 0;
  for (const value of values) if (value === "" || Number.isNaN(value)) missing++;
  return missing;
}
