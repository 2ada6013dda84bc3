import { describe, expect, it } from "vitest";
import { SteepestError } from "../src/errors.ts";
import { formulaFunctions } from "../src/formula/functions.ts";
import { FormulaError, parse } from "../src/formula/index.ts";
import { elementwiseFunctions } from "../src/ops/elementwise.ts";

function value(text: string, values: Record<string, number> = {}): number {
  return parse(text).evaluate(values).item();
}

function problem(text: string): FormulaError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe("precedence", () => {
  it.each([
    ["-2^2", -4],
    ["(-2)^2", 4],
    ["2^3^2", 512],
    ["2^-1", 0.5],
    ["2^-2^2", 1 / 16],
    ["2**3", 8],
    ["1 - 2 - 3", -4],
    ["8/4/2", 1],
    ["8/4*2", 4],
    ["2 + 3*4^2", 50],
    ["-2*-3", 6],
    ["2 - -3", 5],
    ["+4", 4],
    ["--4", 4],
    ["1 + 2 < 4", 1],
    ["2^0.5^2", 2 ** 0.25],
    ["-3^2*2", -18],
  ])("%s is %d", (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 14);
  });
});

describe("multiplication without a sign", () => {
  it.each([
    ["2x", "2*x"],
    ["2 pi x", "2*pi*x"],
    ["3(x+1)", "3*(x + 1)"],
    ["(a)(b)", "a*b"],
    ["x y", "x*y"],
    ["2sin(x)", "2*sin(x)"],
    ["2x^2y", "2*x^2*y"],
    ["x²y³", "x^2*y^3"],
    ["x⁻¹", "x^-1"],
    ["√2x", "sqrt(2)*x"],
    ["2e", "2*e"],
    ["2e-x", "2*e - x"],
    ["2|x|", "2*abs(x)"],
    ["|x||y|", "abs(x)*abs(y)"],
    ["||x|-1|", "abs(abs(x) - 1)"],
    ["-2x", "-2*x"],
    ["1/2x", "1/2*x"],
    ["1/2(x+1)", "1/2*(x + 1)"],
    ["a/2b", "a/(2*b)"],
    ["2x/3y", "2*x/(3*y)"],
    ["1/x y", "1/(x*y)"],
    ["pi(x+1)", "pi*(x + 1)"],
  ])("%s is %s", (text, expected) => {
    expect(parse(text).toString()).toBe(expected);
  });
});

describe("numbers, names, signs", () => {
  it.each([
    ["1e-3", 1e-3],
    ["1E+2", 100],
    [".5", 0.5],
    ["2.", 2],
    ["1_000", 1000],
    ["π", Math.PI],
    ["e", Math.E],
    ["6 ÷ 3 × 2 · 2 − 1", 7],
    ["3 ≤ 2", 0],
    ["2 ≠ 2", 0],
    ["3 ≥ 2", 1],
    ["log(e)", 1],
    ["ln(e)", 1],
    ["log(8, 2)", 3],
    ["log10(1000)", 3],
    ["min(3, 1, 2)", 1],
    ["max(3, 1, 2)", 3],
    ["minimum(3, 1)", 1],
    ["pow(2, 3)", 8],
    ["atan2(1, 1)", Math.PI / 4],
    ["arctan2(1, 1)", Math.PI / 4],
    ["arcsin(1)", Math.PI / 2],
    ["hypot(3, 4)", 5],
    ["if(1 < 2, 10, 20)", 10],
    ["where(and(1 < 2, 2 > 3), 10, 20)", 20],
    ["or(1 > 2, not(2 > 3))", 1],
    ["sin²(1) + cos^2(1)", 1],
    ["neg(2)", -2],
    ["mod1 + x_0", 12],
  ])("%s is %d", (text, expected) => {
    expect(value(text, { mod1: 5, x_0: 7 })).toBeCloseTo(expected, 12);
  });

  it("keeps names apart by case and lists them in order of first appearance", () => {
    expect(parse("d*sin(2*pi*(t - p)/T) + a + d*e").symbols).toEqual(["d", "t", "p", "T", "a"]);
    expect(parse("σ + x₁ + x_max + exp1").symbols).toEqual(["σ", "x₁", "x_max", "exp1"]);
    // tau is the usual name of a time constant, so it is a symbol and not 2π.
    expect(parse("exp(-t/tau)").symbols).toEqual(["t", "tau"]);
    expect(parse("2 + pi").symbols).toEqual([]);
  });

  it("reads names that objects inherit as symbols like any other", () => {
    const formula = parse("constructor + __proto__ + toString");
    expect(formula.symbols).toEqual(["constructor", "__proto__", "toString"]);
    expect(() => formula.evaluate({})).toThrow('no value for the symbol "constructor"');
  });

  it("reads the formulas of the NIST reference problems, square brackets and all", () => {
    const models = [
      ["b1*(1-exp[-b2*x])", "b1*(1 - exp(-b2*x))"],
      ["exp[-b1*x]/(b2+b3*x)", "exp(-b1*x)/(b2 + b3*x)"],
      ["(b1/b2) * exp[-0.5*((x-b3)/b2)**2]", "b1/b2*exp(-0.5*((x - b3)/b2)^2)"],
      ["b1 * (1-(1+2*b2*x)**(-.5))", "b1*(1 - (1 + 2*b2*x)^-0.5)"],
      ["b1 / (1+exp[b2-b3*x])", "b1/(1 + exp(b2 - b3*x))"],
      ["b1 - b2*x1 * exp[-b3*x2]", "b1 - b2*x1*exp(-b3*x2)"],
    ] as const;
    for (const [text, canonical] of models) expect(parse(text).toString()).toBe(canonical);
  });

  it("calls every elementwise operation of the op table by its name", () => {
    for (const [name, { op }] of Object.entries(elementwiseFunctions)) {
      const args =
        op.elementwise?.domain.map(([low, high]) => (low === high ? low : (low + high) / 2 + 0.1)) ?? [];
      const kernel = op.elementwise?.kernel as (...inputs: number[]) => number;
      expect(formulaFunctions.has(name), name).toBe(true);
      expect(value(`${name}(${args.join(", ")})`), name).toBeCloseTo(kernel(...args), 12);
    }
  });
});

