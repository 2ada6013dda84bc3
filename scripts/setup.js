// Installs the workspace, once per change of its manifests. Runs on any Node.js ≥ 20 with nothing installed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { members, pnpm, root, run, workspaceNode } from "./workspace.js";

const stamp = join(root, "node_modules/.steepest-setup");

function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const files = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"];
  for (const { folder } of members()) {
    files.push(`${folder}/package.json`);
    const generators = `${folder}/scripts`;
    if (existsSync(join(root, generators))) {
      const entries = readdirSync(join(root, generators), { recursive: true, withFileTypes: true });
      for (const entry of entries)
        if (entry.isFile()) files.push(relative(root, join(entry.parentPath, entry.name)));
    }
  }
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/**
 * Makes the workspace ready to run: installs what the lock file says and generates the
 * sources made from it, unless that is what is there.
 * @returns {Promise<void>}
 */
export async function setup() {
  const wanted = fingerprint();
  if (existsSync(workspaceNode) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stdout.write("Installing dependencies …\n");
  // CI=true: never ask, take the lock file as it is.
  await run(pnpm("install", "--frozen-lockfile"), { ...process.env, CI: "true" });
  await run(pnpm("--recursive", "--if-present", "run", "generate"));
  writeFileSync(stamp, wanted);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
