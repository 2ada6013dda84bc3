/** Base class of every error this library throws on purpose, so that callers can tell misuse from a bug. */
export class SteepestError extends Error {
  override name = "SteepestError";
}

/** Shapes do not fit together, or an axis or index does not exist. */
export class ShapeError extends SteepestError {
  override name = "ShapeError";
}

/** A dtype that the operation cannot work with. */
export class DTypeError extends SteepestError {
  override name = "DTypeError";
}

/** The value of a placeholder was asked for while a function is being compiled. */
export class PlaceholderError extends SteepestError {
  override name = "PlaceholderError";
}

/** A compiled function needs more memory than there is, or than WebAssembly can address. */
export class MemoryError extends SteepestError {
  override name = "MemoryError";
}

/** A derivative that does not exist or was asked for in the wrong way. */
export class DifferentiationError extends SteepestError {
  override name = "DifferentiationError";
}

/** A matrix that the operation cannot work with (not square, singular, …). */
export class LinearAlgebraError extends SteepestError {
  override name = "LinearAlgebraError";
}

/** An exact derivative and its finite-difference estimate disagree. */
export class GradientCheckError extends SteepestError {
  override name = "GradientCheckError";
}

/** A thread failed or was lost while it worked for a compiled function: the call has no result. */
export class WorkerError extends SteepestError {
  override name = "WorkerError";
}
