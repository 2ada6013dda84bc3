#!/usr/bin/env node
// Runs the command line of a checkout straight from its sources, so it is never out of date.
// The published package does not contain this file: there `steepest` is dist/main.mjs.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** @param {string} relative */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const executable = process.platform === "win32" ? "node.exe" : "node";
const node = path(`../../../node_modules/node/bin/${executable}`);

if (!existsSync(node)) {
  process.stderr.write("steepest: this checkout is not set up yet: run `npm run setup` in its root first\n");
  process.exit(1);
}

const main = path("../src/main.ts");
const child = spawn(node, ["--conditions=@steepest/source", main, ...process.argv.slice(2)], {
  stdio: "inherit",
});
// A terminal sends Ctrl+C to both processes: wait for what the command makes of it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
});