describe("errors", () => {
  const operand = 'a number, a name or "("';
  const end = "the end of the formula";
  it.each([
    ["empty input", "", 0, end, operand],
    ["nothing but spaces", "  ", 2, end, operand],
    ["an open bracket", "(x", 2, end, 'an operator or ")"'],
    ["an empty bracket", "2*()", 3, '")"', operand],
    ["a bracket too many", "x)", 1, '")"', "an operator or the end of the formula"],
    ["the wrong bracket", "(x]", 2, '"]"', 'an operator or ")"'],
    ["the wrong square bracket", "exp[x)", 5, '")"', 'an operator, "," or "]"'],
    ["an operator at the end", "x +", 3, end, operand],
    ["an operator at the start", "*x", 0, '"*"', operand],
    ["two operators", "x */ y", 3, '"/"', operand],
    ["a missing operator between numbers", "1 2", 2, '"2"', "an operator or the end of the formula"],
    ["a missing operator before a number", "x 2", 2, '"2"', "an operator or the end of the formula"],
    ["a second decimal point", "1.2.3", 3, '".3"', "an operator or the end of the formula"],
    ["an unclosed call", "sin(x", 5, end, 'an operator, "," or ")"'],
    ["a missing argument", "atan2(x,)", 8, '")"', operand],
    ["a missing comma", "atan2(x 1)", 8, '"1"', 'an operator, "," or ")"'],
    ["a comma outside a call", "(x, y)", 2, '","', 'an operator or ")"'],
    ["a bar left open", "|x", 2, end, 'an operator or "|"'],
    ["an assignment", "y = x", 2, '"="', '"==" for a comparison'],
    ["chained comparisons", "a < b < c", 6, '"<"', "one comparison at a time, such as and(a < b, b < c)"],
    ["a function without arguments", "sin + 1", 4, '"+"', '"("'],
    ["a function name at the end", "2*exp", 5, end, '"("'],
    ["too few arguments", "1 + atan2(x)", 4, "1 argument", "2 arguments"],
    ["too many arguments", "sin(x, y)", 0, "2 arguments", "1 argument"],
    ["no arguments", "max()", 0, "0 arguments", "at least 1 argument"],
    ["an inverse by power", "sin^-1(x)", 5, "1", "a positive power"],
    ["an unknown character", "x # y", 2, '"#"', "a number, a name, an operator or a bracket"],
    [
      "an invisible character",
      "x\u0007",
      1,
      "character U+0007",
      "a number, a name, an operator or a bracket",
    ],
    ["a number beyond double precision", "1e999", 0, "1e999", "a number below 1.8e308"],
  ])("%s: %j", (_, text, position, found, expected) => {
    const error = problem(text);
    expect({ position: error.position, found: error.found, expected: error.expected }).toEqual({
      position,
      found,
      expected,
    });
    expect(error).toBeInstanceOf(SteepestError);
    expect(error.name).toBe("FormulaError");
  });

  it("says in one sentence what was expected where, and what was found", () => {
    expect(problem("2*(x+)").message).toBe('expected a number, a name or "(" at position 5, found ")"');
    expect(problem("sin + 1").message).toBe(
      '"sin" is a function: expected "(" at position 4, found "+"; write sin(…), or give the symbol another name such as sin_1',
    );
  });

  it("suggests the function that was meant", () => {
    expect(problem("sni(x)").message).toContain('did you mean "sin"?');
    expect(problem("2*Exp(x)").message).toContain('did you mean "exp"?');
    expect(problem("squrt(x)").message).toContain('did you mean "sqrt"?');
    expect(problem("2*Exp(x)").position).toBe(2);
    expect(problem("frobnicate(x)").message).not.toContain("did you mean");
    expect(problem("a(x + 1)").message).toBe('unknown function "a" at position 0 (to multiply, write a*(…))');
  });

  it("shows the place with a caret", () => {
    expect(problem("2*(x + )").excerpt).toBe("2*(x + )\n       ^");
    expect(problem("𝛼 + )").excerpt).toBe("𝛼 + )\n    ^");
    const long = problem(`${"x + ".repeat(100)})`);
    const [shown = "", caret = ""] = long.excerpt.split("\n");
    expect(shown.length).toBeLessThanOrEqual(72);
    expect(shown[caret.length - 1]).toBe(")");
  });

  it("refuses what is too long or too deep instead of running out of stack", () => {
    expect(problem("(".repeat(10_000)).message).toContain("more than 200 levels deep");
    expect(problem("-".repeat(10_000)).message).toContain("more than 200 levels deep");
    expect(problem("2^".repeat(4_000)).message).toContain("more than 200 levels deep");
    expect(problem("√".repeat(4_000)).message).toContain("more than 200 levels deep");
    expect(problem("sin(".repeat(2_500)).message).toContain("more than 200 levels deep");
    expect(problem("x".repeat(10_001)).message).toBe("a formula has at most 10000 characters, found 10001");
    expect(value(`${"x+".repeat(4_999)}x`, { x: 2 })).toBe(10_000);
    expect(parse(`${"(".repeat(150)}x${")".repeat(150)}`).toString()).toBe("x");
  });
});
