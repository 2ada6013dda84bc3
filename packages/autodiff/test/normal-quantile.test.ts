import { describe, expect, it } from "vitest";
import {
  cast,
  compile,
  erfcInverse,
  erfInverse,
  linspace,
  normalQuantile,
  tensor,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";

const functions: Readonly<Record<string, (x: TensorLike) => Tensor>> = {
  normalQuantile,
  erfInverse,
  erfcInverse,
};
const all = Object.entries(functions);

/** Arguments all over the domain, and near both of its ends. */
function argumentsOf(name: string): Tensor {
  const ends = Array.from({ length: 3000 }, (_, k) => 10 ** (-k / 10)).filter((x) => x > 1e-290);
  if (name === "normalQuantile")
    return tensor([...linspace(0, 1, 2001).data, ...ends, ...ends.map((x) => 1 - x)]);
  if (name === "erfcInverse")
    return tensor([...linspace(0, 2, 2001).data, ...ends, ...ends.map((x) => 2 - x)]);
  return tensor([
    ...linspace(-1, 1, 2001).data,
    ...ends,
    ...ends.map((x) => x - 1),
    ...ends.map((x) => 1 - x),
  ]);
}

describe.each(all)("compiled %s", (name, f) => {
  const x = argumentsOf(name);

  it("is the reference to a few units in the last place, in f64", () => {
    const compiled = compile((y: Tensor) => f(y));
    expect(compiled.describe(x)).not.toContain("interpreted");
    const expected = f(x).data;
    compiled(x).data.forEach((value, index) => {
      const wanted = expected[index] as number;
      if (!(Object.is(value, wanted) || Math.abs(value - wanted) <= 6 * 2 ** -52 * Math.abs(wanted)))
        expect.fail(`${name}(${x.data[index]}): ${value}, expected ${wanted}`);
    });
  });

  it("is rounded once in f32", () => {
    const short = cast(x, "f32");
    const expected = f(cast(short, "f64")).data;
    compile((y: Tensor) => f(y))(short).data.forEach((value, index) => {
      const wanted = expected[index] as number;
      const bound = 2 ** -24 * (1 + 1e-6) * Math.abs(wanted) + 2 ** -150;
      if (!(Object.is(value, Math.fround(wanted)) || Math.abs(value - wanted) <= bound))
        expect.fail(`${name}(${short.data[index]}): ${value}, expected ${wanted}`);
    });
  });

  it("is infinite at the ends of its domain, and NaN beyond", () => {
    const special = tensor([0, 1, 2, -1, -0.5, 1.5, 3, NaN, Infinity, -Infinity, 0.5, 5e-324, -0]);
    const found = compile((y: Tensor) => f(y))(special).data;
    f(special).data.forEach((expected, index) => {
      const value = found[index] as number;
      if (Math.abs(expected) < 1e-300 || !Number.isFinite(expected)) expect(value).toBe(expected);
      else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
    });
  });
});
