import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root, workspaceNode } from "../scripts/workspace.js";

interface Loop {
  readonly name: string;
  readonly turns: number;
  /** Bytes in use after each tenth of the turns. */
  readonly samples: readonly number[];
}

/** A million take half a minute and show the same; the script takes that number, too. */
const gradients = 100_000;

describe("eager loops", () => {
  it("hold memory flat", { timeout: 120_000 }, async () => {
    const script = join(root, "tests/support/memory/eager-loops.ts");
    const { stdout } = await promisify(execFile)(workspaceNode, [
      "--expose-gc",
      "--conditions=@steepest/source",
      script,
      String(gradients),
    ]);
    const loops = JSON.parse(stdout) as Loop[];
    expect(loops.length).toBeGreaterThan(3);
    for (const { name, turns, samples } of loops) {
      // The compiler of the engine has settled after some tenths. A tensor kept per turn would be a hundred bytes or more,
      // for the half of the turns that is looked at; the engine itself may move by some ten thousand.
      const settled = samples.slice(4);
      const growth = (settled.at(-1) as number) - Math.min(...settled);
      expect(growth, `${name}: ${samples.join(", ")}`).toBeLessThan(Math.max(20 * turns, 150_000));
    }
  });
});
