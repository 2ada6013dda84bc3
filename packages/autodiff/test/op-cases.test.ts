import { describe, expect, it } from "vitest";
import {
  cast,
  checkGrad,
  compile,
  grad,
  jvp,
  linearize,
  stack,
  taylor,
  tensor,
  vjp,
  vmap,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";
import { nodesOf, traceGraph } from "../src/compile/graph.ts";
import { elementwiseFunctions } from "../src/ops/elementwise.ts";
import { ops } from "../src/ops/table.ts";
import { flatten } from "../src/tensor/tree.ts";
import { opCases } from "./cases/index.ts";
import type { OpCase } from "./cases/case.ts";
import { compileWith } from "./compile-with.ts";

const tensorsOf = (inputs: readonly TensorLike[]): Tensor[] => inputs.map((input) => tensor(input));

/** Relative to the largest element: what rounding in f64 or f32 allows, not more. */
function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const scale = Math.max(
    ...Array.from(expected.data, (value) => (Number.isFinite(value) ? Math.abs(value) : 0)),
    0,
  );
  expected.data.forEach((value, index) => {
    const found = actual.data[index] as number;
    if (Object.is(found, value)) return;
    expect(Math.abs(found - value), `element ${index}: ${found}, expected ${value}`).toBeLessThanOrEqual(
      tolerance * scale,
    );
  });
}

/** The inputs moved apart a little, as a batch that differs from example to example. */
function batchOf(inputs: readonly Tensor[]): Tensor[] {
  return inputs.map((input) =>
    input.dtype === "f64"
      ? stack([input, input.mul(1.01), input.mul(0.98).add(0.001)])
      : stack([input, input, input]),
  );
}

/** All floating-point inputs with another dtype, and one of them at a time. */
function otherDTypes(inputs: readonly Tensor[]): Tensor[][] {
  const narrower = ["f32", "i32", "bool"] as const;
  return narrower.flatMap((dtype) => {
    const changed = inputs.map((input) => (input.dtype === "f64" ? cast(input, dtype) : input));
    const single = inputs.map((_, index) => inputs.with(index, changed[index] as Tensor));
    return inputs.length > 1 ? [changed, ...single] : [changed];
  });
}

const floats = (inputs: readonly Tensor[]): Tensor[] => inputs.filter(({ dtype }) => dtype === "f64");
/** The case as a function of its floating-point inputs. */
function onFloats({ f }: OpCase, inputs: readonly Tensor[]): (given: Tensor[]) => Tensor {
  return (given) => {
    let next = 0;
    return f(...inputs.map((input) => (input.dtype === "f64" ? (given[next++] as Tensor) : input)));
  };
}

describe("the cases", () => {
  it("between them use every operation that is not elementwise, and its derivatives", () => {
    const used = new Set<string>();
    for (const opCase of opCases) {
      const inputs = tensorsOf(opCase.inputs);
      const run = onFloats(opCase, inputs);
      const derivative = (given: Tensor[]): unknown =>
        opCase.smooth === false || opCase.reversible === false ? [] : vjpOf(run, given);
      const { graph } = traceGraph(
        (given) => [opCase.f(...(given as Tensor[])), derivative(floats(given as Tensor[]))],
        [flatten<TensorLike>(inputs)],
        inputs,
      );
      for (const { op } of nodesOf(graph.outputs)) used.add(op.name);
    }
    const elementwise = new Set(Object.values(elementwiseFunctions).map(({ op }) => op.name));
    expect([...ops.keys()].filter((name) => !elementwise.has(name) && !used.has(name))).toEqual([]);
  });
});

function vjpOf(run: (given: Tensor[]) => Tensor, given: Tensor[]): Tensor[] {
  const [value, pullBack] = vjp(run)(given);
  return pullBack(value);
}

