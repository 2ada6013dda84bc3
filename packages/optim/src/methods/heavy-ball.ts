import { OptimizationError } from "../errors.ts";
import { isFinish } from "../walk/method.ts";
import { checkLearningRate, fixedStep } from "./fixed-step.ts";
import { begin, type MinimizeMethod, type PlaceState } from "./method.ts";

/** Options of {@link heavyBall}. */
export interface HeavyBallOptions {
  /** η, above 0. */
  readonly learningRate: number;
  /** μ, the part of the last step that the next one carries on, at least 0 and below 1. Default 0.9. */
  readonly momentum?: number;
}

/**
 * Gradient descent with momentum: v ← μ v − η ∇f(x), x ← x + v (Polyak, Some methods of speeding up the convergence of
 * iteration methods, USSR Comput. Math. Math. Phys. 4, 1964). A ball that rolls: it overshoots, swings back and comes to
 * rest. On a quadratic with curvatures from l to L it is fastest with η = 4 / (√L + √l)² and
 * μ = ((√L − √l) / (√L + √l))², and diverges from η = 2 (1 + μ) / L on.
 *
 * For training by mini-batches there is the rule of the same idea, `sgd({ momentum })`.
 *
 * A step's `velocity` is v.
 *
 * @throws {OptimizationError} for a learning rate that is not positive or a momentum outside [0, 1)
 */
export function heavyBall({ learningRate, momentum = 0.9 }: HeavyBallOptions): MinimizeMethod {
  checkLearningRate(learningRate);
  if (!(momentum >= 0 && momentum < 1))
    throw new OptimizationError(`the momentum must be at least 0 and below 1: ${momentum}`);
  return {
    name: "heavy ball",
    defaultIterations: 10_000,
    begin(problem, start, tolerances) {
      const velocity = new Float64Array(start.length);
      const begun = begin(problem, start, tolerances, { learningRate, velocity });
      return isFinish(begun) ? begun : { ...begun, velocity };
    },
    next(problem, state: RollingState, tolerances): RollingState {
      const { gradient } = state.place;
      const velocity = new Float64Array(gradient.length);
      for (let i = 0; i < velocity.length; i++)
        velocity[i] = momentum * (state.velocity[i] as number) - learningRate * (gradient[i] as number);
      const { place, step, finish } = fixedStep(problem, state, tolerances, velocity, {
        learningRate,
        velocity,
      });
      return { place, step, finish, velocity };
    },
  };
}

interface RollingState extends PlaceState {
  /** v, the last step. */
  readonly velocity: Float64Array;
}
