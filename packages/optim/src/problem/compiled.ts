import { compile, PlaceholderError, type Tensor } from "@steepest/autodiff";

type LeafFunction<R> = (leaves: Tensor[]) => R;

/**
 * The function compiled, or the function itself from the first call on that shows that it takes decisions on its
 * values (`if`, `while`) and so cannot be compiled.
 */
export function compiledOrPlain<R>(f: LeafFunction<R>, wanted: boolean): LeafFunction<R> {
  if (!wanted) return f;
  let run: LeafFunction<R> = compile(f);
  return (leaves) => {
    try {
      return run(leaves);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
      run = f;
      return run(leaves);
    }
  };
}
