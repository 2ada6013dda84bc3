import { describe, expect, it } from "vitest";
import { makePlaceholder } from "../src/ops/leaf.ts";
import { grad, sin, sum, tensor, type Tensor } from "../src/index.ts";
import { untracked } from "../src/tensor/record.ts";
import { graphToAst } from "../src/print/graph.ts";
import { toLatex } from "../src/print/latex.ts";
import { toText } from "../src/print/text.ts";

const x = makePlaceholder([], "f64", untracked, "x");
const text = (output: Tensor): string => toText(graphToAst(output, () => undefined));

describe("a graph as a formula", () => {
  it("prints operators, functions and placeholders by name", () => {
    expect(text(x.mul(2).add(sin(x)).neg())).toBe("-(x*2 + sin(x))");
    expect(text(x.maximum(1).less(3))).toBe("max(x, 1) < 3");
    expect(toLatex(graphToAst(x.sqrt().div(x), () => undefined))).toBe("\\frac{\\sqrt{x}}{x}");
  });

  it("prints a gradient, seen through its variables", () => {
    expect(text(grad((z: Tensor) => z.mul(z))(x))).toBe("1*x + 1*x");
  });

  it("recognizes the numbers that rules bring with them", () => {
    expect(text(x.mul(1 / 3))).toBe("x*(1/3)");
    expect(text(x.mul(2 / Math.sqrt(Math.PI)))).toBe("x*(2*(1/sqrt(pi)))");
    expect(text(x.mul(Math.LN10))).toBe("x*(1*log(10))");
    expect(text(x.mul(0.123456789))).toBe("x*0.123456789");
    expect(text(x.mul(-0.5))).toBe("x*(-1/2)");
  });

  it("prints reductions as calls, and names the arrays in them", () => {
    const v = makePlaceholder([3], "f64", untracked, "v");
    expect(text(sum(v.mul(v)))).toBe("sum(v*v)");
    const data = tensor([1, 2, 3]);
    expect(
      toText(
        graphToAst(sum(v.mul(data)), (node) =>
          node === data ? { kind: "symbol", name: "data" } : undefined,
        ),
      ),
    ).toBe("sum(v*data)");
  });

  it("walks long chains without running out of stack", () => {
    let chain: Tensor = x;
    for (let i = 0; i < 20_000; i++) chain = chain.add(x);
    expect(text(chain).length).toBe(20_001 * 4 - 3);
  });
});
