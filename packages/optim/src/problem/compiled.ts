import { compile, PlaceholderError, type Tensor } from "@steepest/autodiff";

type Arguments = readonly (Tensor | readonly Tensor[])[];

/**
 * The function compiled, or the function itself from the first call on that shows that it takes decisions on its
 * values (`if`, `while`) and so cannot be compiled.
 */
export function compiledOrPlain<A extends Arguments, R>(
  f: (...args: A) => R,
  wanted: boolean,
): (...args: A) => R {
  if (!wanted) return f;
  let run = compile(f) as (...args: A) => R;
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
      run = f;
      return run(...args);
    }
  };
}
