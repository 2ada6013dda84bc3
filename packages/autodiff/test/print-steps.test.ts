import { describe, expect, it } from "vitest";
import {
  cast,
  conv2d,
  grad,
  graphOf,
  hessian,
  maxPool,
  PlaceholderError,
  stack,
  tensor,
  trace,
  valueAndGrad,
  where,
  zeros,
  type ConstantData,
  type GraphData,
  type PlainData,
  type Tensor,
} from "../src/index.ts";
import { apply } from "../src/ops/op.ts";
import { elementwiseFunctions } from "../src/ops/elementwise.ts";
import { ops } from "../src/ops/table.ts";
import { writeDot } from "../src/print/graphviz.ts";
import { fill } from "../src/print/steps.ts";
import { latexNumber, plainData } from "../src/print/values.ts";
import { opCases } from "./cases/index.ts";

const f = (x: Tensor, y: Tensor): Tensor => x.mul(y).add(x.pow(-2).mul(3));

interface DotLine {
  readonly nodes: Map<string, string[]>;
  readonly edges: { from: string; to: string; label?: string | undefined }[];
}

/** Reads what `writeDot` may write, a small part of the DOT language, and nothing else. */
function readDot(dot: string): DotLine {
  const lines = dot.split("\n");
  expect(lines[0]).toBe("digraph {");
  expect(lines.at(-1)).toBe("}");
  const quoted = String.raw`"((?:[^"\\]|\\.)*)"`;
  const unquote = (text: string): string[] =>
    text
      .replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped))
      .replaceAll("&amp;", "&")
      .split("\n");
  const nodes = new Map<string, string[]>();
  const edges: DotLine["edges"] = [];
  for (const line of lines.slice(1, -1)) {
    if (/^ {2}(rankdir=LR|(node|edge) \[.*\]);$/.test(line)) continue;
    const node = new RegExp(`^ {2}(n\\d+) \\[shape=[a-z]+, label=${quoted}\\];$`).exec(line);
    const edge = new RegExp(`^ {2}(n\\d+) -> (n\\d+)(?: \\[label=${quoted}\\])?;$`).exec(line);
    if (node) nodes.set(node[1] as string, unquote(node[2] as string));
    else if (edge) edges.push({ from: edge[1] as string, to: edge[2] as string, label: edge[3] });
    else throw new Error(`not DOT: ${line}`);
  }
  for (const { from, to } of edges) expect([nodes.has(from), nodes.has(to)]).toEqual([true, true]);
  return { nodes, edges };
}

