import { at } from "../linalg/vector.ts";
import type { SamplePoint, Step } from "../walk/step.ts";

/** ρ, χ, γ and σ of Lagarias et al. */
export interface Coefficients {
  readonly reflection: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly shrinkage: number;
}

/** Those of Nelder & Mead, or those of Gao & Han (2012, §4), which are the same for two parameters. */
export function coefficients(n: number, adaptive: boolean): Coefficients {
  if (!adaptive || n < 2) return { reflection: 1, expansion: 2, contraction: 1 / 2, shrinkage: 1 / 2 };
  return {
    reflection: 1,
    expansion: 1 + 2 / n,
    contraction: 3 / 4 - 1 / (2 * n),
    shrinkage: 1 - 1 / n,
  };
}

/** Vertices, best first, and what led to them. */
export interface Simplex {
  readonly vertices: readonly SamplePoint[];
  readonly move: NonNullable<Step["move"]>;
}

/** Best first; of equals, the earlier stays ahead, as the rules for ties want it (Lagarias et al., §2). */
export function ordered(vertices: readonly SamplePoint[]): readonly SamplePoint[] {
  return [...vertices].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

/**
 * One iteration (Lagarias, Reeds, Wright & Wright 1998, §2).
 *
 * @param vertices best first
 */
export function nextSimplex(
  vertices: readonly SamplePoint[],
  sample: (x: Float64Array) => SamplePoint,
  { reflection, expansion, contraction, shrinkage }: Coefficients,
): Simplex {
  const best = vertices[0] as SamplePoint;
  const [second, worst] = vertices.slice(-2) as [SamplePoint, SamplePoint];
  const others = vertices.slice(0, -1);
  const centroid = centroidOf(others);
  /** The point on the line from the worst vertex through the centroid. */
  const beyond = (factor: number): SamplePoint =>
    sample(centroid.map((c, i) => c + factor * (c - at(worst.x, i))));
  const replaced = (point: SamplePoint, move: Simplex["move"]): Simplex => ({
    vertices: ordered([...others, point]),
    move,
  });

  const reflected = beyond(reflection);
  if (reflected.value < best.value) {
    const expanded = beyond(reflection * expansion);
    const better = expanded.value < reflected.value;
    return better ? replaced(expanded, "expansion") : replaced(reflected, "reflection");
  }
  if (reflected.value < second.value) return replaced(reflected, "reflection");
  if (reflected.value < worst.value) {
    const outside = beyond(reflection * contraction);
    if (outside.value <= reflected.value) return replaced(outside, "contraction outside");
  } else {
    const inside = beyond(-contraction);
    if (inside.value < worst.value) return replaced(inside, "contraction inside");
  }
  const towardsBest = ({ x }: SamplePoint): SamplePoint =>
    sample(x.map((value, i) => at(best.x, i) + shrinkage * (value - at(best.x, i))));
  return { vertices: ordered([best, ...vertices.slice(1).map(towardsBest)]), move: "shrink" };
}

function centroidOf(vertices: readonly SamplePoint[]): Float64Array {
  const sum = new Float64Array(vertices[0]?.x.length ?? 0);
  for (const { x } of vertices) for (let i = 0; i < sum.length; i++) sum[i] = at(sum, i) + at(x, i);
  return sum.map((total) => total / vertices.length);
}
