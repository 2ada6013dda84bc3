import type { Input } from "../benchmark.ts";
import { spread32 } from "../inputs.ts";

/** Weights [inputs, outputs] and biases of dense layers of such widths, one after the other, as training starts with. */
export function denseParameters(...widths: number[]): Input[] {
  return widths.slice(1).flatMap((outputs, layer) => {
    const inputs = widths[layer]!;
    const scale = Math.sqrt(3 / inputs);
    const weights = spread32(inputs * outputs, layer + 1).map((value) => scale * value);
    return [
      { data: weights, shape: [inputs, outputs] },
      { data: new Float32Array(outputs), shape: [outputs] },
    ];
  });
}

/** Labels 0 to 9 for samples, and the same as rows with a single 1. */
export function labels(count: number): { classes: Int32Array; oneHot: Float32Array } {
  const classes = Int32Array.from({ length: count }, (_, index) => (index * 7) % 10);
  const oneHot = new Float32Array(count * 10);
  classes.forEach((label, index) => (oneHot[index * 10 + label] = 1));
  return { classes, oneHot };
}

/** Parameters as inputs of a Python row: `p0`, `p1`, … */
export function named(parameters: readonly Input[]): Record<string, Input> {
  return Object.fromEntries(parameters.map((parameter, index) => [`p${index}`, parameter]));
}

/** Copies that a training run may change. */
export function copies(parameters: readonly Input[]): Float32Array[] {
  return parameters.map(({ data }) => Float32Array.from(data));
}
