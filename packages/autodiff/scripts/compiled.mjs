/**
 * Writes docs/compiled.md from what the compiler does with the op table's cases: npx node scripts/compiled.mjs.
 * Needs Node 24, which runs TypeScript as it is.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { compiledDocument } from "./compiled/document.ts";

const path = fileURLToPath(new URL("../docs/compiled.md", import.meta.url));
const config = await resolveConfig(path);
writeFileSync(path, await format(compiledDocument(), { ...config, filepath: path }));
