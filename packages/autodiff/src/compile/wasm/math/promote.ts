import type { Local } from "../encoder.ts";
import { VectorFunction, type Operand } from "./vector-function.ts";

/**
 * Computes on f32 lanes in f64: `build` writes code for two lanes and returns its results; it is run for the lower and
 * for the upper pair. The results are rounded once to f32.
 */
export function inDoublePrecision(
  v: VectorFunction,
  args: readonly Local[],
  build: (wide: VectorFunction, ...args: Local[]) => readonly Operand[],
): Local[] {
  const wide = v.wide();
  const halves = (["lower", "upper"] as const).map((half) => {
    const promoted = args.map((x) => {
      v.push(x);
      if (half === "upper") {
        v.push(x);
        v.code.shuffle64([1, 1]);
      }
      v.code.op("f64x2.promote_low_f32x4");
      const local = v.code.local("v128");
      v.code.set(local);
      return local;
    });
    return build(wide, ...promoted).map((result) => wide.let(wide.op("f32x4.demote_f64x2_zero", result)));
  });
  const [lower = [], upper = []] = halves;
  return lower.map((low, i) => {
    v.push(low);
    v.push(upper[i] ?? low);
    v.code.shuffle64([0, 2]);
    const local = v.code.local("v128");
    v.code.set(local);
    return local;
  });
}
