import { describe, expect, it } from "vitest";
import { parse } from "../src/formula/index.ts";

describe("LaTeX", () => {
  it.each([
    ["a*exp(-b*t) + c", "a e^{-b t} + c"],
    ["x^2", "x^{2}"],
    ["(x+1)^2", "\\left(x + 1\\right)^{2}"],
    ["-x^2", "-x^{2}"],
    ["(x^2)^3", "\\left(x^{2}\\right)^{3}"],
    ["2^x^2", "2^{x^{2}}"],
    ["x/y", "\\frac{x}{y}"],
    ["(x/y)^2", "\\left(\\frac{x}{y}\\right)^{2}"],
    ["(a+b)/(c+d)", "\\frac{a + b}{c + d}"],
    ["sqrt(x+1)", "\\sqrt{x + 1}"],
    ["cbrt(x)", "\\sqrt[3]{x}"],
    ["|x|", "\\left|x\\right|"],
    ["2*3*x", "2 \\cdot 3 x"],
    ["a*(b+c)", "a \\left(b + c\\right)"],
    ["a-(b-c)", "a - \\left(b - c\\right)"],
    ["a*(-b)", "a \\left(-b\\right)"],
    ["sin(x)^2", "\\sin^{2}\\left(x\\right)"],
    ["log(x)^2", "\\left(\\ln\\left(x\\right)\\right)^{2}"],
    ["exp(x)^2", "\\left(e^{x}\\right)^{2}"],
    ["log10(x)", "\\log_{10}\\left(x\\right)"],
    ["asin(x)", "\\arcsin\\left(x\\right)"],
    ["erf(x)", "\\operatorname{erf}\\left(x\\right)"],
    ["floor(x)", "\\left\\lfloor x\\right\\rfloor"],
    ["min(x, y)", "\\min\\left(x, y\\right)"],
    [
      "where(x <= 1, a, b)",
      "\\begin{cases} a & \\text{if } x \\le 1 \\\\ b & \\text{otherwise} \\end{cases}",
    ],
    ["1e-7*x", "10^{-7} x"],
    ["alpha + beta1 + Omega", "\\alpha + \\beta_{1} + \\Omega"],
    ["μ + σ₂", "\\mu + \\sigma_{2}"],
    ["b1*x_0 + x_max", "b_{1} x_{0} + x_{\\mathrm{max}}"],
    ["rate*time", "\\mathrm{rate} \\, \\mathrm{time}"],
    ["étude_1", "\\text{étude}_{1}"],
    ["sum(x + y)^2", "\\left(\\sum \\left(x + y\\right)\\right)^{2}"],
    ["dot(a + b, c)", "\\left(a + b\\right) \\cdot c"],
    ["matmul(transpose(A), x)", "A^{\\mathsf T} x"],
    ["solve(A, b)", "A^{-1} b"],
    ["2*pi*t/T", "\\frac{2 \\pi t}{T}"],
    ["and(a < b, not(c == d))", "a < b \\land \\lnot \\left(c = d\\right)"],
  ])("%s is %s", (text, latex) => {
    expect(parse(text).latex().replaceAll(/\s+/g, "")).toBe(latex.replaceAll(/\s+/g, ""));
  });

  it("keeps a command apart from the letter after it", () => {
    expect(parse("pi*x").latex()).toBe("\\pi x");
    expect(parse("alpha*t").latex()).toBe("\\alpha t");
  });

  it("colours symbols and gives them classes", () => {
    const color = (name: string): string | undefined => (name === "a" ? "#c33" : undefined);
    expect(parse("a*x").latex({ color })).toBe("\\textcolor{#c33}{a} x");
    const className = (name: string): string => `symbol-${name}`;
    expect(parse("b1").latex({ className })).toBe("\\htmlClass{symbol-b1}{b_{1}}");
  });

  it("balances its braces and brackets", () => {
    for (const text of ["a/(1+exp(-k*(x-c)))", "exp(-((x-mu)/sigma)^2/2)/sqrt(2*pi*sigma^2)", "x^(1/3)^y"]) {
      const latex = parse(text).latex();
      expect(latex.split("{").length).toBe(latex.split("}").length);
      expect(latex.split("\\left").length).toBe(latex.split("\\right").length);
    }
  });
});
