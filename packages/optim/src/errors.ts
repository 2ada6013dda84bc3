import { SteepestError } from "@steepest/autodiff";

/** An argument that a solver cannot work with: a bad option, a start outside its bounds, a function of the wrong kind. */
export class OptimizationError extends SteepestError {
  override name = "OptimizationError";
}
