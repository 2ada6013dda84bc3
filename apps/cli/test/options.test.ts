import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveOptionsSchema } from "../src/derive/options.ts";
import { fitOptionsSchema } from "../src/fit/options.ts";
import { boundsSchema, fixedSchema, namesSchema, numbersSchema } from "../src/options/assignments.ts";
import { parseOptions } from "../src/options/parse.ts";
import { readableWords } from "../src/words.ts";

const problem = (result: { error?: { issues: { message: string }[] } | undefined }): string | undefined =>
  result.error?.issues[0]?.message;

describe("--start", () => {
  it("reads names and numbers, numbers also as formulas", () => {
    expect(numbersSchema.parse("a=1, b = -2.5e-3,T=2*pi,α=1/3")).toEqual(
      new Map([
        ["a", 1],
        ["b", -0.0025],
        ["T", 2 * Math.PI],
        ["α", 1 / 3],
      ]),
    );
  });

  it("leaves commas within brackets to the formula", () => {
    expect(numbersSchema.parse("a=max(1,min(3,2)),b=3")).toEqual(
      new Map([
        ["a", 2],
        ["b", 3],
      ]),
    );
  });

  it.each([
    ["a:1", 'expected a=1,b=0.1, but "a:1" is not of that form'],
    ["1=a", 'expected a=1,b=0.1, but "1=a" is not of that form'],
    ["a=", "expected a number for a, as in a=1"],
    ["a", "expected a number for a, as in a=1"],
    ["a=b", "expected a number for a, as in a=1"],
    ["a=1/0", "expected a number for a, as in a=1"],
    ["a=1,a=2", "expected each name once, but a comes twice"],
    ["", "expected a=1,b=0.1"],
    ["a=1,,b=2", "expected a=1,b=0.1, but there is a comma with nothing beside it"],
    ["a=1, ", "expected a=1,b=0.1, but there is a comma with nothing beside it"],
  ])("%j: %s", (text, message) => {
    expect(problem(numbersSchema.safeParse(text))).toBe(message);
  });

  it("reads back any numbers", () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]\w{0,5}$/), value, { minKeys: 1 }), (values) => {
        const text = Object.entries(values).map(([name, number]) => `${name}=${number}`);
        expect(numbersSchema.parse(text.join(","))).toEqual(
          new Map(Object.entries(values).map(([k, v]) => [k, v + 0])),
        );
      }),
    );
  });
});

describe("--bounds", () => {
  it("reads both ends, open ones too", () => {
    expect(boundsSchema.parse("a=0:2,b=0:,c=:2,d=-1:-0.5")).toEqual(
      new Map([
        ["a", { min: 0, max: 2 }],
        ["b", { min: 0, max: Infinity }],
        ["c", { min: -Infinity, max: 2 }],
        ["d", { min: -1, max: -0.5 }],
      ]),
    );
  });

  it.each([
    ["b=0", "expected lower:upper for b, as in b=0:2, b=0: or b=:2"],
    ["b=:", "expected lower:upper for b, as in b=0:2, b=0: or b=:2"],
    ["b=1:2:3", "expected lower:upper for b, as in b=0:2, b=0: or b=:2"],
    ["b=x:2", "expected lower:upper for b, as in b=0:2, b=0: or b=:2"],
    ["b=2:1", "expected the lower bound of b below the upper one"],
    ["b=1:1", "expected the lower bound of b below the upper one"],
  ])("%j: %s", (text, message) => {
    expect(problem(boundsSchema.safeParse(text))).toBe(message);
  });
});

describe("--fix and --wrt", () => {
  it("read a value, a name alone, names", () => {
    expect(fixedSchema.parse("c=0,d")).toEqual(
      new Map([
        ["c", 0],
        ["d", undefined],
      ]),
    );
    expect(namesSchema.parse("x, y")).toEqual(["x", "y"]);
    expect(problem(namesSchema.safeParse("x,,y"))).toBe("expected names separated by commas, as in x,y");
  });
});

describe("the flags of a command", () => {
  it("get their defaults", () => {
    expect(parseOptions(fitOptionsSchema, { model: "a*x" })).toEqual({
      model: "a*x",
      level: 0.95,
      json: false,
    });
    expect(parseOptions(deriveOptionsSchema, {})).toEqual({ order: 1, latex: false, json: false });
  });

  it.each([
    [{ model: " " }, '--model: expected a formula, such as a + b*x, found: " "'],
    [{ model: "a", level: "95" }, '--level: expected a number between 0 and 1, such as 0.95, found: "95"'],
    [
      { model: "a", level: "high" },
      '--level: expected a number between 0 and 1, such as 0.95, found: "high"',
    ],
    [
      { model: "a", maxIterations: "1.5" },
      '--max-iterations: expected a whole number from 1 to 1000000, found: "1.5"',
    ],
    [
      { model: "a", plot: "fit.png" },
      '--plot: expected the name of an SVG file, such as fit.svg, found: "fit.png"',
    ],
    [{ model: "a", x: "" }, '--x: expected the name of a column, found: ""'],
  ])("%j: %s", (flags, message) => {
    expect(() => parseOptions(fitOptionsSchema, flags)).toThrow(message);
  });
});

describe("readableWords", () => {
  it("lets a formula begin with a minus sign", () => {
    expect(readableWords(["derive", "-x^2", "--order", "2"])).toEqual([
      "derive",
      "--order",
      "2",
      "--",
      "-x^2",
    ]);
    expect(readableWords(["derive", "--json", "-x"])).toEqual(["derive", "--json", "--", "-x"]);
  });

  it("leaves everything else alone", () => {
    for (const words of [["derive", "x", "--at", "-x=1"], ["derive", "-h"], ["fit", "-", "-m", "a"], []])
      expect(readableWords(words)).toEqual(words);
  });
});
