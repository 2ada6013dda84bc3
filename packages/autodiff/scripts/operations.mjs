/**
 * Writes docs/operations.md from the op table: npx node scripts/operations.mjs.
 * Needs Node 24, which runs TypeScript as it is.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { operationsDocument, withoutNotes } from "./operations/document.ts";

const path = fileURLToPath(new URL("../docs/operations.md", import.meta.url));
const config = await resolveConfig(path);
writeFileSync(path, await format(operationsDocument(), { ...config, filepath: path }));

const silent = withoutNotes();
if (silent.length > 0) console.log(`described by the op table alone: ${silent.join(", ")}`);
