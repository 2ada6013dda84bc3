/** The mountain of the course: one reproducible ridge that the map and the header's progress line both draw. */

/** A hash of an integer to [0, 1): the same mountain on every machine. */
function lattice(index: number, seed: number): number {
  let h = Math.imul(index ^ (seed * 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Value noise in one dimension, in [0, 1], with continuous slope. */
function noise(x: number, seed: number): number {
  const cell = Math.floor(x);
  const t = x - cell;
  const ease = t * t * (3 - 2 * t);
  const start = lattice(cell, seed);
  return start + (lattice(cell + 1, seed) - start) * ease;
}

/** Peaks rather than waves: each octave is folded at its middle. In about [0, 1]. */
export function jagged(x: number, seed: number, octaves: number): number {
  let sum = 0;
  let amplitude = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    sum += amplitude * (1 - Math.abs(2 * noise(x * 2 ** octave, seed + octave) - 1));
    amplitude /= 2;
  }
  return sum;
}

export interface Camp {
  readonly stage: number;
  /** Distance along the ridge, 0 to 1. */
  readonly along: number;
  /** Height of the shelf it stands on, 0 to 1. */
  readonly height: number;
}

/** One camp per stage; the ground is level at each. */
export const camps: readonly Camp[] = [
  { stage: 1, along: 0.12, height: 0.2 },
  { stage: 2, along: 0.37, height: 0.35 },
  { stage: 3, along: 0.63, height: 0.58 },
  { stage: 4, along: 0.87, height: 0.86 },
];

const knots: readonly (readonly [along: number, height: number])[] = [
  [-0.02, 0.1],
  ...camps.map(({ along, height }) => [along, height] as const),
  [1.02, 0.7],
];

/** Height of the ridge at a distance along it, both in [0, 1]. Rough between camps, level at them. */
export function ridge(along: number): number {
  let index = 0;
  while (index < knots.length - 2 && along > knots[index + 1]![0]) index++;
  const [start, low] = knots[index]!;
  const [end, high] = knots[index + 1]!;
  const t = Math.min(1, Math.max(0, (along - start) / (end - start)));
  const climb = low + (high - low) * t * t * (3 - 2 * t);
  const roughness = 0.14 * (t * (1 - t) * 4) ** 1.5;
  return climb + roughness * (jagged(along * 9, 11, 4) - 0.52);
}

/** Where lesson `number` (1-based, of `count`) is reached along the ridge: the last of a stage is its camp. */
export function lessonPosition(stage: number, indexInStage: number, lessonsInStage: number): number {
  const camp = camps[stage - 1];
  if (camp === undefined) throw new RangeError(`no camp for stage ${stage}`);
  const previous = camps[stage - 2]?.along ?? 0;
  return previous + ((camp.along - previous) * (indexInStage + 1)) / lessonsInStage;
}
