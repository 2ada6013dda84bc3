// `pnpm bench [name…] [--json file]`: runs apps/bench from its sources on the workspace's own Node.js.
import process from "node:process";
import { setup } from "./setup.js";
import { run, workspaceNode } from "./workspace.js";

await setup();
try {
  await run([
    workspaceNode,
    "--conditions=@steepest/source",
    "apps/bench/src/main.ts",
    ...process.argv.slice(2),
  ]);
} catch {
  // It has said what is wrong: with its arguments, in nearly every case.
  process.exitCode = 2;
}
