import * as mathjs from "mathjs";
import { describe, expect, it } from "vitest";
import { DifferentiationError, ShapeError } from "../src/errors.ts";
import { derive, FormulaError, parse } from "../src/formula/index.ts";

/** Each checked by hand: formula, symbol, derivative. */
const table = [
  // polynomials and powers
  ["x", "x", "1"],
  ["x^2*y", "x", "2*x*y"],
  ["x^2*y", "y", "x^2"],
  ["3*x^2 - 2*x + 1", "x", "6*x - 2"],
  ["(x + 1)^5", "x", "5*(x + 1)^4"],
  ["(2x + 1)^3", "x", "6*(2*x + 1)^2"],
  ["(x - 1)*(x + 1)", "x", "2*x"],
  ["(c - x)^2", "x", "-2*(c - x)"],
  ["x^n", "x", "n*x^(n - 1)"],
  ["x^n", "n", "x^n*log(x)"],
  ["x^-2", "x", "-2/x^3"],
  ["x^(1/3)", "x", "1/(3*x^(2/3))"],
  ["0.5x^3", "x", "1.5*x^2"],
  ["x^2.5", "x", "2.5*x^1.5"],
  ["a + b*t + c*t^2", "t", "2*c*t + b"],
  // products and quotients
  ["x*sin(x)", "x", "x*cos(x) + sin(x)"],
  ["x*log(x) - x", "x", "log(x)"],
  ["x*exp(-x)", "x", "(1 - x)*exp(-x)"],
  ["1/x", "x", "-1/x^2"],
  ["x/y", "y", "-x/y^2"],
  ["x/(1 + x^2)", "x", "(1 - x^2)/(1 + x^2)^2"],
  ["(x - 1)/(x + 1)", "x", "2/(x + 1)^2"],
  ["exp(x)/x", "x", "(x - 1)*exp(x)/x^2"],
  ["sin(x)*cos(x)", "x", "cos(x)^2 - sin(x)^2"],
  // elementary functions
  ["exp(-b*t)", "t", "-b*exp(-b*t)"],
  ["exp(-b*t)", "b", "-t*exp(-b*t)"],
  ["exp(sin(x))", "x", "cos(x)*exp(sin(x))"],
  ["log(x)", "x", "1/x"],
  ["log(1 + x^2)", "x", "2*x/(1 + x^2)"],
  ["log2(x)", "x", "1/(x*log(2))"],
  ["log10(x)", "x", "1/(x*log(10))"],
  ["log(x, b)", "x", "1/(x*log(b))"],
  ["log1p(x)", "x", "1/(x + 1)"],
  ["expm1(x)", "x", "exp(x)"],
  ["sqrt(x)", "x", "1/(2*sqrt(x))"],
  ["sqrt(1 - x^2)", "x", "-x/sqrt(1 - x^2)"],
  ["cbrt(x)", "x", "1/(3*cbrt(x)^2)"],
  ["sin(2*pi*t)", "t", "2*pi*cos(2*pi*t)"],
  ["cos(x)^3", "x", "-3*sin(x)*cos(x)^2"],
  ["tan(x)", "x", "tan(x)^2 + 1"],
  ["asin(x)", "x", "1/sqrt(1 - x^2)"],
  ["acos(x)", "x", "-1/sqrt(1 - x^2)"],
  ["atan(x)", "x", "1/(x^2 + 1)"],
  ["atan2(y, x)", "y", "x/(y^2 + x^2)"],
  ["sinh(x)", "x", "cosh(x)"],
  ["cosh(x)", "x", "sinh(x)"],
  ["tanh(x)", "x", "1 - tanh(x)^2"],
  ["asinh(x)", "x", "1/sqrt(x^2 + 1)"],
  ["acosh(x)", "x", "1/sqrt(x^2 - 1)"],
  ["atanh(x)", "x", "1/(1 - x^2)"],
  ["hypot(x, y)", "x", "x/hypot(x, y)"],
  ["erf(x)", "x", "2*exp(-x^2)/sqrt(pi)"],
  ["erfc(x)", "x", "-2*exp(-x^2)/sqrt(pi)"],
  ["sigmoid(x)", "x", "sigmoid(x)*(1 - sigmoid(x))"],
  ["softplus(x)", "x", "sigmoid(x)"],
  ["a^x", "x", "a^x*log(a)"],
  ["a^x", "a", "x*a^(x - 1)"],
  ["2^x", "x", "2^x*log(2)"],
  ["x^x", "x", "x^x*(log(x) + 1)"],
  // choices
  ["abs(x)", "x", "sign(x)"],
  ["relu(x)", "x", "where(x > 0, 1, 0)"],
  ["max(x, y)", "x", "where(x > y, 1, 0)"],
  ["max(x, x)", "x", "1"],
  ["min(x, x)^2", "x", "2*x"],
  ["max(2*x, x + x)", "x", "2"],
  ["max(x, min(x, x), y)", "x", "where(x > y, 1, 0)"],
  ["where(x < x, 5, x^2)", "x", "2*x"],
  ["where(x <= x, x^3, x)", "x", "3*x^2"],
  ["where(x > 0, x^2, 3*x)", "x", "where(x > 0, 2*x, 3)"],
  ["where(x == 0, 1, sin(x)/x)", "x", "where(x == 0, 0, cos(x)/x - sin(x)/x^2)"],
  ["floor(x)", "x", "0"],
  ["x < 3", "x", "0"],
  // models
  ["a*exp(-(x-mu)^2/(2*sigma^2))", "x", "-a*(x - mu)*exp(-(x - mu)^2/(2*sigma^2))/sigma^2"],
  ["a*exp(-(x-mu)^2/(2*sigma^2))", "mu", "a*(x - mu)*exp(-(x - mu)^2/(2*sigma^2))/sigma^2"],
  ["a*exp(-(x-mu)^2/(2*sigma^2))", "sigma", "a*(x - mu)^2*exp(-(x - mu)^2/(2*sigma^2))/sigma^3"],
  ["a/(1 + exp(-k*(x-c)))", "a", "1/(1 + exp(-k*(x - c)))"],
  ["a/(1 + exp(-k*(x-c)))", "x", "a*k*exp(-k*(x - c))/(1 + exp(-k*(x - c)))^2"],
  ["a/(1 + exp(-k*(x-c)))", "c", "-a*k*exp(-k*(x - c))/(1 + exp(-k*(x - c)))^2"],
  ["d*sin(2*pi*(t - p)/T)", "t", "2*pi*d*cos(2*pi*(t - p)/T)/T"],
  ["d*sin(2*pi*(t - p)/T)", "p", "-2*pi*d*cos(2*pi*(t - p)/T)/T"],
  ["d*sin(2*pi*(t - p)/T)", "T", "-2*pi*d*(t - p)*cos(2*pi*(t - p)/T)/T^2"],
  [
    "(b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2)",
    "x",
    "(3*b4*x^2 + 2*b3*x + b2)/(1 + b5*x + b6*x^2) - (b1 + b2*x + b3*x^2 + b4*x^3)*(2*b6*x + b5)/(1 + b5*x + b6*x^2)^2",
  ],
  ["exp(-b1*x)/(b2 + b3*x)", "b3", "-x*exp(-b1*x)/(b2 + b3*x)^2"],
  ["b1*(1 - (1 + 2*b2*x)**(-.5))", "b1", "1 - 1/sqrt(1 + 2*b2*x)"],
  ["b1*(1 - (1 + 2*b2*x)**(-.5))", "b2", "b1*x/(1 + 2*b2*x)^1.5"],
] as const;

