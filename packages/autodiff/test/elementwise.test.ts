import { describe, expect, it } from "vitest";
import { cast, compile, grad, jvp, stack, tensor, vjp, vmap, zeros, type Tensor } from "../src/index.ts";
import * as bessel from "../src/ops/bessel.ts";
import * as faddeeva from "../src/ops/faddeeva.ts";
import * as gamma from "../src/ops/gamma.ts";
import * as normal from "../src/ops/normal.ts";
import * as voigt from "../src/ops/voigt.ts";
import { elementwiseFunctions, type ElementwiseName } from "../src/ops/elementwise.ts";
import type { Elementwise } from "../src/ops/op.ts";
import { slopes } from "./slopes.ts";

type Callable = (...inputs: Tensor[]) => Tensor;
const table = (Object.keys(elementwiseFunctions) as ElementwiseName[]).map((name) => {
  const { op } = elementwiseFunctions[name];
  return {
    name,
    f: elementwiseFunctions[name] as unknown as Callable,
    elementwise: op.elementwise as Elementwise,
  };
});
const smooth = table.filter(({ name }) => name in slopes);

/** Points of the domains, neither special nor on a grid. */
function pointsOf({ domain }: Elementwise, count: number): number[][] {
  return domain.map(([low, high], position) =>
    Array.from(
      { length: count },
      (_, k) => low + (high - low) * ((0.1 + 0.37 * position + (k + 1) * 0.6180339887) % 1),
    ),
  );
}

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  expected.data.forEach((value, index) => {
    const found = actual.data[index] as number;
    if (Object.is(found, value)) return;
    expect(Math.abs(found - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

describe.each(smooth)("$name", ({ name, f, elementwise }) => {
  const { arity } = elementwise;
  const points = pointsOf(elementwise, 7);
  const second =
    arity === 1
      ? [[0, 0]]
      : [
          [0, 0],
          [0, 1],
          [1, 1],
        ];

  it("has the first and second derivatives of its closed form, in every order of modes", () => {
    for (const [k] of (points[0] as number[]).entries()) {
      const at = points.map((each) => tensor(each[k] as number));
      const expected = (slopes[name] as (x: number, y: number) => readonly number[])(
        at[0]?.item() as number,
        at[1]?.item() ?? 0,
      );
      const by = (g: Callable, position: number, mode: "forward" | "reverse"): Callable => {
        return (...inputs) => {
          const along = (x: Tensor): Tensor => g(...inputs.with(position, x));
          const x = inputs[position] as Tensor;
          return mode === "forward" ? jvp(along)(x, 1)[1] : grad(along)(x);
        };
      };
      const check = (value: number, wanted: number): void =>
        expect(
          Math.abs(value - wanted),
          `${name} at ${at.join()}: ${value}, expected ${wanted}`,
        ).toBeLessThanOrEqual(4e-14 * Math.max(1, Math.abs(wanted)));
      for (const mode of ["forward", "reverse"] as const) {
        for (let i = 0; i < arity; i++) check(by(f, i, mode)(...at).item(), expected[i] as number);
        for (const outer of ["forward", "reverse"] as const)
          second.forEach(([i, j], index) =>
            check(
              by(by(f, i as number, mode), j as number, outer)(...at).item(),
              expected[arity + index] as number,
            ),
          );
      }
    }
  });

  it("keeps f32, in its derivatives, too", () => {
    const exact = points.map((each) => cast(tensor(each), "f32"));
    const wide = exact.map((each) => cast(each, "f64"));
    expectClose(cast(f(...exact), "f64"), f(...wide), 1e-5);
    const gradient = (inputs: Tensor[]): Tensor[] => grad((given: Tensor[]) => f(...given).sum())(inputs);
    gradient(exact).forEach((each, index) => {
      expect(each.dtype).toBe("f32");
      expectClose(cast(each, "f64"), gradient(wide)[index] as Tensor, 1e-4);
    });
  });
});

describe.each(table)("$name", ({ name, f, elementwise }) => {
  const { arity, differentiable } = elementwise;
  const rows = pointsOf(elementwise, 6).map((each) => tensor(each).reshape([2, 3]));

  it("is mapped by vmap over any of its arguments, as by a loop", () => {
    for (let mask = 1; mask < 2 ** arity; mask++) {
      const axes = rows.map((_, index) => ((mask >> index) & 1 ? 0 : undefined));
      const given = rows.map((each, index) => (axes[index] === 0 ? each : each.slice(0)));
      const loop = stack(
        [0, 1].map((k) => f(...given.map((each, index) => (axes[index] === 0 ? each.slice(k) : each)))),
      );
      expectClose(vmap(f, { axes })(...given), loop, 0);
      // A batch of scalars beside a row: axes are aligned at the end, not at the batch.
      const scalars = given.map((each, index) => (axes[index] === 0 ? each.slice([], 0) : each));
      const beside = stack(
        [0, 1].map((k) => f(...scalars.map((each, index) => (axes[index] === 0 ? each.slice(k) : each)))),
      );
      expectClose(vmap(f, { axes })(...scalars), beside, 0);
    }
  });

  it("works on empty axes and on axes of extent 1, and so do its derivatives", () => {
    for (const shape of [[0], [2, 0], [1], [1, 1]]) {
      const inputs = rows.map((each) =>
        shape.includes(0) ? zeros(shape) : each.slice([0, 1], [0, 1]).reshape(shape),
      );
      const value = f(...inputs);
      expect(value.shape).toEqual(shape);
      expect(compile(f)(...inputs).shape).toEqual(shape);
      if (!differentiable || value.dtype !== "f64") continue;
      const free = name === "where" ? inputs.slice(1) : inputs;
      const run = (given: Tensor[]): Tensor =>
        f(...(name === "where" ? [inputs[0] as Tensor] : []), ...given);
      expect(jvp(run)(free, free)[1].shape).toEqual(shape);
      const [, pullBack] = vjp(run)(free);
      for (const each of pullBack(value)) expect(each.shape).toEqual(shape);
    }
  });

  it("broadcasts an empty axis against one of extent 1", () => {
    if (arity < 2) return;
    const inputs = rows.map((each, index) => (index === 0 ? zeros([0, 3]) : each.slice([0, 1])));
    expect(f(...inputs).shape).toEqual([0, 3]);
  });
});

describe("the table of slopes", () => {
  it("covers every smooth operation but those with tables of their own", () => {
    const special = [gamma, bessel, faddeeva, voigt, normal].flatMap((module) => Object.keys(module));
    const elsewhere = ["where", ...special];
    const missing = table.filter(({ name, elementwise }) => elementwise.differentiable && !(name in slopes));
    expect(missing.map(({ name }) => name).filter((name) => !elsewhere.includes(name))).toEqual([]);
  });
});
