import { describe, expect, it } from "vitest";
import { derive, parse } from "../src/formula/index.ts";

describe("special functions in formulas", () => {
  it.each([
    ["lgamma(x)", "digamma(x)"],
    ["digamma(x)", "polygamma(1, x)"],
    ["gamma(x)", "digamma(x)*gamma(x)"],
    ["polygamma(2, x)", "polygamma(3, x)"],
    ["beta(x, 2)", "beta(x, 2)*(digamma(x) - digamma(x + 2))"],
    ["logBeta(x, 2)", "digamma(x) - digamma(x + 2)"],
    ["besselJ0(x)", "-besselJ1(x)"],
    ["besselJ1(x)", "(besselJ0(x) - besselJ(2, x))/2"],
    ["besselJ(0, x)", "-besselJ1(x)"],
    ["besselJ(3, x)", "(besselJ(2, x) - besselJ(4, x))/2"],
    ["faddeevaReal(x, 1)", "faddeevaRealDerivative(1, x, 1)"],
    ["faddeevaReal(1, x)", "-faddeevaImaginaryDerivative(1, 1, x)"],
    ["voigt(x, s, g)", "voigtDerivative(1, x, s, g)"],
    ["voigt(0, x, g)", "x*voigtDerivative(2, 0, x, g)"],
    ["voigt(0, s, x)", "-voigtDispersionDerivative(1, 0, s, x)"],
    ["normalCdf(x)", "exp(-x^2/2)/sqrt(2*pi)"],
    ["normalQuantile(x)", "sqrt(2*pi)*exp(normalQuantile(x)^2/2)"],
    ["erfInverse(x)", "sqrt(pi)*exp(erfInverse(x)^2)/2"],
  ])("d/dx %s = %s", (formula, expected) => {
    const derivative = derive(formula, { withRespectTo: "x" });
    expect(derivative.text).toBe(expected);
    const values = { x: 0.7, s: 1.2, g: 0.4 };
    expect(parse(derivative.text).evaluate(values).item()).toBeCloseTo(
      derivative.evaluate(values).item(),
      13,
    );
  });

  it("have second derivatives that read well", () => {
    const second = (formula: string): string => derive(formula, { withRespectTo: "x", order: 2 }).text;
    expect(second("lgamma(x)")).toBe("polygamma(1, x)");
    expect(second("besselJ0(x)")).toBe("(besselJ(2, x) - besselJ0(x))/2");
    expect(second("voigt(x, s, g)")).toBe("voigtDerivative(2, x, s, g)");
    expect(second("faddeevaReal(x, y)")).toBe("faddeevaRealDerivative(2, x, y)");
  });

  it.each([
    ["lgamma(x)", "\\ln\\Gamma\\left(x\\right)"],
    ["gamma(x+1)", "\\Gamma\\left(x + 1\\right)"],
    ["digamma(x)", "\\psi\\left(x\\right)"],
    ["polygamma(2, x)", "\\psi^{\\left(2\\right)}\\left(x\\right)"],
    ["beta(x, y)", "\\mathrm{B}\\left(x, y\\right)"],
    ["besselJ(n, x)", "J_{n}\\left(x\\right)"],
    ["besselJ0(x)", "J_{0}\\left(x\\right)"],
    ["faddeevaReal(x, y)", "\\operatorname{Re} w\\left(x + i \\left(y\\right)\\right)"],
    ["voigt(x, s, g)", "V\\left(x; s, g\\right)"],
    ["normalCdf(x)", "\\Phi\\left(x\\right)"],
    ["normalQuantile(x)", "\\Phi^{-1}\\left(x\\right)"],
  ])("%s is set as %s", (formula, latex) => {
    expect(parse(formula).latex()).toBe(latex);
  });

  it("leave beta and gamma to be symbols where no bracket follows", () => {
    const decay = parse("gamma*exp(-beta*t) + gamma^2 beta");
    expect(decay.symbols).toEqual(["gamma", "beta", "t"]);
    expect(decay.evaluate({ gamma: 2, beta: 0.5, t: 0 }).item()).toBe(4);
    expect(decay.latex()).toContain("\\gamma");
    const both = parse("gamma(gamma) + beta(beta, 2)");
    expect(both.symbols).toEqual(["gamma", "beta"]);
    expect(both.evaluate({ gamma: 5, beta: 1 }).item()).toBe(24.5);
    expect(parse(both.toString()).toString()).toBe(both.toString());
    expect(derive("beta*gamma(beta)", { withRespectTo: "beta" }).text).toBe(
      "gamma(beta)*(beta*digamma(beta) + 1)",
    );
  });

  it("know their arity", () => {
    expect(() => parse("voigt(x, 1)")).toThrow("3");
    expect(() => parse("polygamma(x)")).toThrow("2");
    expect(parse("besselJ(-2, x)").evaluate({ x: 1 }).item()).toBeCloseTo(0.1149034849319005, 15);
  });
});
