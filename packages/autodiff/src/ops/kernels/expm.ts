import { factorize, solveFactorized } from "./lu.ts";
import { multiply } from "./product.ts";

type Matrix = Float64Array;

/** Numerator of the diagonal Padé approximant of degree 13 of eˣ, accurate to 2⁻⁵³ up to ‖A‖₁ = 5.37. */
const pade = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
] as const;
const reach = 5.371920351148152;

/** e^A of a row-major matrix by scaling and squaring (Higham, SIAM J. Matrix Anal. Appl. 26, 2005). */
export function exponential(a: ArrayLike<number>, n: number): Matrix {
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let total = 0;
    for (let i = 0; i < n; i++) total += Math.abs(a[i * n + j] as number);
    norm = Math.max(norm, total);
  }
  const squarings = norm > reach ? Math.ceil(Math.log2(norm / reach)) : 0;
  const x = Float64Array.from(a, (value) => value * 2 ** -squarings);
  const x2 = multiply(x, x, n);
  const x4 = multiply(x2, x2, n);
  const x6 = multiply(x4, x2, n);
  const sum = (c6: number, c4: number, c2: number, c0: number): Matrix =>
    x6.map((value, at) => {
      const rest = c4 * (x4[at] as number) + c2 * (x2[at] as number);
      return c6 * value + rest + (at % (n + 1) === 0 ? c0 : 0);
    });
  const plus = (p: Matrix, q: Matrix): Matrix => p.map((value, at) => value + (q[at] as number));
  const odd = multiply(
    x,
    plus(multiply(x6, sum(pade[13], pade[11], pade[9], 0), n), sum(pade[7], pade[5], pade[3], pade[1])),
    n,
  );
  const even = plus(
    multiply(x6, sum(pade[12], pade[10], pade[8], 0), n),
    sum(pade[6], pade[4], pade[2], pade[0]),
  );
  const denominator = even.map((value, at) => value - (odd[at] as number));
  let result = solveFactorized(factorize(denominator, n), plus(even, odd), n);
  for (let k = 0; k < squarings; k++) result = multiply(result, result, n);
  return result;
}
