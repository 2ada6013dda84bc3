/**
 * Writes docs/more-garbow-hillstrom.md and docs/performance-profile.svg:
 * npx node --conditions=@steepest/source scripts/more-garbow-hillstrom.mjs. It takes some minutes, and Python with SciPy for
 * SciPy's rows. Needs Node 24, which runs TypeScript as it is.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { contest } from "./more-garbow-hillstrom/contest.ts";
import { document } from "./more-garbow-hillstrom/document.ts";
import { profileFigure } from "./more-garbow-hillstrom/figure.ts";
import { panelsOf } from "./more-garbow-hillstrom/panels.ts";

const folder = fileURLToPath(new URL("../docs/", import.meta.url));
mkdirSync(folder, { recursive: true });

const results = contest();
if (results.scipyVersion === undefined) console.log("no Python with SciPy here: its rows are left out");

const path = `${folder}more-garbow-hillstrom.md`;
const config = await resolveConfig(path);
writeFileSync(path, await format(document(results), { ...config, filepath: path }));
writeFileSync(`${folder}performance-profile.svg`, profileFigure(panelsOf(results)));
