// A dense layer as loops: row-major matrices, the innermost loop always along memory.

type Vector = Float32Array;

/** y = x w + b for `rows` samples. */
export function denseForward(x: Vector, w: Vector, b: Vector, y: Vector, rows: number): void {
  const outputs = b.length;
  const inputs = w.length / outputs;
  for (let row = 0; row < rows; row++) {
    const at = row * outputs;
    for (let j = 0; j < outputs; j++) y[at + j] = b[j]!;
    for (let k = 0; k < inputs; k++) {
      const value = x[row * inputs + k]!;
      for (let j = 0, from = k * outputs; j < outputs; j++, from++) y[at + j]! += value * w[from]!;
    }
  }
}

/** Gradients of weights and biases from the gradient of y. */
export function denseGradient(x: Vector, dy: Vector, dw: Vector, db: Vector, rows: number): void {
  const outputs = db.length;
  const inputs = dw.length / outputs;
  dw.fill(0);
  db.fill(0);
  for (let row = 0; row < rows; row++) {
    const at = row * outputs;
    for (let j = 0; j < outputs; j++) db[j]! += dy[at + j]!;
    for (let k = 0; k < inputs; k++) {
      const value = x[row * inputs + k]!;
      for (let j = 0, into = k * outputs; j < outputs; j++, into++) dw[into]! += value * dy[at + j]!;
    }
  }
}

/** The gradient of x from the gradient of y: dx = dy wᵀ. */
export function denseInputGradient(w: Vector, dy: Vector, dx: Vector, rows: number): void {
  const outputs = dy.length / rows;
  const inputs = dx.length / rows;
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < inputs; k++) {
      let total = 0;
      for (let j = 0; j < outputs; j++) total += dy[row * outputs + j]! * w[k * outputs + j]!;
      dx[row * inputs + k] = total;
    }
}

/** In place. */
export function relu(values: Vector): void {
  for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = 0;
}

/** In place: what came out as 0 has slope 0. */
export function reluGradient(output: Vector, gradient: Vector): void {
  for (let i = 0; i < output.length; i++) if (output[i] === 0) gradient[i] = 0;
}

/** Mean of −log softmax(logits) at the labels; its gradient takes the place of the logits. */
export function softmaxCrossEntropy(logits: Vector, labels: Int32Array): number {
  const rows = labels.length;
  const classes = logits.length / rows;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    let most = -Infinity;
    for (let j = 0; j < classes; j++) most = Math.max(most, logits[at + j]!);
    let total = 0;
    for (let j = 0; j < classes; j++) total += Math.exp(logits[at + j]! - most);
    const label = labels[row]!;
    loss += Math.log(total) + most - logits[at + label]!;
    for (let j = 0; j < classes; j++)
      logits[at + j] = (Math.exp(logits[at + j]! - most) / total - Number(j === label)) / rows;
  }
  return loss / rows;
}

export function descend(parameters: readonly Vector[], gradients: readonly Vector[], rate: number): void {
  parameters.forEach((parameter, which) => {
    const gradient = gradients[which]!;
    for (let i = 0; i < parameter.length; i++) parameter[i]! -= rate * gradient[i]!;
  });
}
