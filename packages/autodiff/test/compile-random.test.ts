import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, grad, jvp, stack, treeLeaves, vmap, type Tensor } from "../src/index.ts";
import { supportsRelaxedMadd } from "../src/compile/wasm/features.ts";
import { compileWith } from "./compile-with.ts";
import { tensorPrograms, waves, type Mode, type Program } from "./tensor-programs.ts";

/** Programs per test, of which there are eighteen: 600 make 10⁴, in a few minutes. */
const numRuns = 40;
/** Milliseconds that a test may take, far more than it does: the machine may be busy. */
const patience = 1000 * numRuns + 30_000;

type Results = (inputs: Tensor[]) => unknown;
const modes = ["f64", "f32", "mixed"] as const satisfies Mode[];
const unit = { f64: 2 ** -52, f32: 2 ** -23, mixed: 2 ** -23 };
const examples = 3;
/** Relative to the largest element or 1: values are near 1, and what was added up to a derivative may have been. */
const tolerance = 4096;
/** A comparison decided by less is decided by rounding: such programs say nothing. */
const margin = 2 ** 8;

/** The inputs of several examples side by side. */
const batched = (program: Program): Tensor[] => {
  const all = Array.from({ length: examples }, (_, example) => program.inputs(example));
  return program.shapes.map((_, index) => stack(all.map((inputs) => inputs[index] as Tensor)));
};

/** What is compiled of a program, and what it is given. */
interface View {
  readonly reverse: boolean;
  readonly differentiates: boolean;
  readonly mapped: boolean;
  of(program: Program): Results;
}
const direction = (inputs: readonly Tensor[]): Tensor[] =>
  inputs.map(({ shape, dtype }, index) => waves(shape, 0.5 + index, dtype as "f64" | "f32"));

const views: Readonly<Record<string, View>> = {
  "the function": { reverse: false, differentiates: false, mapped: false, of: ({ run }) => run },
  grad: { reverse: true, differentiates: true, mapped: false, of: ({ summary }) => grad(summary) },
  jvp: {
    reverse: false,
    differentiates: true,
    mapped: false,
    of:
      ({ summary }) =>
      (inputs) =>
        jvp(summary)(inputs, direction(inputs)),
  },
  vmap: { reverse: false, differentiates: false, mapped: true, of: ({ run }) => vmap(run) },
  "jvp of grad": {
    reverse: true,
    differentiates: true,
    mapped: false,
    of:
      ({ summary }) =>
      (inputs) =>
        jvp(grad(summary))(inputs, direction(inputs))[1],
  },
  "vmap of grad": {
    reverse: true,
    differentiates: true,
    mapped: true,
    of: ({ summary }) => vmap(grad(summary)),
  },
};

function expectClose(actual: Tensor, expected: Tensor, accepted: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  const [a, b] = [actual.data, expected.data];
  let scale = 1;
  for (const value of b) if (Math.abs(value) > scale && value !== Infinity) scale = Math.abs(value);
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (Object.is(x, y) || x === y || Math.abs(x - y) <= accepted * scale) continue;
    expect.fail(`element ${i} of [${expected.shape.join()}]: ${x} instead of ${y}, scale ${scale}`);
  }
}

/**
 * Compiled code gives what the reference kernels give, with and without tracing, and whether it multiplies and adds at
 * once or not, unless rounding decides what the program does.
 */
function agrees(program: Program, view: View, mode: Mode): void {
  const enough = margin * unit[mode];
  for (let example = 0; example < (view.mapped ? examples : 1); example++) {
    const { jump, kink } = program.margins(program.inputs(example));
    fc.pre(jump > enough && (!view.differentiates || kink > enough));
  }
  const inputs = view.mapped ? batched(program) : program.inputs();
  const f = view.of(program);
  const actual = treeLeaves(compile(f)(inputs));
  const unfused = supportsRelaxedMadd() ? treeLeaves(compileWith(f, { fma: false })(inputs)) : actual;
  const reference = treeLeaves(f(inputs));
  const interpreted = treeLeaves(compile(f, { webAssembly: false })(inputs));
  expect(actual.length).toBe(reference.length);
  actual.forEach((value, index) => {
    expectClose(value, interpreted[index] as Tensor, tolerance * unit[mode]);
    expectClose(unfused[index] as Tensor, interpreted[index] as Tensor, tolerance * unit[mode]);
    expectClose(interpreted[index] as Tensor, reference[index] as Tensor, tolerance * unit[mode]);
  });
}

describe.each(modes)("random tensor programs in %s, compiled and interpreted, agree on", (mode) => {
  it.each(Object.entries(views))(
    "%s",
    (_, view) => {
      fc.assert(
        fc.property(tensorPrograms({ mode, reverse: view.reverse }), (program) =>
          agrees(program, view, mode),
        ),
        { numRuns },
      );
    },
    patience,
  );
});

describe("random programs over large tensors", () => {
  // More than one block of a pass; with and without a last, partial vector; long and short inner axes.
  const shapes = [[5, 17, 130], [12_345], [4099, 3], [3, 1, 4099]];

  it.each(modes)(
    "agree in %s",
    (mode) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...shapes).chain((shape) => tensorPrograms({ mode, reverse: true, shape })),
          fc.constantFrom("the function", "grad"),
          (program, name) => agrees(program, views[name] as View, mode),
        ),
        { numRuns: Math.ceil(numRuns / 3) },
      );
    },
    patience,
  );
});
