import { z } from "zod";
import { boundsSchema, fixedSchema, numbersSchema, type Bounds } from "../options/assignments.ts";

/** The flags of `steepest fit` after reading. */
export interface FitOptions {
  model: string;
  x?: string | undefined;
  y?: string | undefined;
  start?: ReadonlyMap<string, number> | undefined;
  bounds?: ReadonlyMap<string, Bounds> | undefined;
  fix?: ReadonlyMap<string, number | undefined> | undefined;
  text?: readonly string[] | undefined;
  level: number;
  maxIterations?: number | undefined;
  plot?: string | undefined;
  json: boolean;
}

const columnName = z.string().min(1, "expected the name of a column");

const numberText = (message: string): z.ZodType<number, string> =>
  z.string().transform((text, context) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (!Number.isNaN(value)) return value;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const modelMessage = "expected a formula, such as a + b*x";
const levelMessage = "expected a number between 0 and 1, such as 0.95";
const iterationsMessage = "expected a whole number from 1 to 1000000";

export const fitOptionsSchema: z.ZodType<FitOptions> = z.object({
  model: z.string().trim().min(1, modelMessage),
  x: columnName.optional(),
  y: columnName.optional(),
  start: numbersSchema.optional(),
  bounds: boundsSchema.optional(),
  fix: fixedSchema.optional(),
  text: z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim()))
    .optional(),
  level: numberText(levelMessage)
    .refine((level) => level > 0 && level < 1, levelMessage)
    .default(0.95),
  maxIterations: numberText(iterationsMessage)
    .refine((limit) => Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000, iterationsMessage)
    .optional(),
  plot: z
    .string()
    .regex(/\.svg$/i, "expected the name of an SVG file, such as fit.svg")
    .optional(),
  json: z.boolean().default(false),
});
