import { z } from "zod";
import { namesSchema, numbersSchema } from "../options/assignments.ts";

/** The flags of `steepest derive` after reading. */
export interface DeriveOptions {
  wrt?: readonly string[] | undefined;
  at?: ReadonlyMap<string, number> | undefined;
  order: number;
  latex: boolean;
  json: boolean;
}

/** Beyond this, formulas of a few symbols fill screens. */
const highestOrder = 6;

export const deriveOptionsSchema: z.ZodType<DeriveOptions> = z.object({
  wrt: namesSchema.optional(),
  at: numbersSchema.optional(),
  order: z
    .string()
    .regex(new RegExp(`^[1-${highestOrder}]$`), `expected a whole number from 1 to ${highestOrder}`)
    .transform(Number)
    .default(1),
  latex: z.boolean().default(false),
  json: z.boolean().default(false),
});
