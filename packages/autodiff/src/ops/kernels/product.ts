type Matrix = Float64Array;

/** The product of two row-major matrices of order n. */
export function multiply(a: Matrix, b: Matrix, n: number): Matrix {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k] as number;
      for (let j = 0; j < n; j++)
        product[i * n + j] = (product[i * n + j] as number) + factor * (b[k * n + j] as number);
    }
  return product;
}

/** A row-major matrix of order n transposed. */
export function transpose(a: Matrix, n: number): Matrix {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)] as number);
}
