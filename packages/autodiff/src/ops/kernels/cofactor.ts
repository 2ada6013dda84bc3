import { determinantOf } from "./determinant.ts";
import { multiply, transpose } from "./product.ts";
import { singularValues } from "./svd.ts";

type Matrix = Float64Array;

/**
 * Cofactors C(A) = ∂ det A / ∂A, and their derivatives DʲC(A)[H₁, …, Hⱼ], which are polynomials in the entries of
 * all matrices: they exist at singular matrices like anywhere. Row-major [n, n]; nothing if the decomposition does not
 * converge.
 *
 * Up to n = 3 they are written out. From there on A = U diag(s) Vᵀ makes them U C(diag s) Vᵀ det U det V, and those
 * of a diagonal matrix are sums of products without one or more of its elements: the stable way (Stewart, Linear
 * Algebra Appl. 283, 1998). The cost of the j-th derivative is some n^(j+2) (j+1)! operations.
 */
export function cofactors(
  a: ArrayLike<number>,
  directions: readonly ArrayLike<number>[],
  n: number,
): Matrix | undefined {
  // A polynomial of degree n − 1.
  if (directions.length > n - 1) return new Float64Array(n * n);
  if (n <= 3) return smallCofactors(a, directions, n);
  const factors = singularValues(a, n, n);
  if (factors === undefined) return undefined;
  const { u, s, vt } = factors;
  const turned = directions.map((h) =>
    multiply(multiply(transpose(u, n), Float64Array.from(h), n), transpose(vt, n), n),
  );
  const inner = diagonalCofactors(s, turned, n);
  const sign = determinantOf(u, n).sign * determinantOf(vt, n).sign;
  return multiply(multiply(u, inner, n), vt, n).map((value) => sign * value);
}

/** For n ≤ 3: C is constant, linear or quadratic, and cross products of rows make the bilinear form of the latter. */
function smallCofactors(a: ArrayLike<number>, directions: readonly ArrayLike<number>[], n: number): Matrix {
  const factors = [...directions, ...new Array<ArrayLike<number>>(n - 1 - directions.length).fill(a)];
  const [x = [], y = []] = factors;
  if (n <= 1) return new Float64Array(n).fill(1);
  const at = (m: ArrayLike<number>, i: number, j: number): number => m[(i % 3) * 3 + (j % 3)] as number;
  if (n === 2) return Float64Array.of(x[3] as number, -(x[2] as number), -(x[1] as number), x[0] as number);
  // Cyclic indices take care of the signs.
  const minor = (p: ArrayLike<number>, q: ArrayLike<number>, i: number, j: number): number =>
    at(p, i + 1, j + 1) * at(q, i + 2, j + 2) - at(p, i + 1, j + 2) * at(q, i + 2, j + 1);
  return Float64Array.from({ length: 9 }, (_, k) => {
    const [i, j] = [Math.floor(k / 3), k % 3];
    return directions.length === 0 ? minor(a, a, i, j) : minor(x, y, i, j) + minor(y, x, i, j);
  });
}

/**
 * For a diagonal matrix: Dᵏ det[H₁, …, Hₖ] is the sum over all k-tuples of different indices i, and all permutations
 * π of them, of sign(π) Π_t H_t[i_t, i_π(t)] times the product of the diagonal without the i. Of the last H only the
 * coefficients are wanted.
 */
function diagonalCofactors(diagonal: Float64Array, directions: readonly Matrix[], n: number): Matrix {
  const count = directions.length + 1;
  const permutations = signedPermutations(count);
  const result = new Float64Array(n * n);
  const chosen: number[] = [];
  const choose = (): void => {
    if (chosen.length < count) {
      for (let i = 0; i < n; i++)
        if (!chosen.includes(i)) {
          chosen.push(i);
          choose();
          chosen.pop();
        }
      return;
    }
    let rest = 1;
    for (let l = 0; l < n; l++) if (!chosen.includes(l)) rest *= diagonal[l] as number;
    for (const { sign, order } of permutations) {
      const to = (t: number): number => chosen[order[t] as number] as number;
      let term = sign * rest;
      directions.forEach((h, t) => (term *= h[(chosen[t] as number) * n + to(t)] as number));
      const open = (chosen[count - 1] as number) * n + to(count - 1);
      result[open] = (result[open] as number) + term;
    }
  };
  choose();
  return result;
}

interface SignedPermutation {
  readonly sign: number;
  readonly order: readonly number[];
}

function signedPermutations(count: number): SignedPermutation[] {
  if (count === 0) return [{ sign: 1, order: [] }];
  // The last number put in every place: each number it passes is one more exchange.
  return signedPermutations(count - 1).flatMap(({ sign, order }) =>
    Array.from({ length: count }, (_, passed) => ({
      sign: passed % 2 === 0 ? sign : -sign,
      order: order.toSpliced(count - 1 - passed, 0, count - 1),
    })),
  );
}
