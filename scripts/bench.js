// `npm run bench -- [name or group…] [options]`: runs apps/bench from its sources on the workspace's own Node.js.
import { constants } from "node:os";
import process from "node:process";
import { setup } from "./setup.js";
import { endWithParent, message, outcomeOf, workspaceNode } from "./workspace.js";

endWithParent();
try {
  await setup();
  const outcome = await outcomeOf([
    workspaceNode,
    "--conditions=@steepest/source",
    "apps/bench/src/main.ts",
    ...process.argv.slice(2),
  ]);
  process.exitCode = typeof outcome === "number" ? outcome : 128 + constants.signals[outcome];
} catch (error) {
  process.stderr.write(`${message(error)}\n`);
  process.exitCode = 1;
}
