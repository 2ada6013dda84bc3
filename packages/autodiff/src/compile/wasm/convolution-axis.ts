import type { AxisWindows } from "../../ops/window.ts";

/**
 * One axis of a convolution, seen from its result: step k ≥ 0 and phase give the result's position
 * k · targetStep + targetStart + phase; to it contribute the taps 0, 1, … of the phase, from the positions
 * k · sourceStep + phase.source + tap · tapStep of the padded source, with the weights phase.weight + tap · weightStep.
 *
 * In a convolution there is one phase. In its transpose, position h of the result gets w[u] y[i] wherever
 * h + before = i · stride + u · dilation: a phase is a remainder of h + before by the stride, and has the u for which
 * u · dilation leaves the same.
 */
export interface ResultAxis {
  readonly steps: number;
  readonly targetStep: number;
  readonly targetStart: number;
  readonly sourceStep: number;
  /** Position in the source of position 0 of the padded source. */
  readonly sourceStart: number;
  /** Positions of the padded source that one step needs. */
  readonly span: number;
  readonly tapStep: number;
  readonly weightStep: number;
  readonly phases: readonly Phase[];
}

export interface Phase {
  readonly taps: number;
  readonly weight: number;
  readonly source: number;
  /** The steps, from `first` to before `end`, that lie in the result. */
  readonly first: number;
  readonly end: number;
}

export function convolutionAxis({ size, stride, dilation, before, count }: AxisWindows): ResultAxis {
  return {
    steps: count,
    targetStep: 1,
    targetStart: 0,
    sourceStep: stride,
    sourceStart: -before,
    span: (size - 1) * dilation + 1,
    tapStep: dilation,
    weightStep: 1,
    phases: [{ taps: size, weight: 0, source: 0, first: 0, end: count }],
  };
}

export function transposedAxis({ extent, size, stride, dilation, before }: AxisWindows): ResultAxis {
  const firstStep = Math.floor(before / stride);
  const targetStart = firstStep * stride - before;
  const steps = Math.floor((extent - 1 - targetStart) / stride) + 1;
  const reach = Math.floor(((size - 1) * dilation) / stride);
  const common = greatestCommonDivisor(stride, dilation);
  const weightStep = stride / common;
  const phases = Array.from({ length: stride }, (_, phase) => {
    let weight = 0;
    while (weight < size && (weight * dilation) % stride !== phase) weight++;
    return {
      taps: Math.ceil((size - weight) / weightStep),
      weight,
      source: reach - Math.floor((weight * dilation) / stride),
      first: Math.max(0, Math.ceil((-targetStart - phase) / stride)),
      end: Math.min(steps, Math.floor((extent - 1 - targetStart - phase) / stride) + 1),
    };
  });
  return {
    steps,
    targetStep: stride,
    targetStart,
    sourceStep: 1,
    sourceStart: firstStep - reach,
    span: reach + 1,
    tapStep: -dilation / common,
    weightStep,
    phases,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
