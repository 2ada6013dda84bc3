import { describe, expect, it } from "vitest";
import { FormulaError, parse } from "../src/formula/index.ts";
import { compile, grad, jacobian, ShapeError, tensor, type Tensor } from "../src/index.ts";

const decay = parse("a*exp(-b*t) + c");

describe("evaluating a formula", () => {
  it("takes numbers, arrays and tensors, and broadcasts", () => {
    const values = { a: 2, b: 0.5, c: [[1], [2]], t: Float64Array.of(0, 1, 2) };
    const expected = [1, 2].map((c) => [0, 1, 2].map((t) => 2 * Math.exp(-0.5 * t) + c));
    expect(decay.evaluate(values).toArray()).toEqual(expected);
    expect(decay.evaluate({ a: tensor(1), b: 1, c: 0, t: 0 }).item()).toBe(1);
    expect(parse("2 + 3").evaluate({}).item()).toBe(5);
  });

  it("ignores values that the formula does not ask for", () => {
    expect(
      parse("x + 1")
        .evaluate({ x: 1, y: [1, 2, 3] })
        .item(),
    ).toBe(2);
  });

  it("names the symbol without a value, shows its place and what was given", () => {
    const attempt = (): Tensor => decay.evaluate({ a: 1, t: [1, 2] });
    expect(attempt).toThrow('no value for the symbol "b"; given: a, t');
    try {
      attempt();
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError);
      expect((error as FormulaError).position).toBe(7);
    }
  });

  it("throws a ShapeError when values do not broadcast", () => {
    expect(() => parse("x + y").evaluate({ x: [1, 2], y: [1, 2, 3] })).toThrow(ShapeError);
  });

  it("stays f32 with f32 data: numbers and constants take the dtype of what they meet", () => {
    const result = parse("2*pi*x^2 + 1/3").evaluate({ x: Float32Array.of(1, 2) });
    expect(result.dtype).toBe("f32");
  });

  it("can be differentiated, with respect to one symbol or a tree of them", () => {
    const gradient = grad((p: { a: Tensor; b: Tensor }) => decay.evaluate({ ...p, c: 1, t: 2 }))({
      a: 3,
      b: 0.5,
    });
    expect(gradient.a.item()).toBeCloseTo(Math.exp(-1), 14);
    expect(gradient.b.item()).toBeCloseTo(-6 * Math.exp(-1), 14);
    const rows = jacobian((b: Tensor) => decay.evaluate({ a: 1, b, c: 0, t: [0, 1] }))(0);
    const [atZero, atOne] = rows.toArray() as [number, number];
    expect(atZero).toBeCloseTo(0, 14);
    expect(atOne).toBeCloseTo(-1, 14);
  });

  it("can be compiled", () => {
    const compiled = compile((t: Tensor) => decay.evaluate({ a: 2, b: 1, c: 3, t }));
    const t = [0, 0.5, 1];
    const result = compiled(tensor(t)).toArray() as number[];
    t.forEach((at, index) => expect(result[index]).toBeCloseTo(2 * Math.exp(-at) + 3, 14));
  });

  it("gives a function of chosen symbols in a chosen order", () => {
    const f = decay.fn(["t", "a", "b", "c"]);
    expect(f(0, 2, 1, 3).item()).toBe(5);
    expect(() => decay.fn(["t", "a"])).toThrow('no argument for the symbol "b"; given: t, a');
  });

  it("works on whole tensors where asked to", () => {
    expect(
      parse("sum((x - mean(x))^2)")
        .evaluate({ x: [1, 2, 3] })
        .item(),
    ).toBe(2);
    expect(
      parse("max(x) - min(x)")
        .evaluate({ x: [4, 1, 3] })
        .item(),
    ).toBe(3);
    expect(
      parse("max(x, 2)")
        .evaluate({ x: [4, 1, 3] })
        .toArray(),
    ).toEqual([4, 2, 3]);
    expect(
      parse("dot(x, x)")
        .evaluate({ x: [3, 4] })
        .item(),
    ).toBe(25);
  });

  it("is immutable", () => {
    expect(Object.isFrozen(decay)).toBe(true);
    expect(Object.isFrozen(decay.symbols)).toBe(true);
  });
});