describe("derivatives read as a person writes them", () => {
  it.each(table)("%s by %s is %s", (text, name, expected) => {
    expect(derive(text, { withRespectTo: name }).text).toBe(expected);
  });

  it("agrees with mathjs's symbolic derivative about the value of each", () => {
    const values = {
      x: 0.37,
      y: 1.3,
      a: 1.7,
      b: 0.6,
      c: 0.9,
      n: 2.4,
      t: 0.8,
      mu: 0.2,
      sigma: 1.1,
      k: 1.5,
      d: 0.7,
      p: 0.3,
      T: 2.1,
      b1: 1.2,
      b2: 0.5,
      b3: 0.8,
      b4: 0.3,
      b5: 0.2,
      b6: 0.4,
    };
    let compared = 0;
    for (const [text, name, expected] of table) {
      let theirs: number;
      try {
        theirs = mathjs.derivative(parse(text).toString(), name).evaluate({ ...values }) as number;
      } catch {
        // It has no rule for some functions.
        continue;
      }
      if (typeof theirs !== "number") continue;
      compared++;
      expect(parse(expected).evaluate(values).item(), `${text} by ${name}`).toBeCloseTo(theirs, 10);
    }
    expect(compared).toBeGreaterThan(45);
  });

  it("agrees with central differences about the value of each", () => {
    const values = {
      x: 1.37,
      y: 1.3,
      a: 1.7,
      b: 0.6,
      c: 0.9,
      n: 2.4,
      t: 0.8,
      mu: 0.2,
      sigma: 1.1,
      k: 1.5,
      d: 0.7,
      p: 0.3,
      T: 2.1,
      b1: 1.2,
      b2: 0.5,
      b3: 0.8,
      b4: 0.3,
      b5: 0.2,
      b6: 0.4,
    };
    for (const [text, name, expected] of table) {
      // Inside the domain of asin, acos, atanh and √(1 − x²).
      const at = { ...values, x: /asin\(|acos\(|atanh|1 - x/.test(text) ? 0.37 : values.x };
      const f = (value: number): number =>
        parse(text)
          .evaluate({ ...at, [name]: value })
          .item();
      const h = 1e-5;
      const slope = (f(at[name as keyof typeof at] + h) - f(at[name as keyof typeof at] - h)) / (2 * h);
      expect(parse(expected).evaluate(at).item(), `${text} by ${name}`).toBeCloseTo(slope, 6);
    }
  });
});

describe("higher orders", () => {
  it.each([
    ["x^4", 4, "24"],
    ["x^4", 5, "0"],
    ["exp(-x^2)", 2, "(4*x^2 - 2)*exp(-x^2)"],
    ["exp(-x^2)", 4, "(16*x^4 - 48*x^2 + 12)*exp(-x^2)"],
    ["sin(x)*x^3", 3, "x*(18 - x^2)*cos(x) + (6 - 9*x^2)*sin(x)"],
    ["sin(x)*x^3", 4, "x*(x^2 - 36)*sin(x) + 12*(2 - x^2)*cos(x)"],
    ["sin(2x)", 4, "16*sin(2*x)"],
    ["log(x)", 4, "-6/x^4"],
    ["sqrt(1 + x^2)", 2, "1/(1 + x^2)^(3/2)"],
    ["1/(1 + x^2)", 2, "(6*x^2 - 2)/(1 + x^2)^3"],
    ["1/(1 + x^2)", 3, "24*x*(1 - x^2)/(1 + x^2)^4"],
  ])("%s, order %d, is %s", (text, order, expected) => {
    expect(derive(text, { withRespectTo: "x", order }).text).toBe(expected);
  });

  it("keeps the third and fourth derivative of a Gaussian as short as the Hermite polynomial in it", () => {
    // d³/dx³ exp(−x²) = −H₃(x) exp(−x²) with H₃ = 8x³ − 12x
    const third = derive("exp(-x^2)", { withRespectTo: "x", order: 3 });
    expect(third.text).toBe("x*(12 - 8*x^2)*exp(-x^2)");
    expect(third.evaluate({ x: 1 }).item()).toBeCloseTo(4 * Math.exp(-1), 13);
  });

  it("gives every distinct mixed partial derivative, with its notation", () => {
    const second = derive("x^2*y + sin(y)", { order: 2 });
    expect(Object.keys(second)).toEqual(["x,x", "x,y", "y,y"]);
    expect(Object.values(second).map(({ text }) => text)).toEqual(["2*y", "2*x", "-sin(y)"]);
    expect(Object.values(second).map(({ notation }) => notation)).toEqual(["∂²f/∂x²", "∂²f/∂x∂y", "∂²f/∂y²"]);
    expect(second["x,y"]?.notationLatex()).toBe("\\frac{\\partial^{2} f}{\\partial x \\, \\partial y}");
    expect(second["x,y"]?.withRespectTo).toEqual(["x", "y"]);
    expect(Object.keys(derive("x*y*z", { order: 3 }))).toHaveLength(10);
  });

  it("writes d for a formula of one symbol and ∂ for more", () => {
    expect(derive("x^2", { withRespectTo: "x" }).notation).toBe("df/dx");
    expect(derive("x^2", { withRespectTo: "x", order: 2 }).notation).toBe("d²f/dx²");
    expect(derive("x^2", { withRespectTo: "x", order: 2 }).notationLatex()).toBe(
      "\\frac{\\mathrm{d}^{2} f}{\\mathrm{d} x^{2}}",
    );
    expect(derive("a*b1", { withRespectTo: "b1" }).notation).toBe("∂f/∂b1");
    expect(derive("a*b1", { withRespectTo: "b1" }).notationLatex()).toBe(
      "\\frac{\\partial f}{\\partial b_{1}}",
    );
  });
});

describe("which derivatives", () => {
  it("takes one symbol, several, or all by default", () => {
    const gradient = derive("x^2*y + sin(y)");
    expect(Object.keys(gradient)).toEqual(["x", "y"]);
    expect(String(gradient.y)).toBe("x^2 + cos(y)");
    expect(Object.keys(derive("a*b*c", { withRespectTo: ["c", "a", "c"] }))).toEqual(["c", "a"]);
    expect(derive(parse("x^3"), { withRespectTo: "x" }).text).toBe("3*x^2");
    expect(Object.keys(derive("2 + pi"))).toEqual([]);
  });

  it("keeps names that objects inherit apart", () => {
    const gradient = derive("__proto__*constructor");
    expect(Object.keys(gradient)).toEqual(["__proto__", "constructor"]);
    expect(gradient["constructor"]?.text).toBe("__proto__");
  });

  it("sets the derivative in LaTeX, coloured if wanted", () => {
    const slope = derive("a*exp(-b*t)", { withRespectTo: "b" });
    expect(slope.latex()).toBe("-a t e^{-b t}");
    expect(slope.latex({ color: (name) => (name === "b" ? "red" : undefined) })).toBe(
      "-a t e^{-\\textcolor{red}{b} t}",
    );
  });
});

describe("the value of a derivative", () => {
  it("is exact for numbers and element by element for arrays", () => {
    const byB = derive("a*exp(-b*t)", { withRespectTo: "b" });
    expect(byB.evaluate({ a: 2, b: 1, t: [0, 1, 2] }).toArray()).toEqual([
      -0,
      -2 * Math.exp(-1),
      -4 * Math.exp(-2),
    ]);
    const byT = derive("t^3", { withRespectTo: "t", order: 2 });
    expect(byT.evaluate({ t: [1, 2, 3] }).toArray()).toEqual([6, 12, 18]);
    expect(byT.evaluate({ t: Int32Array.of(1, 2) }).toArray()).toEqual([6, 12]);
  });

  it("takes mixed partial derivatives in either order", () => {
    const values = { x: 0.3, y: 1.2 };
    const { "x,y": mixed } = derive("sin(x*y)^2/y", { order: 2 });
    const { "y,x": turned } = derive("sin(x*y)^2/y", { order: 2, withRespectTo: ["y", "x"] });
    expect(mixed?.evaluate(values).item()).toBeCloseTo(turned?.evaluate(values).item() as number, 12);
    expect(
      parse(mixed?.text as string)
        .evaluate(values)
        .item(),
    ).toBeCloseTo(mixed?.evaluate(values).item() as number, 12);
  });

  it("comes from the rules, so it is right at the points that the text leaves out", () => {
    const slope = derive("x^n", { withRespectTo: "x" });
    expect(slope.evaluate({ x: 0, n: 0 }).item()).toBe(0);
    expect(parse(slope.text).evaluate({ x: 0, n: 0 }).item()).toBeNaN();
  });

  it("is zero in the shape of the result where the formula does not depend on the symbol any more", () => {
    expect(
      derive("a + t", { withRespectTo: "t", order: 2 })
        .evaluate({ a: 1, t: [1, 2] })
        .toArray(),
    ).toEqual([0, 0]);
  });
});

describe("errors", () => {
  it("names a symbol that the formula does not have, and those it has", () => {
    expect(() => derive("x^2*y", { withRespectTo: "z" })).toThrow("it has x, y: z");
    expect(() => derive("x^2*y", { withRespectTo: ["x", "z"] })).toThrow(FormulaError);
    expect(() => derive("2", { withRespectTo: "pi" })).toThrow("it has none: pi");
  });

  it("wants a positive integer as order", () => {
    for (const order of [0, -1, 1.5, NaN]) expect(() => derive("x", { order })).toThrow(DifferentiationError);
  });

  it("leaves formulas on whole tensors to grad", () => {
    expect(() => derive("sum((x - mean(x))^2)")).toThrow("use grad for this one");
    expect(() => derive("max(x)")).toThrow(FormulaError);
    expect(() => derive("2*dot(x, x)")).toThrow(FormulaError);
  });

  it("passes on what is wrong with the text or the values", () => {
    expect(() => derive("x^")).toThrow(FormulaError);
    expect(() => derive("x*y").x?.evaluate({ x: 1 })).toThrow('no value for the symbol "y"');
    expect(() => derive("x*y").x?.evaluate({ y: 1 })).toThrow('no value for the symbol "x"');
    expect(() => derive("x*y").x?.evaluate({ x: [1, 2], y: [1, 2, 3] })).toThrow(ShapeError);
  });
});
