import fc from "fast-check";
import * as mathjs from "mathjs";
import { describe, expect, it } from "vitest";
import type { Operator } from "../src/formula/ast.ts";
import { FormulaError, parse } from "../src/formula/index.ts";
import { toText } from "../src/print/text.ts";
import { formulaTree } from "./formula-arbitraries.ts";

/** Either a formula or a FormulaError that points into the text; anything else fails. */
function isReadOrRefused(text: string): boolean {
  try {
    const formula = parse(text);
    const canonical = formula.toString();
    // With all the signs written out it can be too long to be read.
    if (canonical.length <= 10_000) expect(parse(canonical).toString()).toBe(canonical);
    formula.latex();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(text.length);
    expect(error.excerpt.split("\n")).toHaveLength(2);
  }
  return true;
}

describe("random texts", () => {
  it("are read or refused with a FormulaError: 5 000 of any characters", () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string());
    fc.assert(fc.property(anything, isReadOrRefused), { numRuns: 5000 });
  }, 60_000);

  it("are read or refused with a FormulaError: 10 000 that are nearly formulas", () => {
    const piece = fc.constantFrom(
      ..."x y b1 alpha _ 2 0.5 1e3 .5 1e 1. ( ) [ ] | , + - * / ^ ** = == < <= != sin( exp[ max( log where( sni( pi e √ ² ⁻¹ × ≤ # ! & \n".split(
        " ",
      ),
      " ",
    );
    const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(texts, isReadOrRefused), { numRuns: 10_000 });
  }, 60_000);

  it("do not slow it down when they are long", () => {
    const texts = fc
      .tuple(
        fc.constantFrom("(", "x+", "2^", "-", "|", "sin(", "1/2x", "√", "x", "[x]", "1e1e", "²"),
        fc.nat(10_000),
      )
      .map(([piece, length]) => piece.repeat(length).slice(0, length));
    fc.assert(fc.property(texts, isReadOrRefused), { numRuns: 200 });
  }, 60_000);
});

const comparisons: Operator[] = ["<", "<=", ">", ">=", "==", "!="];

describe("printing and reading again", () => {
  it("gives the same tree", () => {
    const trees = formulaTree({
      symbols: ["x", "y", "b1", "x_0"],
      functions: ["sin", "exp", "sqrt", "abs", "not"],
      operators: ["+", "-", "*", "/", "^", ...comparisons],
      numbers: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs),
      depth: 6,
    });
    fc.assert(
      fc.property(trees, (tree) => {
        expect(parse(toText(tree)).ast).toEqual(tree);
      }),
      { numRuns: 3000 },
    );
  }, 60_000);
});

describe("mathjs", () => {
  const values = { x: 0.7, y: 1.9, a: 2.5 };
  let compared = 0;

  function agree(text: string): void {
    let theirs: unknown;
    try {
      theirs = mathjs.evaluate(text, { ...values });
    } catch (error) {
      // Some of its functions do not take the complex numbers that others return.
      if (String(error).includes("Complex")) return;
      throw error;
    }
    if (typeof theirs !== "number" || !Number.isFinite(theirs)) return;
    compared++;
    const ours = parse(text).evaluate(values).item();
    const scale = Math.max(1, Math.abs(theirs));
    expect(Math.abs(ours - theirs) / scale, `${text}: ${ours} and ${theirs}`).toBeLessThan(1e-9);
  }

  it("agrees about precedence in random texts, also without multiplication signs", () => {
    compared = 0;
    const operand = fc.constantFrom(
      "x",
      "y",
      "a",
      "pi",
      "2",
      "3",
      "0.5",
      "(x+1)",
      "sin(x)",
      "sqrt(y)",
      "abs(x-y)",
      "2x",
      "3(a-1)",
      "x y",
      "2^2",
    );
    const operator = fc.constantFrom("+", "-", "*", "/", "^", " - ", "+-", "*-", "^-");
    const texts = fc
      .tuple(fc.constantFrom("", "-"), operand, fc.array(fc.tuple(operator, operand), { maxLength: 6 }))
      .map(([sign, first, rest]) => sign + first + rest.map(([name, next]) => name + next).join(""));
    fc.assert(fc.property(texts, agree), { numRuns: 3000, seed: 1 });
    expect(compared).toBeGreaterThan(750);
  }, 60_000);

  it("agrees about the value of random formulas", () => {
    compared = 0;
    const trees = formulaTree({
      symbols: ["x", "y", "a"],
      functions: [
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "sqrt",
        "cbrt",
        "abs",
        "atan",
        "tanh",
        "sinh",
        "log2",
        "log10",
        "square",
        "sign",
        "expm1",
        "log1p",
        "erf",
      ],
      operators: ["+", "-", "*", "/", "+", "*", "^"],
      numbers: fc.constantFrom(0.5, 1, 2, 3, 1e-3),
    });
    fc.assert(
      fc.property(trees, (tree) => agree(toText(tree))),
      { numRuns: 2000, seed: 1 },
    );
    expect(compared).toBeGreaterThan(500);
  }, 60_000);
});