describe("a tape", () => {
  const tape = trace(f)(2, 5);

  it("is a table in text", () => {
    expect(tape.toText()).toBe(
      [
        "step           value  adjoint",
        "x              2      4.25",
        "y              5      2",
        "v1 = x * y     10     1",
        "v2 = x ^ (-2)  0.25   3",
        "v3 = v2 * 3    0.75   1",
        "v4 = v1 + v3   10.75  1",
      ].join("\n"),
    );
    expect(String(tape)).toBe(tape.toText());
  });

  it("is aligned in LaTeX", () => {
    expect(tape.toLatex().split("\n")).toEqual([
      "\\begin{aligned}",
      "x &  &  & = 2 & \\bar{x} & = 4.25 \\\\",
      "y &  &  & = 5 & \\bar{y} & = 2 \\\\",
      "v_{1} & = x \\cdot y &  & = 10 & \\bar{v}_{1} & = 1 \\\\",
      "v_{2} & = {x}^{-2} &  & = 0.25 & \\bar{v}_{2} & = 3 \\\\",
      "v_{3} & = v_{2} \\cdot 3 &  & = 0.75 & \\bar{v}_{3} & = 1 \\\\",
      "v_{4} & = v_{1} + v_{3} &  & = 10.75 & \\bar{v}_{4} & = 1",
      "\\end{aligned}",
    ]);
    expect(trace((w: Tensor) => w.mul(2))(tensor([1, 2])).toLatex()).not.toContain("bar");
  });

  it("is drawn with local derivatives at its arrows", () => {
    const { nodes, edges } = readDot(tape.toDot());
    expect(nodes.get("n2")).toEqual(["v1 = x * y", "value 10", "adjoint 1"]);
    expect(edges).toEqual([
      { from: "n0", to: "n2", label: "5" },
      { from: "n1", to: "n2", label: "2" },
      { from: "n0", to: "n3", label: "-0.25" },
      { from: "n3", to: "n4", label: "3" },
      { from: "n2", to: "n5", label: "1" },
      { from: "n4", to: "n5", label: "1" },
      { from: "n5", to: "n6", label: undefined },
    ]);
  });

  it("has adjoints that follow from the derivatives at the arrows", () => {
    const g = (x: Tensor, y: Tensor): Tensor => x.mul(x).mul(y.sin()).sub(x.div(y)).exp();
    const { steps } = trace(g)(0.7, 1.3).toJSON();
    const adjoints = new Map(steps.map(({ name }) => [name, 0]));
    adjoints.set((steps.at(-1) as { name: string }).name, 1);
    for (const { name, inputs, derivatives } of steps.toReversed())
      inputs.forEach((input, index) => {
        if (typeof input !== "string") return;
        const passed = (adjoints.get(name) as number) * (derivatives[index] as number);
        adjoints.set(input, (adjoints.get(input) as number) + passed);
      });
    for (const { name, adjoint } of steps) expect(adjoints.get(name)).toBeCloseTo(adjoint as number, 14);
  });

  it("is plain data in JSON, in which NaN, ±∞ and −0 are strings that Number reads", () => {
    const { steps, output } = trace((x: Tensor) => x.div(0).mul(-0))(tensor([1, -1])).toJSON();
    expect(steps).toEqual([
      {
        name: "x",
        op: "argument",
        inputs: [],
        shape: [2],
        dtype: "f64",
        text: "x",
        latex: "x",
        value: [1, -1],
        derivatives: [],
        adjoint: null,
      },
      {
        name: "v1",
        op: "div",
        inputs: ["x", { constant: 0, shape: [], dtype: "f64" }],
        shape: [2],
        dtype: "f64",
        text: "v1 = x / 0",
        latex: "v_{1} = \\frac{x}{0}",
        value: ["Infinity", "-Infinity"],
        derivatives: [["Infinity", "Infinity"], null],
        adjoint: null,
      },
      {
        name: "v2",
        op: "mul",
        inputs: ["v1", { constant: "-0", shape: [], dtype: "f64" }],
        shape: [2],
        dtype: "f64",
        text: "v2 = v1 * (-0)",
        latex: "v_{2} = v_{1} \\cdot \\left(-0\\right)",
        value: ["NaN", "NaN"],
        derivatives: [["-0", "-0"], null],
        adjoint: null,
      },
    ]);
    expect(output).toBe("v2");
    for (const value of [NaN, Infinity, -Infinity, -0, 0, 5e-324, -1.5])
      expect(Number(JSON.parse(JSON.stringify(plainData(value))))).toBe(value);
    expect(JSON.parse(JSON.stringify(tape))).toEqual(tape.toJSON());
  });

  it("has one derivative for each input, the other ones held", () => {
    expect(trace((x: Tensor) => x.mul(x))(3).entries[1]?.derivatives).toEqual([3, 3]);
  });

  it("keeps names apart", () => {
    const named = trace(
      ({ v1, "learning rate": rate }: Record<string, Tensor>, { v1: other }: { v1: Tensor }) =>
        (v1 as Tensor).mul(rate as Tensor).add(other),
    )({ v1: 2, "learning rate": 3 }, { v1: 4 });
    expect(named.entries.map(({ text }) => text)).toEqual([
      "v1",
      "learning_rate",
      "v1_2",
      "v2 = v1 * learning_rate",
      "v3 = v2 + v1_2",
    ]);
  });

  it("of a constant or of its argument is a result without steps", () => {
    expect(trace(() => 3)(1).toJSON().output).toEqual({ constant: 3, shape: [], dtype: "f64" });
    expect([...readDot(trace(() => -3)(1).toDot()).nodes.values()]).toEqual([["x", "value 1"], ["-3"]]);
    expect(trace((x: Tensor) => x)(1).output).toBe("x");
  });

  it("shows a nested derivative without the variables that it made", () => {
    const tape = trace((x: Tensor) => grad((y: Tensor) => y.square().mul(x))(x))(3);
    expect(tape.entries.map(({ text }) => text)).toEqual(["x", "v1 = 1 * x", "v2 = x * 2", "v3 = v1 * v2"]);
    // 2x² and its derivative 4x
    expect(tape.entries.at(-1)?.value).toBe(18);
    expect(tape.entries[0]?.adjoint).toBe(12);
  });
});

