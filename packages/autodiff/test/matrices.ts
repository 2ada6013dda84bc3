import fc from "fast-check";
import { tensor, type Tensor } from "../src/index.ts";

/** Rows of numbers, for checks by plain loops that share nothing with the library. */
export type Rows = number[][];

export const epsilon: number = 2 ** -52;

export function rowsOf(matrix: Tensor): Rows {
  return matrix.toArray() as Rows;
}

export function build(m: number, n: number, entry: (i: number, j: number) => number): Rows {
  return Array.from({ length: m }, (_, i) => Array.from({ length: n }, (__, j) => entry(i, j)));
}

export function product(a: Rows, b: Rows): Rows {
  return a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((total, x, k) => total + x * (b[k]?.[j] ?? 0), 0)),
  );
}

export function transposeOf(a: Rows): Rows {
  return (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
}

export function frobenius(a: Rows): number {
  return Math.hypot(...a.flat());
}

/** ‖a − b‖ / ‖b‖ in the Frobenius norm; the shapes must agree. */
export function distance(a: Rows, b: Rows): number {
  if (a.length !== b.length || a.some((row, i) => row.length !== b[i]?.length)) return Infinity;
  const scale = frobenius(b);
  return frobenius(a.map((row, i) => row.map((x, j) => x - (b[i]?.[j] ?? 0)))) / (scale === 0 ? 1 : scale);
}

/** ‖qᵀq − 1‖ */
export function orthogonalityError(q: Rows): number {
  const gram = product(transposeOf(q), q);
  return frobenius(gram.map((row, i) => row.map((x, j) => x - Number(i === j))));
}

/** Numbers in [−1, 1) that are the same every time. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Matrices that decompositions get wrong first: of all shapes, graded, ill-conditioned, without full rank. */
export function testMatrices(m: number, n: number): readonly (readonly [string, Rows])[] {
  const random = pseudoRandom(100 * m + n);
  const u = build(m, 2, random);
  const v = build(2, n, random);
  return [
    ["random", build(m, n, random)],
    ["Hilbert", build(m, n, (i, j) => 1 / (i + j + 1))],
    ["of graded columns", build(m, n, (_, j) => random() * 10 ** (-3 * j))],
    ["of graded rows", build(m, n, (i) => random() * 10 ** (-3 * i))],
    ["of rank 2", product(u, v)],
    ["of ones", build(m, n, () => 1)],
    ["of huge numbers", build(m, n, () => random() * 1e150)],
    ["of tiny numbers", build(m, n, () => random() * 1e-150)],
    ["zero", build(m, n, () => 0)],
    ["diagonal", build(m, n, (i, j) => (i === j ? (i % 3) - 1 : 0))],
  ];
}

/** n × n matrices with entries in [−1, 1] and n + 1 added on the diagonal: far from singular, not symmetric. */
export function wellConditioned(n: number): fc.Arbitrary<Tensor> {
  return fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n })
    .map((entries) => tensor(build(n, n, (i, j) => (entries[i * n + j] ?? 0) + (i === j ? n + 1 : 0))));
}

export function anyMatrix(m: number, n: number): fc.Arbitrary<Tensor> {
  return fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: m * n, maxLength: m * n })
    .map((entries) => tensor(build(m, n, (i, j) => entries[i * n + j] ?? 0)));
}
