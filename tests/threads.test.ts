import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root, workspaceNode } from "../scripts/workspace.js";

const timeout = 120_000;

async function output(script: string, argument: string): Promise<string> {
  const file = join(root, "tests/support/threads", `${script}.ts`);
  const options = ["--expose-gc", "--conditions=@steepest/source", file, argument];
  // A process that does not end is killed, which rejects.
  return (await promisify(execFile)(workspaceNode, options, { timeout: timeout / 2 })).stdout;
}

describe("worker threads", { timeout }, () => {
  it.each(["starting", "working", "asleep"])("let the process end while they are %s", async (state) => {
    expect(await output("ends", state)).toBe("64 numbers");
  });

  it("hold memory flat while programs come and go", async () => {
    const samples = JSON.parse(await output("many-programs", "1000")) as number[];
    expect(samples.length).toBe(10);
    // A program has 400 KB: kept, they would be 240 MB in the last six tenths.
    const growth = (samples.at(-1) as number) - (samples[3] as number);
    expect(growth, samples.join(", ")).toBeLessThan(100);
  });
});