describe("a graph", () => {
  const energy = ({ w, b }: { w: Tensor; b: Tensor }, x: Tensor): Tensor => w.mul(x).sum().add(b);

  it("is a list in text, with dtypes and shapes", () => {
    expect(graphOf(valueAndGrad(energy))({ w: tensor([1, 2]), b: 3 }, tensor([4, 5])).toText()).toBe(
      [
        "w                f64[2]",
        "b                f64",
        "y                f64[2]",
        "v1 = w * y       f64[2]",
        "v2 = sum(v1)     f64",
        "v3 = v2 + b      f64",
        "v4 = [1, 1] * y  f64[2]",
        "return [v3, { w: v4, b: 1 }]",
      ].join("\n"),
    );
  });

  it("is aligned in LaTeX", () => {
    const graph = graphOf((x: Tensor) => ({ half: x.div(2), big: [x.sum().greater(1)] }))(tensor([1, 2]));
    expect(graph.toLatex().split("\n")).toEqual([
      "\\begin{aligned}",
      "x &  &  & \\in \\mathbb{R}^{2} \\\\",
      "v_{1} & = \\frac{x}{2} &  & \\in \\mathbb{R}^{2} \\\\",
      "v_{2} & = \\sum x &  & \\in \\mathbb{R} \\\\",
      "v_{3} & = v_{2} > 1 &  & \\in \\mathbb{B} \\\\",
      "\\text{result}_{\\mathrm{half}} & = v_{1} \\\\",
      "\\text{result}_{\\mathrm{big}, 0} & = v_{3}",
      "\\end{aligned}",
    ]);
  });

  it("is drawn with its results", () => {
    const { nodes, edges } = readDot(graphOf((x: Tensor) => [x.mul(x), 3])(1).toDot());
    expect([...nodes.values()]).toEqual([
      ["x", "f64"],
      ["v1 = x * x", "f64"],
      ["result.0"],
      ["result.1 = 3"],
    ]);
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["n0 n1", "n0 n1", "n1 n2"]);
  });

  it("shows derivatives of any order, and simplified ones", () => {
    const square = (x: Tensor): Tensor => x.square();
    expect(graphOf(grad(square), { simplify: true })(1).steps.map(({ text }) => text)).toEqual([
      "x",
      "v1 = x * 2",
    ]);
    expect(graphOf(grad(grad(square)), { simplify: true })(1).toText()).toBe("x  f64\nreturn 2");
    expect(graphOf(hessian((x: Tensor) => x.pow(3).sum()))(zeros([2])).toText()).toContain("return v");
  });

  it("needs no values, and says so where the function does", () => {
    expect(graphOf((x: Tensor) => where(x.greater(0), x, 0))(NaN).steps).toHaveLength(3);
    expect(() => graphOf((x: Tensor) => (x.item() > 0 ? x : x.neg()))(1)).toThrow(PlaceholderError);
  });

  it("is complete in JSON: run by the op table, it computes the function", () => {
    const network = ({ w, b }: { w: Tensor; b: Tensor }, image: Tensor): Tensor => {
      const hidden = maxPool(conv2d(image, w, { padding: "same" }).add(b.reshape([-1, 1, 1])), 2, {
        stride: 1,
      });
      return stack([hidden.sum({ axis: [1, 2] }), cast(hidden.slice([], 0, 1), "f64")])
        .exp()
        .mul(-0.5)
        .sum();
    };
    const parameters = {
      w: tensor([
        [
          [
            [0.1, -0.2],
            [0.3, 0.4],
          ],
        ],
        [
          [
            [-0.5, 0.6],
            [0, 0.7],
          ],
        ],
      ]),
      b: tensor([0.1, -0.1]),
    };
    const image = tensor([
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ]).div(10);
    for (const simplify of [false, true]) {
      const graph = graphOf(grad(network), { simplify })(parameters, image);
      const data = JSON.parse(JSON.stringify(graph)) as GraphData;
      const found = runData(data, [parameters.w, parameters.b, image]) as { w: Tensor; b: Tensor };
      const expected = grad(network)(parameters, image);
      expect(found.w.toArray()).toEqual(expected.w.toArray());
      expect(found.b.toArray()).toEqual(expected.b.toArray());
    }
  });
});

/** A second implementation of a graph's meaning, from its JSON alone. */
function runData({ steps, output }: GraphData, given: readonly Tensor[]): unknown {
  const values = new Map<string, Tensor>();
  const numbers = (value: PlainData): number[] =>
    Array.isArray(value) ? (value as PlainData[]).flatMap(numbers) : [Number(value)];
  const valueOf = (reference: string | ConstantData): Tensor =>
    typeof reference === "string"
      ? (values.get(reference) as Tensor)
      : tensor(new Float64Array(numbers(reference.constant)), {
          shape: reference.shape,
          dtype: reference.dtype,
        });
  let next = 0;
  for (const { name, op, inputs, attributes } of steps)
    values.set(
      name,
      op === "argument"
        ? (given[next++] as Tensor)
        : apply(ops.get(op) as NonNullable<ReturnType<typeof ops.get>>, inputs.map(valueOf), attributes),
    );
  const read = (tree: unknown): unknown => {
    if (typeof tree === "string" || "constant" in (tree as object))
      return valueOf(tree as string | ConstantData);
    return Object.fromEntries(Object.entries(tree as object).map(([key, part]) => [key, read(part)]));
  };
  return read(output);
}

