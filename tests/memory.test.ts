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

/** What a script of the folder `memory` prints. */
async function measured<T>(script: string, turns: number): Promise<T[]> {
  const { stdout } = await promisify(execFile)(workspaceNode, [
    "--expose-gc",
    "--conditions=@steepest/source",
    join(root, "tests/support/memory", script),
    String(turns),
  ]);
  return JSON.parse(stdout) as T[];
}

describe("eager loops", () => {
  it("hold memory flat", { timeout: 120_000 }, async () => {
    const loops = await measured<Loop>("eager-loops.ts", gradients);
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

interface CompiledLoop {
  readonly name: string;
  readonly turns: number;
  /** Bytes after each tenth of the turns. */
  readonly samples: readonly Readonly<Record<"held" | "resident" | "addresses", number>>[];
}

describe("compiled functions", () => {
  it("hold memory flat, called and specialised ever so often", { timeout: 120_000 }, async () => {
    const loops = await measured<CompiledLoop>("compiled-calls.ts", 100_000);
    expect(loops.map(({ turns }) => turns)).toEqual([100_000, 1000, 500]);
    for (const { name, turns, samples } of loops) {
      const settled = samples.slice(4);
      const growth = (what: "held" | "resident"): number =>
        (settled.at(-1)?.[what] as number) - Math.min(...settled.map((each) => each[what]));
      const shown = `${name}: ${JSON.stringify(samples)}`;
      // A program kept would be ten thousand bytes, a number kept per call sixteen.
      expect(growth("held"), shown).toBeLessThan(turns === 100_000 ? 200_000 : 1000 * turns);
      expect(growth("resident"), shown).toBeLessThan(64e6);
      // Room for a hundred memories, while a thousand programs come and go between two collections.
      expect(Math.max(...samples.map((each) => each.addresses)), shown).toBeLessThan(2 ** 40);
    }
  });
});
