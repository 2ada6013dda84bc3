import { OptimizationError } from "../errors.ts";
import { allFinite, at, difference, epsilon } from "../linalg/vector.ts";
import { unboundedBelow } from "../line-search/search.ts";
import type { ScalarProblem } from "../problem/scalar-problem.ts";
import type { Finish, Tolerances } from "../solution.ts";
import type { WalkState } from "../walk/method.ts";
import type { SamplePoint } from "../walk/step.ts";
import {
  checkDirect,
  directStep,
  falseRest,
  fallsBeyond,
  noStart,
  relativeDistance,
  valueAt,
  verdict,
  type CheckedDirectTolerances,
  type DirectTolerances,
} from "./direct.ts";
import { unboundedAt, type MinimizeMethod } from "./method.ts";
import { coefficients, nextSimplex, ordered, type Simplex } from "./nelder-mead-moves.ts";

/** Options of {@link nelderMead}. */
export interface NelderMeadOptions extends DirectTolerances {
  /** Vertices of the first simplex, n + 1 flat points in place of the start. */
  readonly initialSimplex?: readonly ArrayLike<number>[];
  /** Lengths of the first simplex's edges from the start along the axes, one for all or one for each; by default a tenth of each parameter, or of one. */
  readonly initialStep?: number | ArrayLike<number>;
  /**
   * Whether the coefficients depend on the number of parameters (Gao & Han 2012), which matters from three on, or are those
   * of Nelder & Mead; default true.
   */
  readonly adaptive?: boolean;
}

interface Settings extends CheckedDirectTolerances {
  readonly simplex: readonly Float64Array[] | undefined;
  readonly initialStep: number | Float64Array | undefined;
  readonly adaptive: boolean;
}

interface SimplexState extends WalkState {
  /** Vertices, best first; Infinity where the function cannot be evaluated. */
  readonly vertices: readonly SamplePoint[];
  /** Whether every value so far was the same. */
  readonly flat: boolean;
  /** Restarts in a row after which the value has not fallen, and the value at the last one. */
  readonly restarts: number;
  readonly restartValue?: number | undefined;
  /** A false minimum is to be left: the direction in which the next simplex is to lie, [n]. */
  readonly leave?: Float64Array | undefined;
}

const mostRestarts = 3;
const rest = "the simplex has shrunk to a point";

/**
 * The simplex method of Nelder & Mead (1965) with the rules of Lagarias, Reeds, Wright & Wright for ties (Convergence
 * Properties of the Nelder–Mead Simplex Method in Low Dimensions, SIAM J. Optim. 9, 1998) and by default the coefficients of
 * Gao & Han (Implementing the Nelder–Mead Simplex Algorithm with Adaptive Parameters, Comput. Optim. Appl. 51, 2012). It
 * compares values and asks for nothing else, so that jumps and kinks do not trouble it; points that cannot be evaluated
 * count as higher than all others. For a handful of parameters.
 *
 * A simplex can shrink to a point that is no minimum (McKinnon 1998). So where one has become smaller than the tolerances,
 * exact gradients around it decide (a few evaluations, once): when they are no more than 100 gradientTolerance in a convex
 * combination, the walk has converged; otherwise a new simplex is laid out there downhill, as in Kelley's oriented restarts
 * (Detection and Remediation of Stagnation in the Nelder–Mead Algorithm, SIAM J. Optim. 10, 1999), and when three in a row
 * come to nothing, the walk has stalled.
 *
 * A step's `simplex` has its vertices, `move` what it did; `accepted` says whether its best vertex is a new one.
 *
 * @throws {OptimizationError} for options out of range, or an initial simplex of another number of parameters than the start
 */
export function nelderMead(options: NelderMeadOptions = {}): MinimizeMethod {
  const settings = check(options);
  return {
    name: "nelder-mead",
    defaultIterations: 10_000,
    begin: (problem, start) => begin(problem, start, settings),
    next: (problem, state: SimplexState, tolerances) =>
      state.leave === undefined
        ? iterate(problem, state, tolerances, settings)
        : restart(problem, state, state.leave, settings),
  };
}

function check(options: NelderMeadOptions): Settings {
  const { initialSimplex, initialStep, adaptive = true } = options;
  const simplex = initialSimplex?.map((vertex) => Float64Array.from(vertex));
  if (simplex) {
    const n = simplex.length - 1;
    if (n < 1 || simplex.some((vertex) => vertex.length !== n || !allFinite(vertex)))
      throw new OptimizationError(
        `the initial simplex must have n + 1 vertices of n finite numbers each: lengths ${simplex.map(({ length }) => length).join(", ")}`,
      );
  }
  const edges = typeof initialStep === "object" ? Float64Array.from(initialStep) : initialStep;
  for (const edge of typeof edges === "object" ? edges : [edges ?? 1])
    if (!(Number.isFinite(edge) && edge !== 0))
      throw new OptimizationError(`the initial step must be finite and not zero: ${edge}`);
  return { ...checkDirect(options), simplex, initialStep: edges, adaptive };
}