describe.each(opCases)("$name", (opCase) => {
  const { f, tolerance = 1e-14, smooth = true, reversible = true, edges = [] } = opCase;
  const inputs = tensorsOf(opCase.inputs);
  const smoothFunction = onFloats(opCase, inputs);

  it("has its value, and keeps f32", () => {
    const value = f(...inputs);
    expectClose(value, tensor(opCase.value), tolerance);
    const rounded = f(...inputs.map((input) => (input.dtype === "f64" ? cast(input, "f32") : input)));
    expect(rounded.dtype).toBe(value.dtype === "f64" ? "f32" : value.dtype);
    if (value.dtype === "f64") expectClose(cast(rounded, "f64"), value, 1e-5);
  });

  it("compiles to the same values, with and without fused multiplication", () => {
    const call = (...given: Tensor[]): Tensor => f(...given);
    expectClose(compile(call)(...inputs), f(...inputs), 1e-13);
    expectClose(compileWith(call, { fma: false })(...inputs), f(...inputs), 1e-13);
  });

  it("compiles for inputs of other dtypes, wherever their elements lie", () => {
    for (const given of otherDTypes(inputs)) {
      let expected: Tensor;
      try {
        expected = f(...given);
        // Written out, a branch must give one dtype whichever way it goes.
        traceGraph((all) => f(...(all as Tensor[])), [flatten<TensorLike>(given)], given);
      } catch {
        continue;
      }
      const accepted = given.some(({ dtype }) => dtype === "f32") ? 1e-4 : 1e-13;
      expectClose(compile((...all: Tensor[]) => f(...all))(...given), expected, accepted);
      const turned = given.map((each) => each.transpose());
      const turning = compile((...all: Tensor[]) => f(...all.map((each) => each.transpose())));
      expectClose(turning(...turned), expected, accepted);
    }
  });

  it("is mapped by vmap as by a loop", () => {
    const batch = batchOf(inputs);
    const loop = [0, 1, 2].map((index) => f(...batch.map((each) => each.slice(index))));
    expectClose(vmap(f)(...batch), stack(loop), 1e-13);
    if (inputs.length > 1)
      for (const [position] of inputs.entries()) {
        const axes = inputs.map((_, index) => (index === position ? 0 : undefined));
        const mixed = inputs.map((input, index) => (index === position ? (batch[index] as Tensor) : input));
        const alone = [0, 1, 2].map((index) =>
          f(...mixed.map((each, at) => (at === position ? each.slice(index) : each))),
        );
        expectClose(vmap(f, { axes })(...mixed), stack(alone), 1e-13);
      }
  });

  if (smooth) {
    it("has exact derivatives to second order in both modes", () => {
      const report = checkGrad(smoothFunction, { order: 2 })(floats(inputs));
      expect(report.reverse).toBeLessThan(1e-11);
    });

    it("has the same derivatives compiled, mapped and linearized", () => {
      const tangents = floats(inputs).map((input) => input.mul(0.3).add(0.7));
      const [, moved] = jvp(smoothFunction)(floats(inputs), tangents);
      const push = (given: Tensor[]): Tensor => jvp(smoothFunction)(given, tangents)[1];
      expectClose(compile(push)(floats(inputs)), moved, 1e-12);
      expectClose(linearize(smoothFunction, floats(inputs))[1](tangents), moved, 1e-14);
      const batch = batchOf(floats(inputs));
      const loop = [0, 1, 2].map((index) => push(batch.map((each) => each.slice(index))));
      expectClose(vmap(push)(batch), stack(loop), 1e-12);
      const [, second] = taylor(smoothFunction, floats(inputs), 1, tangents);
      expectClose(second as Tensor, moved, 1e-12);
    });
  }

  if (smooth && reversible) {
    it("keeps f32 in its derivatives, and maps them by vmap", () => {
      const weighted = (given: Tensor[]): Tensor => {
        const y = smoothFunction(given);
        return y.mul(y.add(0.5)).sum();
      };
      const gradient = grad(weighted);
      const exact = gradient(floats(inputs));
      const rounded = gradient(floats(inputs).map((input) => cast(input, "f32")));
      exact.forEach((each, index) => {
        const single = rounded[index] as Tensor;
        expect(single.dtype).toBe("f32");
        expectClose(cast(single, "f64"), each, 1e-4);
      });
      const batch = batchOf(floats(inputs));
      const mapped = vmap(gradient)(batch);
      mapped.forEach((each, index) => {
        const loop = [0, 1, 2].map(
          (member) => gradient(batch.map((one) => one.slice(member)))[index] as Tensor,
        );
        expectClose(each, stack(loop), 1e-12);
      });
    });
  }

  it.each(edges)("works at its edges: $inputs", (edge) => {
    const given = tensorsOf(edge.inputs);
    const value = f(...given);
    expectClose(value, tensor(edge.value), tolerance);
    const run = onFloats(opCase, given);
    if (value.dtype === "f64") {
      const [, moved] = jvp(run)(floats(given), floats(given));
      expect(moved.shape).toEqual(value.shape);
      const [, pullBack] = vjp(run)(floats(given));
      expect(pullBack(value).map(({ shape }) => shape)).toEqual(floats(given).map(({ shape }) => shape));
    }
    expectClose(vmap(f)(...batchOf(given)).slice(0), value, 1e-14);
  });
});
