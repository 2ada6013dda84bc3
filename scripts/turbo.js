// `node scripts/turbo.js task…`: runs tasks of the workspace's packages, with the pnpm that turbo asks for.
import process from "node:process";
import { setup } from "./setup.js";
import { pnpm, run } from "./workspace.js";

await setup();
try {
  await run(pnpm("exec", "turbo", "run", ...process.argv.slice(2)));
} catch {
  // Turbo has said what failed.
  process.exitCode = 1;
}
