import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { expect, it } from "vitest";

const onWindows = process.platform === "win32";

it("a script that npm runs ends with the shell between them", { skip: onWindows }, async () => {
  const workspace = new URL("../scripts/workspace.js", import.meta.url).href;
  const script = `
    import { endWithParent } from ${JSON.stringify(workspace)};
    endWithParent();
    process.stdout.write("running");
    setInterval(() => {}, 1000);
  `;
  // As under npm: a shell that waits for the script, and does not pass a signal on.
  const shell = spawn("sh", ["-c", '"$NODE" --input-type=module --eval "$SCRIPT"; true'], {
    env: { ...process.env, NODE: process.execPath, SCRIPT: script, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(shell.stdout, "data")) as [Buffer];
  expect(said.toString()).toBe("running");
  shell.kill("SIGTERM");
  // The pipe closes when the last process that holds it has ended: the script.
  await once(shell.stdout, "close");
});
