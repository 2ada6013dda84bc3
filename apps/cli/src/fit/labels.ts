import type { Table } from "@steepest/datasets";
import { columnLabel } from "../source/describe.ts";
import type { Roles } from "./roles.ts";

/** How the columns of a fit are called on axes and in the report. */
export interface Labels {
  title: string;
  /** By symbol of the model. */
  predictors: Readonly<Record<string, string>>;
  response: string;
  /** "" when it is unknown. */
  responseUnit: string;
}

export function labelsFor(table: Table, title: string, roles: Roles): Labels {
  const meta = (name: string): { label: string; unit: string } => {
    const known = table.meta.columns.find((candidate) => candidate.name === name);
    return known === undefined ? { label: name, unit: "" } : { label: columnLabel(known), unit: known.unit };
  };
  return {
    title,
    predictors: Object.fromEntries([...roles.predictors].map(([symbol, name]) => [symbol, meta(name).label])),
    response: meta(roles.response).label,
    responseUnit: meta(roles.response).unit,
  };
}
