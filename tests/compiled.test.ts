import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { compiledDocument, waysFound } from "../packages/autodiff/scripts/compiled/document.ts";
import { root } from "../scripts/workspace.js";

const path = join(root, "packages/autodiff/docs/compiled.md");

describe("the list of what is compiled", () => {
  it("is up to date", async () => {
    const config = await resolveConfig(path);
    const current = await format(compiledDocument(), { ...config, filepath: path });
    expect(
      readFileSync(path, "utf8") === current,
      "docs/compiled.md is out of date; write it again: npx node packages/autodiff/scripts/compiled.mjs",
    ).toBe(true);
  });

  it("says of every operation how it is carried out", () => {
    for (const [name, ways] of waysFound()) expect(ways.size, name).toBeGreaterThan(0);
  });
});
