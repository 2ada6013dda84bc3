import { at } from "../linalg/vector.ts";
import { distance } from "./cube.ts";
import { better, sample, type GlobalProblem } from "./method.ts";
import type { Random } from "./random.ts";
import type { SamplePoint } from "../walk/step.ts";

/** What looking around a point has shown. */
export interface Poll {
  /** The lowest point met; the point itself when there is none lower. */
  readonly best: SamplePoint;
  /** Whether everything polled around it at some distance lies higher, not only as high. */
  readonly surrounded: boolean;
}

/** Distances polled: from a thousandth of the box, each a quarter of the one before, down to 4·10⁻⁹. */
const levels = 10;
const widest = 1e-3;
/** Moves at one distance, after which the next is tried whatever happens. */
const mostMoves = 30;
const leastGain = 1e-4;

/**
 * Looks for lower points around one where gradients are of no use: a kink, a jump or a plateau. A compass search that
 * polls ± the vectors of an orthonormal basis, drawn anew each time so that no crease of the function hides from it
 * for long (Kolda, Lewis & Torczon, SIAM Review 45, 2003; the bases are those of Abramson, Audet, Dennis & Le Digabel, SIAM J.
 * Optim. 20, 2009: the columns of I − 2 v vᵀ).
 */
export function poll(problem: GlobalProblem, from: SamplePoint, random: Random): Poll {
  const { cube } = problem;
  let best = from;
  let surrounded = false;
  for (let level = 0, radius = widest; level < levels; level++, radius /= 4) {
    for (let moves = 0; moves < mostMoves; moves++) {
      const here = cube.coordinates(best.x);
      const around = compass(here, radius, random).map((coordinates) => sample(problem, coordinates));
      const lowest = around.reduce(better, best);
      if (around.every(({ value }) => value > best.value)) surrounded = true;
      if (lowest === best) break;
      // A gain that is nothing beside what is lost elsewhere is rounding, and no reason to stay at this distance.
      const highest = Math.max(...around.map(({ value }) => (value === Infinity ? -Infinity : value)));
      const moved = best.value - lowest.value > leastGain * (highest - best.value);
      best = lowest;
      if (!moved) break;
      surrounded = false;
    }
  }
  return { best, surrounded };
}

/** Points at a distance from a point of the cube in ± the directions of a random basis; those pushed back onto it by the faces left out. */
function compass(center: Float64Array, radius: number, random: Random): readonly Float64Array[] {
  const n = center.length;
  const v = random.normals(n);
  const square = v.reduce((sum, element) => sum + element * element, 0);
  const points: Float64Array[] = [];
  for (let axis = 0; axis < n; axis++)
    for (const length of [radius, -radius]) {
      const point = center.slice();
      for (let i = 0; i < n; i++) {
        const element = (i === axis ? 1 : 0) - (2 * at(v, i) * at(v, axis)) / square;
        point[i] = Math.min(Math.max(at(center, i) + length * element, 0), 1);
      }
      if (distance(point, center) > 0) points.push(point);
    }
  return points;
}
