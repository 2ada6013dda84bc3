import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  checkGrad,
  compile,
  einsum,
  eye,
  ones,
  ShapeError,
  tensor,
  zeros,
  type Tensor,
} from "../src/index.ts";

/** The sum of products that the notation stands for, by plain loops over all its indices. */
function byLoops(operands: readonly string[], output: string, tensors: readonly Tensor[]): number[] {
  const extents = new Map<string, number>();
  operands.forEach((labels, k) =>
    [...labels].forEach((label, axis) => extents.set(label, tensors[k]?.shape[axis] ?? 0)),
  );
  const labels = [...output, ...[...extents.keys()].filter((label) => !output.includes(label))];
  const offset = (names: string, index: ReadonlyMap<string, number>): number =>
    [...names].reduce((at, name) => at * (extents.get(name) as number) + (index.get(name) as number), 0);
  const size = [...output].reduce((product, label) => product * (extents.get(label) as number), 1);
  const result = new Array<number>(size).fill(0);
  const index = new Map<string, number>();
  const visit = (depth: number): void => {
    if (depth < labels.length) {
      const label = labels[depth] as string;
      for (let i = 0; i < (extents.get(label) as number); i++) visit(depth + (index.set(label, i), 1));
      return;
    }
    const product = operands.reduce(
      (total, names, k) => total * (tensors[k]?.data[offset(names, index)] as number),
      1,
    );
    const at = offset(output, index);
    result[at] = (result[at] as number) + product;
  };
  visit(0);
  return result;
}

const program = fc
  .record({
    extents: fc.tuple(...["a", "b", "c", "d", "e"].map(() => fc.integer({ min: 0, max: 3 }))),
    operands: fc.array(fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    kept: fc.shuffledSubarray(["a", "b", "c", "d", "e"]),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ extents, operands, kept, seed }) => {
    const names = operands.map((labels) => labels.join(""));
    const output = kept.filter((label) => names.some((each) => each.includes(label))).join("");
    // Small integers: sums are exact in any order.
    let state = seed;
    const tensors = operands.map((labels) => {
      const shape = labels.map((label) => extents["abcde".indexOf(label)] as number);
      const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
        state = (state * 75 + 74) % 65537;
        return (state % 7) - 3;
      });
      return tensor(data, { shape });
    });
    return { names, output, tensors };
  });

describe("einsum", () => {
  it("is the sum of products it says", () => {
    fc.assert(
      fc.property(program, ({ names, output, tensors }) => {
        const result = einsum(`${names.join(",")}->${output}`, ...tensors);
        expect(Array.from(result.data, (value) => value + 0)).toEqual(
          byLoops(names, output, tensors).map((value) => value + 0),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("has exact derivatives, and compiles", () => {
    const f = ([x, y, z]: [Tensor, Tensor, Tensor]): Tensor => einsum("bij,jk,bkk->bi", x, y, z);
    const [x, y, z] = [
      arange(12).reshape([2, 3, 2]),
      arange(4).sin().reshape([2, 2]),
      arange(8).cos().reshape([2, 2, 2]),
    ] as const;
    expect(checkGrad(f, { order: 2 })([x, y, z]).reverse).toBeLessThan(1e-12);
    expect(compile(f)([x, y, z]).toArray()).toEqual(f([x, y, z]).toArray());
  });

  it("works out the output when there is no arrow", () => {
    const m = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(einsum("ba", m).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(einsum("ij,jk", m, m).toArray()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(einsum("ij,ij", m, m).item()).toBe(30);
    expect(einsum("...,...", m, 2).toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(einsum("", 3).item()).toBe(3);
    expect(einsum(",", 3, 4).item()).toBe(12);
  });

  it("broadcasts the axes of an ellipsis, wherever it stands", () => {
    const stackOf = tensor([[[1, 2]], [[3, 4]], [[5, 6]]]);
    const other = tensor([
      [[1], [10]],
      [[2], [20]],
    ]).reshape([2, 2, 1]);
    expect(einsum("...ij,...jk->...ik", stackOf, eye(2)).shape).toEqual([3, 1, 2]);
    expect(
      einsum(
        "i...,i...->...",
        tensor([1, 2]),
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).toArray(),
    ).toEqual([9, 12, 15]);
    expect(
      einsum(
        "...i,...i->...",
        tensor([[[1, 2]], [[3, 4]]]),
        tensor([
          [1, 1],
          [1, 10],
        ]),
      ).toArray(),
    ).toEqual([
      [3, 21],
      [7, 43],
    ]);
    expect(einsum("k...->...k", other).shape).toEqual([2, 1, 2]);
    expect(
      einsum(
        "...ii->...",
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      ).toArray(),
    ).toEqual([5]);
  });

  it("multiplies the small operands of a chain first", () => {
    // From left to right this would take a matrix of 200 000 × 200 000.
    const column = ones([200_000, 1]);
    const result = einsum("ij,kj,kl->il", column, column, column);
    expect([result.shape, result.max().item(), result.min().item()]).toEqual([
      [200_000, 1],
      200_000,
      200_000,
    ]);
  });

  it("keeps dtypes: f32 stays, truth counts as 0 and 1", () => {
    const single = tensor(Float32Array.of(1, 2));
    expect(einsum("i,i->i", single, single).dtype).toBe("f32");
    const counted = einsum(
      "ij,j->i",
      tensor([
        [true, true],
        [true, false],
      ]),
      tensor([true, true]),
    );
    expect([counted.dtype, counted.toArray()]).toEqual(["i32", [2, 1]]);
  });

  it.each([
    ["ij,j?->ik", 'expected a letter, "...", "," or "->", found "?" at position 4 of "ij,j?->ik"'],
    ["ij,jk->iz", 'the output has the index "z", which no operand has, at position 8 of "ij,jk->iz"'],
    ["ij,jk->i i", 'the output has the index "i" twice at position 9'],
    ["ijk,jk", 'operand 0 of shape [2, 2] does not have the 3 axes of "ijk" at position 0'],
    ["ij, j", 'operand 1 of shape [2, 2] does not have the 1 axes of "j" at position 3'],
    ["...i...,ij", 'a second "..." at position 4'],
    ["...,ij->ij", 'the output lacks the "..." of an operand at position 8'],
    ["ij.,ij", 'found "." at position 2'],
    ["ij->ji->ij,ij", "expected as many operands"],
    ["ij", 'expected as many operands as "ij" has terms, 1: 2'],
  ])("says what is wrong with %s", (subscripts, message) => {
    const m = zeros([2, 2]);
    expect(() => einsum(subscripts, m, m)).toThrow(ShapeError);
    expect(() => einsum(subscripts, m, m)).toThrow(message);
  });

  it("names the index that has two extents", () => {
    expect(() => einsum("ij,jk", zeros([2, 3]), zeros([2, 2]))).toThrow(
      'index "j" has two extents in "ij,jk": 3 and 2',
    );
    expect(() => einsum("ii", zeros([2, 3]))).toThrow('index "i" has two extents');
    expect(() => einsum("i,i", zeros([1]), zeros([3]))).toThrow(ShapeError);
    expect(() => einsum("...,...", zeros([2, 3]), zeros([2]))).toThrow(
      'axis 0 of operand 1, in "...", does not broadcast',
    );
  });
});