describe("every operation", () => {
  it.each(opCases)("$name is printed with its inputs", ({ f: run, inputs }) => {
    const graph = graphOf((...given: Tensor[]) => run(...given))(...inputs.map((input) => tensor(input)));
    for (const { op, text, latex, inputs: names } of graph.steps) {
      if (op === "argument") continue;
      expect(text).not.toContain("#");
      expect(latex).not.toMatch(/#|undefined/);
      for (const name of names) expect(text).toContain(name);
    }
    readDot(graph.toDot());
  });

  it.each(Object.values(elementwiseFunctions).map((each) => [each.op.name, each]))(
    "%s is printed with its inputs",
    (name, each) => {
      const { arity, domain } = each.op.elementwise as NonNullable<typeof each.op.elementwise>;
      const call = each as unknown as (...inputs: Tensor[]) => Tensor;
      const point = domain.map(([low, high]) => (low + high) / 2);
      const { steps } = graphOf((...given: Tensor[]) => call(...given))(...point);
      expect(steps.map(({ op }) => op)).toEqual([...new Array<string>(arity).fill("argument"), name]);
      const { text, latex } = steps.at(-1) as { text: string; latex: string };
      for (const letter of ["x", "y", "z"].slice(0, arity)) {
        expect(text.split("= ").slice(1).join("= ")).toContain(letter);
        expect(latex.split("= ").slice(1).join("= ")).toContain(letter);
      }
    },
  );
});

describe("printing", () => {
  it("puts negative numbers in brackets where something binds to them", () => {
    expect(fill("#1 ^ #2", ["-2", "-3"], "text")).toBe("(-2) ^ (-3)");
    expect(fill("{#1}^{#2}", ["-2", "-3"], "latex")).toBe("{\\left(-2\\right)}^{-3}");
    expect(fill("atan2(#1, #2)", ["-2", "-3"], "text")).toBe("atan2(-2, -3)");
    expect(fill("\\frac{#1}{#2}", ["-2", "x"], "latex")).toBe("\\frac{-2}{x}");
    expect(fill("\\left|#1\\right|", ["-2"], "latex")).toBe("\\left|-2\\right|");
    expect(fill("[#*]", ["-1", "x"], "text")).toBe("[-1, x]");
  });

  it("rounds numbers in LaTeX to six digits", () => {
    expect([Math.PI, -1e-7, 1234567, 1 / 0, -1 / 0, NaN].map(latexNumber)).toEqual([
      "3.14159",
      "-1 \\cdot 10^{-7}",
      "1234567",
      "\\infty",
      "-\\infty",
      "\\text{NaN}",
    ]);
  });

  it("escapes what Graphviz would interpret in a label", () => {
    const lines = ['say "x"', "a\\N", "a & b", "two\nlines", "<i>", "∂"];
    const dot = writeDot([{ lines, kind: "step" }], [{ from: 0, to: 0, label: '"\\' }]);
    expect(dot).toContain(String.raw`label="say \"x\"\na\\N\na &amp; b\ntwo\nlines\n<i>\n∂"`);
    expect(dot).toContain(String.raw`n0 -> n0 [label="\"\\"]`);
    readDot(dot);
  });

  it("walks long chains without running out of stack", () => {
    const long = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 10_000; i++) y = y.mul(x).add(0.5);
      return y;
    };
    const tape = trace(long)(0.5);
    const graph = graphOf(grad(long))(0.5);
    expect(tape.entries).toHaveLength(20_001);
    expect(graph.steps.length).toBeGreaterThan(40_000);
    for (const printed of [tape, graph]) {
      const lines = "entries" in printed ? printed.entries.length : printed.steps.length;
      expect(printed.toText().split("\n")).toHaveLength(lines + 1);
      expect(printed.toLatex().split("\n").length).toBeGreaterThan(lines);
      expect(printed.toDot().split("\n").length).toBeGreaterThan(lines);
      expect(printed.toJSON().steps).toHaveLength(lines);
    }
  });
});
