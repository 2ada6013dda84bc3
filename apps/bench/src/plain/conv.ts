// Convolution with 3×3 kernels and pooling as loops over images [count, channels, height, width].

type Vector = Float32Array;

/** Square images with a border of one zero around each, so that no loop below has to ask where it is. */
export function bordered(images: Vector, side: number): Vector {
  const wide = side + 2;
  const planes = images.length / (side * side);
  const result = new Float32Array(planes * wide * wide);
  for (let plane = 0; plane < planes; plane++)
    for (let i = 0; i < side; i++) {
      const from = (plane * side + i) * side;
      result.set(images.subarray(from, from + side), (plane * wide + i + 1) * wide + 1);
    }
  return result;
}

interface Sizes {
  readonly count: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly side: number;
}

/** y[n, o] = b[o] + Σ_c x[n, c] ⋆ w[o, c]; x has a border. */
export function convForward(x: Vector, w: Vector, b: Vector, y: Vector, sizes: Sizes): void {
  const { count, inputs, outputs, side } = sizes;
  const wide = side + 2;
  for (let n = 0; n < count; n++)
    for (let o = 0; o < outputs; o++) {
      const plane = (n * outputs + o) * side * side;
      y.fill(b[o]!, plane, plane + side * side);
      for (let c = 0; c < inputs; c++) {
        const at = (o * inputs + c) * 9;
        const [w0, w1, w2, w3, w4, w5, w6, w7, w8] = [
          w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!, w[at + 8]!,
        ]; // prettier-ignore
        for (let i = 0; i < side; i++) {
          let p = ((n * inputs + c) * wide + i) * wide;
          let q = p + wide;
          let r = q + wide;
          for (let j = 0, into = plane + i * side; j < side; j++, into++, p++, q++, r++)
            y[into]! +=
              w0 * x[p]! +
              w1 * x[p + 1]! +
              w2 * x[p + 2]! +
              w3 * x[q]! +
              w4 * x[q + 1]! +
              w5 * x[q + 2]! +
              w6 * x[r]! +
              w7 * x[r + 1]! +
              w8 * x[r + 2]!;
        }
      }
    }
}

/** Gradients of kernels and biases; x has a border. */
export function convGradient(x: Vector, dy: Vector, dw: Vector, db: Vector, sizes: Sizes): void {
  const { count, inputs, outputs, side } = sizes;
  const wide = side + 2;
  dw.fill(0);
  db.fill(0);
  for (let n = 0; n < count; n++)
    for (let o = 0; o < outputs; o++) {
      const plane = (n * outputs + o) * side * side;
      let total = 0;
      for (let i = 0; i < side * side; i++) total += dy[plane + i]!;
      db[o]! += total;
      for (let c = 0; c < inputs; c++)
        for (let u = 0; u < 3; u++) {
          let [left, middle, right] = [0, 0, 0];
          for (let i = 0; i < side; i++) {
            let p = ((n * inputs + c) * wide + i + u) * wide;
            for (let j = 0, from = plane + i * side; j < side; j++, from++, p++) {
              const gradient = dy[from]!;
              left += gradient * x[p]!;
              middle += gradient * x[p + 1]!;
              right += gradient * x[p + 2]!;
            }
          }
          const at = (o * inputs + c) * 9 + u * 3;
          dw[at]! += left;
          dw[at + 1]! += middle;
          dw[at + 2]! += right;
        }
    }
}

/** The gradient of x: dy convolved with the kernels turned round, inputs and outputs changing places. */
export function convInputGradient(
  w: Vector,
  dy: Vector,
  dx: Vector,
  { count, inputs, outputs, side }: Sizes,
): void {
  const turned = new Float32Array(w.length);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let k = 0; k < 9; k++) turned[(c * outputs + o) * 9 + k] = w[(o * inputs + c) * 9 + 8 - k]!;
  const none = new Float32Array(inputs);
  convForward(bordered(dy, side), turned, none, dx, { count, inputs: outputs, outputs: inputs, side });
}

/** The largest of every 2×2 block, and where it was. */
export function poolForward(x: Vector, y: Vector, from: Int32Array, side: number): void {
  const half = side / 2;
  for (let into = 0; into < y.length; into++) {
    const column = into % half;
    const row = (into - column) / half;
    let best = row * 2 * side + column * 2;
    for (const other of [best + 1, best + side, best + side + 1]) if (x[other]! > x[best]!) best = other;
    y[into] = x[best]!;
    from[into] = best;
  }
}

export function poolGradient(from: Int32Array, dy: Vector, dx: Vector): void {
  dx.fill(0);
  for (let i = 0; i < dy.length; i++) dx[from[i]!] = dy[i]!;
}
