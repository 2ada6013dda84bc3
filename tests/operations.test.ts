import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { operationsDocument } from "../packages/autodiff/scripts/operations/document.ts";
import { domains, notes } from "../packages/autodiff/scripts/operations/notes.ts";
import { elementwiseFunctions, type ElementwiseName } from "../packages/autodiff/src/ops/elementwise.ts";
import { ops } from "../packages/autodiff/src/ops/table.ts";
import { root } from "../scripts/workspace.js";

const path = join(root, "packages/autodiff/docs/operations.md");

describe("the table of operations", () => {
  it("is up to date", async () => {
    const config = await resolveConfig(path);
    const current = await format(operationsDocument(), { ...config, filepath: path });
    expect(
      readFileSync(path, "utf8") === current,
      "docs/operations.md is out of date; write it again: npx node packages/autodiff/scripts/operations.mjs",
    ).toBe(true);
  });

  it("has one row for every operation", () => {
    const [document = ""] = operationsDocument().split("## Special points");
    for (const name of ops.keys())
      expect(document.split(new RegExp(`^\\| \`${name}[\`(]`, "m"))).toHaveLength(2);
  });

  it("has notes on operations only", () => {
    for (const name of Object.keys(notes)) expect(ops.has(name), name).toBe(true);
  });

  it.each(Object.entries(domains))("says where %s has a finite value", (name, { holds }) => {
    const { elementwise } = elementwiseFunctions[name as ElementwiseName].op;
    const grid = Array.from({ length: 25 }, (_, index) => (index - 12) / 4);
    for (const x of grid)
      for (const y of elementwise?.arity === 1 ? [0] : grid)
        expect(Number.isFinite(elementwise?.kernel(x, y, 1, 0)), `${name}(${x}, ${y})`).toBe(holds(x, y));
  });
});