function begin(problem: ScalarProblem, start: Float64Array, settings: Settings): SimplexState | Finish {
  const n = start.length;
  const { simplex, initialStep } = settings;
  if (simplex && simplex.length !== n + 1)
    throw new OptimizationError(`the initial simplex must have ${n + 1} vertices: ${simplex.length}`);
  if (typeof initialStep === "object" && initialStep.length !== n)
    throw new OptimizationError(`the initial step must be one number or ${n}: ${initialStep.length}`);
  const sample = (x: Float64Array): SamplePoint => ({ x, value: valueAt(problem, x) });
  const first = simplex ? [] : [sample(start)];
  if (first.some(({ value }) => !Number.isFinite(value))) return noStart(problem);
  const vertices = ordered([...first, ...(simplex ?? corners(start, settings, 1)).map(sample)]);
  const best = vertices.find(({ value }) => Number.isFinite(value));
  if (best === undefined) return noStart(problem);
  const step = directStep(problem, 0, best.x, best.value, new Float64Array(n), true, {
    simplex: vertices,
    move: "start",
  });
  const finish = vertices[0]?.value === -Infinity ? unboundedAt(best.value) : undefined;
  return { step, vertices, flat: allEqual(vertices), restarts: 0, finish };
}

/** The corners beside x of a simplex with edges along the axes, [n] of [n]. */
function corners(
  x: Float64Array,
  { initialStep }: Settings,
  factor: number,
  towards?: Float64Array,
): Float64Array[] {
  return Array.from(x, (value, i) => {
    const edge = typeof initialStep === "object" ? at(initialStep, i) : initialStep;
    const length = factor * (edge ?? Math.max(Math.abs(value), 1) / 10);
    const corner = x.slice();
    corner[i] = value + (towards ? Math.abs(length) * (at(towards, i) < 0 ? -1 : 1) : length);
    return corner;
  });
}

function iterate(
  problem: ScalarProblem,
  state: SimplexState,
  tolerances: Tolerances,
  settings: Settings,
): SimplexState {
  const { vertices } = state;
  const sample = (x: Float64Array): SamplePoint => ({ x, value: valueAt(problem, x) });
  const next = nextSimplex(vertices, sample, coefficients(vertices.length - 1, settings.adaptive));
  const before = vertices[0] as SamplePoint;
  const best = next.vertices[0] as SamplePoint;
  if (best.value === -Infinity) return { ...state, finish: unboundedAt(before.value) };
  const flat = state.flat && allEqual([before, ...next.vertices]);
  const judged = isSmall(next.vertices, settings)
    ? verdict(problem, best.x, restOf(settings), flat, settings, tolerances)
    : undefined;
  const reached = { ...state, ...recorded(problem, state, next), flat };
  if (best.value < unboundedBelow) return { ...reached, finish: unboundedAt(best.value) };
  if (judged === undefined) return reached;
  if (judged.finish) return { ...reached, finish: judged.finish };
  const { restartValue } = state;
  const fell = restartValue === undefined || fallsBeyond(restartValue, best.value, settings);
  const restarts = fell ? 0 : state.restarts;
  if (restarts === mostRestarts) return { ...reached, finish: falseRest(problem, rest, judged.descent) };
  const leave = judged.descent ?? new Float64Array(best.x.length);
  return { ...reached, restarts, restartValue: best.value, leave };
}

/** The new vertices with the record of the step that led to them. */
function recorded(
  problem: ScalarProblem,
  state: SimplexState,
  { vertices, move }: Simplex,
): Pick<SimplexState, "step" | "vertices"> {
  const before = state.vertices[0] as SamplePoint;
  const best = vertices[0] as SamplePoint;
  const step = directStep(
    problem,
    state.step.iteration + 1,
    best.x,
    best.value,
    difference(best.x, before.x),
    best.value < before.value,
    { simplex: vertices, move },
  );
  return { step, vertices };
}

/** A new simplex at the best vertex, downhill as far as is known, a hundred times smaller after each that came to nothing. */
function restart(
  problem: ScalarProblem,
  state: SimplexState,
  leave: Float64Array,
  settings: Settings,
): SimplexState {
  const best = state.vertices[0] as SamplePoint;
  const points = corners(best.x, settings, 100 ** -state.restarts, leave);
  const vertices = ordered([best, ...points.map((x) => ({ x, value: valueAt(problem, x) }))]);
  const first = vertices[0] as SamplePoint;
  if (first.value === -Infinity) return { ...state, finish: unboundedAt(best.value) };
  const found = recorded(problem, state, { vertices, move: "restart" });
  return { ...state, ...found, restarts: state.restarts + 1, leave: undefined };
}

function isSmall(vertices: readonly SamplePoint[], tolerances: CheckedDirectTolerances): boolean {
  const best = vertices[0] as SamplePoint;
  const worst = vertices.at(-1) as SamplePoint;
  const diameter = Math.max(...vertices.map(({ x }) => relativeDistance(best.x, x)));
  // Vertices that doubles can hardly tell apart are one, whatever the tolerances.
  if (diameter <= 4 * epsilon) return true;
  return diameter <= tolerances.stepTolerance && !fallsBeyond(worst.value, best.value, tolerances);
}

function restOf({ stepTolerance, valueTolerance }: CheckedDirectTolerances): string {
  return `the simplex is smaller than ${stepTolerance} and its values agree to ${valueTolerance}`;
}

function allEqual(vertices: readonly SamplePoint[]): boolean {
  return vertices.every(({ value }) => value === vertices[0]?.value);
}
