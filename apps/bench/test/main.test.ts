import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Row } from "../src/benchmark.ts";

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
    [["--page", "matmul"], "--page is of every row, not only of matmul"],
    [["--json", "/no/such/folder/x.json"], "--json: there is no such folder"],
    [["--json", tmpdir()], "--json: expected a file, found a folder"],
  ])("ends with 2 and a message before it measures: %j", (words, message) => {
    const { status, stdout, stderr } = bench(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: npm run bench -- [name or group…]");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("explains itself", () => {
    const { status, stdout } = bench("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^usage: [^]*\ngroups: .*matmul.*\nbenchmarks: .*normal-equations/);
  });

  it("measures what is asked for by name or group, and keeps the numbers", () => {
    const file = join(mkdtempSync(join(tmpdir(), "bench-")), "bench.json");
    const { status, stdout, stderr } = bench("call-vectors", "derivatives", "--quick", "--json", file);
    expect([status, stderr]).toEqual([0, ""]);
    const rows = JSON.parse(readFileSync(file, "utf8")) as Row[];
    rmSync(dirname(file), { recursive: true });
    expect(rows.map(({ name }) => name)).toEqual(["rosenbrock-gradient", "hessian", "call-vectors"]);
    expect(Object.keys(rows[0]?.others ?? {})).toEqual(
      expect.arrayContaining(["plain JavaScript", "jax-js", "TensorFlow.js, f32"]),
    );
    expect(stdout).toMatch(/^.*Node\.js .*\n.*@tensorflow\/tfjs [^]*\nbenchmark [^]*\nhessian /);
    expect(
      Math.max(
        ...stdout
          .split("\n\n")[1]!
          .split("\n")
          .map(({ length }) => length),
      ),
    ).toBeLessThan(100);
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
