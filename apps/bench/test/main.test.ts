import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function node(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, words, { encoding: "utf8" });
}

const bench = (...words: string[]): ReturnType<typeof node> =>
  node("--conditions=@steepest/source", main, ...words);

describe("the bench command", { timeout: 60_000 }, () => {
  it.each([
    [["nope"], "no such benchmark: nope"],
    [["constructor"], "no such benchmark: constructor"],
    [["--json"], "--json"],
    [["--jsno", "x"], "--jsno"],
    [["--json", "/no/such/folder/x.json"], "--json: there is no such folder"],
    [["--json", tmpdir()], "--json: expected a file, found a folder"],
  ])("ends with 2 and a message before it measures: %j", (words, message) => {
    const { status, stdout, stderr } = bench(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: npm run bench -- [name…] [--json file]");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("explains itself", () => {
    const { status, stdout } = bench("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^usage: .*\nbenchmarks: .*normal-equations/);
  });

  it("passes its exit code on through npm run bench", () => {
    const { status, stderr } = node(
      fileURLToPath(new URL("../../../scripts/bench.js", import.meta.url)),
      "nope",
    );
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/command failed|\n\s+at /);
  });
});
