import { describe, expect, it } from "vitest";
import { matches, readExpected } from "./support/snippets/expected.ts";
import { blocks, examples } from "./support/snippets/extract.ts";
import { instrument } from "./support/snippets/instrument.ts";
import { runModules } from "./support/snippets/run.ts";

describe("what an arrow says", () => {
  it.each([
    ["4", 4, true],
    ["4", 4.1, false],
    ["4", "4", false],
    ["-0.58", -0.5849, true],
    ["-0.58", -0.5851, false],
    ["0.5838…", 0.58385, true],
    ["1.5e-3", 0.00154, true],
    ["1.5e-3", 0.00156, false],
    ["NaN", NaN, true],
    ["[1, [2, true]]", [1, [2, true]], true],
    ["[1, 2]", [1, 2, 3], false],
    ["[1, 2, 3]", [1, 2], false],
    [`"2*x*y"`, "2*x*y", true],
    [`"2*x*y"`, "2*y*x", false],
    ["{ a: 1 }", { a: 1, b: 2 }, true],
    ["{ a: 1 }", { b: 2 }, false],
    ["{}", {}, true],
    ["{}", { a: 1 }, false],
    ["undefined", undefined, true],
    ["undefined", null, false],
  ])("%s of %j: %s", (text, actual, holds) => {
    expect(matches(actual, readExpected(text))).toBe(holds);
  });

  it.each(["2*x*y", "about 4", "1; 2", ""])("is a literal, not %j", (text) => {
    expect(() => readExpected(text)).toThrow("write a literal after the arrow");
  });
});

describe("instrument", () => {
  const claims = (code: string) => instrument(code).claims.map(({ line, text }) => [line, text]);

  it("finds claims behind expressions, declarations and console.log, on the line or below", () => {
    const code = [
      "f(1); // → 4",
      "const x = f(2); // → 8",
      "console.log(f(3)); // → 12",
      "f(4);",
      "// → [16,",
      "//    17]",
      "f(5); // not a claim",
    ].join("\n");
    expect(claims(code)).toEqual([
      [1, "4"],
      [2, "8"],
      [3, "12"],
      [4, "[16,    17]"],
    ]);
  });

  it("hands over the values in order, as plain data", async () => {
    const { module } = instrument("const [a, b] = [1, 2]; // → [1, 2]\nFloat64Array.of(a, b); // → [1, 2]");
    const outcomes = await runModules([`data:text/javascript,${encodeURIComponent(module)}`]);
    expect(outcomes).toEqual([
      {
        values: [
          [1, 2],
          [1, 2],
        ],
      },
    ]);
  });

  it("reports what a snippet throws", async () => {
    const [outcome] = await runModules(["data:text/javascript,null.x"]);
    expect(outcome?.error).toContain("TypeError");
  });

  it("rejects an arrow that claims nothing", () => {
    expect(() => instrument("import fs from 'node:fs'; // → 1")).toThrow("line 1");
  });
});

describe("extract", () => {
  it("takes the blocks that can be run, with their lines", () => {
    const text = "# T\n\n```ts\na;\nb;\n```\n\n```json\n{}\n```\n\n  ```sh\n  c\n  ```\n";
    expect(blocks(text)).toEqual([
      { line: 4, language: "ts", code: "a;\nb;\n" },
      { line: 13, language: "sh", code: "c\n" },
    ]);
  });

  it("takes the examples of docstrings, with the lines of the source", () => {
    const source =
      "/** none */\n/**\n * Adds.\n *\n * @example\n * ```ts\n * add(1, 2); // → 3\n * ```\n */\ncode";
    expect(blocks(examples(source))).toEqual([{ line: 7, language: "ts", code: "add(1, 2); // → 3\n" }]);
  });
});
