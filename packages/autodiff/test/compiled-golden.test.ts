import { describe, expect, it } from "vitest";
import {
  cond,
  conv2d,
  expm,
  full,
  grad,
  jvp,
  linspace,
  logSoftmax,
  matmul,
  maxPool,
  scan,
  tensor,
  valueAndGrad,
  where,
  whileLoop,
  type Tensor,
} from "../src/index.ts";
import type { ProgramOptions } from "../src/compile/program.ts";
import { States } from "../src/compile/states.ts";
import { supportsRelaxedMadd, webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import { planOf } from "./compile-with.ts";
import { disassemble, type Instruction, type WasmFunction, type WasmModule } from "./disassemble.ts";
import { count, summarize, type Counts, type Loop, type Summary } from "./module-loops.ts";

/*
 * What a few programs do with memory, read from their machine code: a fusion that is lost fails here, without anything
 * being timed.
 */

/** A function that goes over memory for one pass or kernel. */
interface Work {
  /** Its innermost loops and those around them that touch memory. */
  readonly loops: readonly Loop[];
  readonly body: Counts;
}

interface Golden extends Summary {
  readonly module: WasmModule;
  readonly works: readonly Work[];
}

const isWork = ({ type }: WasmFunction): boolean =>
  type.results.length === 0 && type.parameters.join() === "i32,i32,i32";

/** The emitted program of a function, taken apart. */
function golden(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  options: ProgramOptions = {},
): Golden {
  const { bytes } = planOf(f, args, options);
  expect((webAssembly() as WebAssemblyEngine).validate(bytes)).toBe(true);
  const module = disassemble(bytes);
  const summary = summarize(module);
  const works = module.functions.filter(isWork).map(({ index, body }): Work => ({
    loops: summary.passes.filter(({ within }) => within === index),
    body: count(body),
  }));
  return { ...summary, module, works };
}

/** The instructions of the innermost loop, the last one if there are several. */
function innermost(body: readonly Instruction[], own: readonly Instruction[] = []): readonly Instruction[] {
  return body.reduce((found, { name, body: inside = [], otherwise = [] }) => {
    const deeper = [...inside, ...otherwise];
    return deeper.length === 0 ? found : innermost(deeper, name === "loop" ? inside : found);
  }, own);
}

const inner = ({ loops }: Work): Counts => (loops.at(-1) as Loop).own;
/** Vectors that the innermost loop of a pass reads and writes in each turn. */
const traffic = (work: Work): [read: number, written: number] => [
  inner(work).vectorLoads,
  inner(work).vectorStores,
];
/** True for code that moves elements and does nothing with them. */
const isCopy = ({ body }: Work): boolean =>
  !Object.keys(body.arithmetic).some((name) => /^(f64|f32|v128)/.test(name)) &&
  body.vectorLoads + body.scalarLoads + body.copies > 0;

const x = linspace(0.1, 1, 1000);
const y = linspace(1, 2, 1000);

describe("one pass over the data does for", () => {
  it("a model with its sums of squares, JᵀJ and Jᵀr", () => {
    const normalEquations = (p: Tensor[], at: Tensor, data: Tensor): Tensor[] => {
      const residuals = ([a, b, c]: Tensor[]): Tensor => {
        const decay = at.mul(b as Tensor).neg();
        return decay
          .exp()
          .mul(a as Tensor)
          .add(c as Tensor)
          .sub(data);
      };
      const unit = (k: number): number[] => p.map((_, j) => Number(j === k));
      const columns = p.map((_, k) => jvp(residuals)(p, unit(k))[1]);
      const r = residuals(p);
      return [
        r.square().sum(),
        ...columns.flatMap((u, i) => [u.mul(r).sum(), ...columns.slice(0, i + 1).map((v) => u.mul(v).sum())]),
      ];
    };
    // Of the last parameter all slopes are 1: they are not read.
    const { works, importedCalls } = golden(normalEquations, [[2, 0.5, 0.1], x, y]);
    expect(works.map(traffic)).toEqual([[2, 0]]);
    // The exponential is computed once: its polynomial is in one function.
    expect(Object.values((works[0] as Work).body.calls)).toEqual([1]);
    expect(importedCalls).toEqual({});
  });

  /** What follows the gradient in a step of Adam's method. */
  const update = (p: Tensor, m: Tensor, v: Tensor, g: Tensor): Tensor[] => {
    const mean = m.mul(0.9).add(g.mul(0.1));
    const square = v.mul(0.999).add(g.square().mul(0.001));
    return [p.sub(mean.div(square.sqrt().add(1e-8)).mul(0.01)), mean, square];
  };

  it("an update by Adam: four arrays read, three written", () => {
    const { works, total } = golden(update, [x, x.add(1), y, y.add(1)]);
    expect(works.map(traffic)).toEqual([[4, 3]]);
    expect([total.vectorLoads, total.vectorStores, total.copies]).toEqual([4, 3, 0]);
    // As the state of a step, p, m and v are replaced where they are.
    const step = golden(update, [x, x.add(1), y, y.add(1)], { states: new States(3) });
    expect(step.works.map(traffic)).toEqual([[4, 3]]);
    expect(step.total.copies).toBe(0);
  });

  it("an update that waits for its gradient, the decay of the moments included", () => {
    const step = (w: Tensor, m: Tensor, v: Tensor, input: Tensor, target: Tensor): Tensor[] => {
      const residual = matmul(input, w).sub(target);
      return update(w, m, v, matmul(input.transpose(), residual));
    };
    const [weights, moments] = [full([30, 4], 0.1), full([30, 4], 0.2)];
    const args = [weights, moments, moments.mul(2), full([50, 30], 0.3), full([50, 4], 1)];
    const { works, total } = golden(step, args, { states: new States(3) });
    expect(works).toHaveLength(4);
    expect(traffic(works.at(-1) as Work)).toEqual([4, 3]);
    expect(works.filter(isCopy)).toEqual([]);
    expect(total.copies).toBe(0);
    expect(
      planOf(step, args, { states: new States(3) })
        .describe()
        .match(/one pass over 120 /g),
    ).toHaveLength(1);
  });

  it("cheap work that two stages read, which is done twice rather than stored", () => {
    const f = (a: Tensor): Tensor => {
      const scaled = a.mul(3);
      return scaled.div(scaled.exp().sum());
    };
    const { works } = golden(f, [x]);
    expect(works.map(traffic)).toEqual([
      [1, 0],
      [1, 1],
    ]);
    // What is dear is done once and stored.
    const dear = golden((a: Tensor) => a.exp().div(a.exp().sum()), [x]);
    expect(dear.works.map(traffic)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it("exponentials, with all constants in local variables before the loop begins", () => {
    const { works, module } = golden((a: Tensor) => a.exp().mul(3).add(a.sin()), [x]);
    expect(works.map(traffic)).toEqual([[1, 1]]);
    const [work] = module.functions.filter(isWork);
    const names = innermost(work?.body ?? []).map(({ name }) => name);
    expect(names).toContain("v128.store");
    expect(names.filter((name) => /^(v128|f64|f32)\.const|splat|global/.test(name))).toEqual([]);
  });

  it("a sine and a cosine of one argument, computed together", () => {
    const both = golden((a: Tensor) => [a.sin(), a.cos()], [x]);
    const one = golden((a: Tensor) => a.sin(), [x]);
    expect(both.works.map(traffic)).toEqual([[1, 2]]);
    const extra = both.total.instructions - one.total.instructions;
    expect(extra).toBeLessThan(0.1 * one.total.instructions);
  });

  it("a comparison and all choices that it decides", () => {
    const { works } = golden(
      (a: Tensor, b: Tensor) => {
        const mask = a.greater(b);
        return [where(mask, a, b), where(mask, b.neg(), a).sum(), where(mask.logicalNot(), a, 0).max()];
      },
      [x, y],
    );
    expect(works.map(traffic)).toEqual([[2, 1]]);
    expect(inner(works[0] as Work).arithmetic["f64x2.gt"]).toBe(1);
  });

  it("a sum, a maximum and an array of the same elements, however many there are", () => {
    const f = (a: Tensor): Tensor[] => [a.square().sum(), a.max(), a.mul(2)];
    const small = golden(f, [linspace(0, 1, 2000)]);
    const large = golden(f, [linspace(0, 1, 250_000)]);
    expect(small.works.map(traffic)).toEqual([[1, 1]]);
    expect(large.works.map(traffic)).toEqual([[1, 1]]);
    // Groups of blocks of chunks of vectors, and a loop over the totals of the groups.
    expect(Math.max(...large.loops.map(({ depth }) => depth))).toBe(4);
    expect(new Set(large.passes.map(({ within }) => within)).size).toBe(2);
  });

  it("vectors of f32, twice as many numbers in each", () => {
    const { works } = golden((a: Tensor) => [a.mul(2).add(1), a.sum()], [linspace(0, 1, 2000, "f32")]);
    expect(works.map(traffic)).toEqual([[1, 1]]);
    const names = Object.keys(inner(works[0] as Work).arithmetic);
    expect(names).toEqual(expect.arrayContaining(["f32x4.mul", "f32x4.add"]));
    expect(names.filter((name) => name.startsWith("f64x2"))).toEqual([]);
  });

  it("arithmetic on a column and a row, which are not repeated in memory", () => {
    const { works, total } = golden(
      (a: Tensor, b: Tensor) => a.add(b).mul(a),
      [full([40, 1], 1), full([1, 50], 2)],
    );
    // The row's vector is read, and the sum written; the column's number is read once a row.
    expect(works.map(traffic)).toEqual([[1, 1]]);
    expect(works[0]?.loops.map(({ depth, own }) => [depth, own.scalarLoads])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(total.vectorStores).toBe(1);
  });

  it.each([
    // Over inner axes: in registers, one number stored for each run.
    { axis: [2], reads: [1, 0] },
    { axis: [1, 2], reads: [1, 0] },
    { axis: [0, 1, 2], reads: [1, 0] },
    // Over outer axes: vectors of sums in memory, to which four rows are added at once, and one by one what is left of six.
    { axis: [0], reads: [2, 1] },
    { axis: [1], reads: [5, 1] },
    { axis: [0, 1], reads: [5, 1] },
    // Over both: rows in registers are added to memory at their ends.
    { axis: [0, 2], reads: [1, 0] },
  ])("a sum over axes $axis of three", ({ axis, reads }) => {
    const { works, importedCalls } = golden((a: Tensor) => a.mul(a).sum({ axis }), [full([6, 8, 10], 1)]);
    expect(works.map(traffic)).toEqual([reads]);
    expect(importedCalls).toEqual({});
  });

  it("sums over the first axis, over the second and over both, side by side", () => {
    const f = (a: Tensor): Tensor[] => [a.sum({ axis: 0 }), a.sum({ axis: 1 }), a.sum()];
    expect(golden(f, [full([30, 50], 1)]).works).toHaveLength(1);
  });
});

describe("products that are summed", () => {
  const dot = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum();

  it.skipIf(!supportsRelaxedMadd())("are multiplied and added at once", () => {
    const { fused, arithmetic } = inner(golden(dot, [x, y], { fma: true }).works[0] as Work);
    expect(fused).toBe(1);
    expect(Object.keys(arithmetic).filter((name) => name.startsWith("f64x2"))).toEqual([
      "f64x2.relaxed_madd",
    ]);
  });

  it("are not where the engine can't", () => {
    for (const f of [dot, matmul, (a: Tensor, b: Tensor) => a.exp().mul(b.sin()).sum()]) {
      const { total } = golden(f, [x, y], { fma: false });
      expect(total.fused).toBe(0);
      expect(Object.keys(total.arithmetic).filter((name) => name.includes("relaxed"))).toEqual([]);
    }
  });

  it("are rounded first where they are added to anything else", () => {
    const { works } = golden((a: Tensor, b: Tensor) => a.mul(a).sub(b.mul(b)), [x, y]);
    expect(inner(works[0] as Work).fused).toBe(0);
  });
});

describe("the fewest passes there can be", () => {
  it("are two for Rosenbrock's gradient: slopes in their places, and their sum", () => {
    const rosenbrock = (v: Tensor): Tensor => {
      const [head, tail] = [v.slice([0, -1]), v.slice([1])];
      return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
    };
    const { works, importedCalls, total } = golden(valueAndGrad(rosenbrock), [x]);
    // The two slopes are written right into the padded wholes, whose zeros are there already.
    expect(works.map((work) => traffic(work)[1])).toEqual([2, 1]);
    expect(total.copies).toBe(0);
    expect(works.filter(isCopy)).toEqual([]);
    expect(importedCalls).toEqual({});
  });

  it("are three over the logits of a cross-entropy with its gradient", () => {
    const loss = (logits: Tensor, labels: Tensor): Tensor =>
      logSoftmax(logits, { axis: 1 }).mul(labels).sum().neg();
    const args = [full([64, 10], 0.3), full([64, 10], 0.1)];
    const plan = planOf(valueAndGrad(loss), args).describe();
    // Largest logits; exponentials and their sums; loss and gradient. The fourth pass is over 64 rows.
    expect(plan.match(/one pass over 640/g)).toHaveLength(3);
    expect(plan.match(/one pass over 64 /g)).toHaveLength(1);
    const { works, importedCalls } = golden(valueAndGrad(loss), args);
    expect(works).toHaveLength(4);
    expect(works.filter(isCopy)).toEqual([]);
    expect(importedCalls).toEqual({});
  });

  it("are three over the rows that a layer norm centres and scales", () => {
    const norm = (v: Tensor): Tensor => {
      const centred = v.sub(v.mean({ axis: 1, keepDims: true }));
      return centred.div(centred.square().mean({ axis: 1, keepDims: true }).add(1e-5).sqrt());
    };
    const args = [full([32, 64], 0.5)];
    expect(
      planOf(norm, args)
        .describe()
        .match(/one pass over 2048/g),
    ).toHaveLength(3);
    // What is not centred yet, centred on the way to the variance, and scaled.
    const { works } = golden(norm, args);
    expect(
      works.filter(({ loops }) => loops.length > 0 && (loops.at(-1) as Loop).depth > 1).map(traffic),
    ).toEqual([
      [1, 0],
      [1, 1],
      [1, 1],
    ]);
  });

  it("are two products and one pass for a dense layer and its gradient, without transposed copies", () => {
    interface Layer {
      readonly weight: Tensor;
      readonly bias: Tensor;
    }
    const loss = ({ weight, bias }: Layer, input: Tensor): Tensor =>
      matmul(input, weight).add(bias).relu().square().sum();
    const args = [{ weight: full([20, 30], 0.1), bias: full([30], 0.1) }, full([64, 20], 0.1)];
    const plan = planOf(valueAndGrad(loss), args).describe();
    expect(plan.match(/kernel: matmul/g)).toHaveLength(2);
    expect(plan.match(/one pass/g)).toHaveLength(1);
    const { works, importedCalls } = golden(valueAndGrad(loss), args);
    expect(works.filter(isCopy)).toEqual([]);
    expect(works).toHaveLength(3);
    expect(importedCalls).toEqual({});
  });

  it("of a deep network are one for each layer and direction, beside its products", () => {
    const depth = 4;
    const network = (weights: Tensor[], input: Tensor): Tensor =>
      weights
        .reduce((value, weight) => matmul(value, weight).tanh(), input)
        .square()
        .sum();
    const weights = Array.from({ length: depth }, () => full([16, 16], 0.1));
    const plan = planOf(grad(network), [weights, full([32, 16], 0.2)]).describe();
    // Forward once a layer, the weights' slopes once a layer, and the inputs' slopes but for the first.
    expect(plan.match(/kernel: matmul/g)).toHaveLength(3 * depth - 1);
    // tanh of each layer but the last, whose slope follows at once, and the slopes on the way back.
    expect(plan.match(/one pass/g)).toHaveLength(2 * depth - 1);
    expect(plan).not.toContain("interpreted");
  });

  it("of a convolution with its pooling and gradient are kernels, never the interpreter", () => {
    const loss = (weight: Tensor, image: Tensor): Tensor =>
      maxPool(conv2d(image, weight, { padding: "same" }).relu(), 2)
        .square()
        .sum();
    const args = [full([4, 1, 3, 3], 0.1), full([2, 1, 8, 8], 0.5)];
    const { importedCalls } = golden(valueAndGrad(loss), args);
    expect(importedCalls).toEqual({});
  });
});

describe("loops and branches", () => {
  it("are a loop around one call, and copies of what moves", () => {
    const turn = (carry: Tensor, row: Tensor): [Tensor, Tensor] => [carry.mul(0.5).add(row), carry.mul(row)];
    const f = (rows: Tensor): unknown => scan<Tensor, Tensor, Tensor>(turn, full([8], 0), rows);
    const { loops, works, importedCalls, module } = golden(f, [full([10, 8], 1)]);
    const [outer] = loops.filter(({ own }) => Object.keys(own.calls).length > 0) as [Loop];
    expect(outer.depth).toBe(1);
    const [body, ...others] = Object.entries(outer.own.calls);
    expect([body?.[1], others]).toEqual([1, []]);
    // A row in, the next carry and a row of results out.
    expect(outer.own.copies).toBe(3);
    expect(works.map(traffic)).toEqual([[2, 2]]);
    expect(importedCalls).toEqual({});
    // The code does not grow with the length.
    const longer = golden(f, [full([1000, 8], 1)]);
    expect(longer.module.functions).toHaveLength(module.functions.length);
    expect(longer.total.instructions).toBe(golden(f, [full([20, 8], 1)]).total.instructions);
  });

  it("are an if whose branches call their own functions", () => {
    const f = (p: Tensor, v: Tensor): Tensor =>
      cond<[Tensor], Tensor>(
        p.greater(0),
        (a) => a.mul(2).add(1),
        (a) => a.sqrt(),
        v,
      );
    const { module, importedCalls, works } = golden(f, [tensor(1), x]);
    const run = module.functions.find(({ index }) => index === module.exports[0]?.index) as WasmFunction;
    const choices = run.body.filter(({ name }) => name === "if");
    expect(choices).toHaveLength(1);
    const sides = [choices[0]?.body ?? [], choices[0]?.otherwise ?? []].map((side) =>
      Object.keys(count(side).calls),
    );
    expect(sides.map(({ length }) => length)).toEqual([1, 1]);
    expect(sides[0]).not.toEqual(sides[1]);
    expect(works.map(traffic)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(importedCalls).toEqual({});
  });

  it("go on while a condition holds without asking the host", () => {
    const f = (v: Tensor): Tensor =>
      whileLoop<Tensor>(
        (z) => z.square().sum().greater(1),
        (z) => z.mul(0.5),
        v,
      );
    const { loops, importedCalls, works } = golden(f, [x]);
    expect(loops.some(({ depth, own }) => depth === 1 && Object.keys(own.calls).length === 2)).toBe(true);
    expect(works.map(traffic)).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(importedCalls).toEqual({});
  });
});

describe("only a decomposition asks the host", () => {
  it("once, in the middle of emitted code", () => {
    const f = (a: Tensor): Tensor => expm(a.mul(0.2)).mul(a).exp();
    const a = tensor([
      [2, 1],
      [1, 3],
    ]);
    expect(golden(f, [a]).importedCalls).toEqual({ interpret: 1 });
    expect(planOf(f, [a]).describe()).toContain("interpreted: expm");
  });
});
