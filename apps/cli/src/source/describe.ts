import type { ColumnMeta } from "@steepest/datasets";

/** Name and unit of a column, as an axis says it: `co2 (ppm)`. */
export function columnLabel({ name, unit }: ColumnMeta): string {
  return unit === "" ? name : `${name} (${unit})`;
}
