import type { Local } from "../encoder.ts";
import type { Expression, Operand, VectorFunction } from "./vector-function.ts";

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

export type Build = (v: VectorFunction, ...args: Local[]) => Expression;

/**
 * One function for both kinds of lanes: `exact` is careful about the last bits of f64; f32 lanes are computed by `plain`
 * in f64, where 29 spare bits make care unnecessary.
 */
/* @__NO_SIDE_EFFECTS__ */
export function promoted(exact: Build, plain: Build): Build {
  return (v, ...args) => {
    if (v.lane === "f64x2") return exact(v, ...args);
    const [result] = inDoublePrecision(v, args, (wide, ...wideArgs) => [plain(wide, ...wideArgs)]);
    return v.value(result as Local);
  };
}
