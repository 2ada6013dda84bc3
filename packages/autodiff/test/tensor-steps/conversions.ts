import { fori, full, tensor, type Tensor } from "../../src/index.ts";
import { asFloat, bounded, type Step } from "./context.ts";

/** Conversions between the two floating-point formats round, and what was rounded differently differs by that much. */
export const conversions: Readonly<Record<string, Step>> = {
  narrow: (x) => x.cast("f32"),
  widen: (x) => x.cast("f64"),
  /** The result has the wider format. */
  timesWideOne: (x) => x.mul(full([], 1, "f64")),
  minusWideZero: (x) => x.sub(full([], 0, "f64")),
  /** A loop that carries all three kinds of numbers. */
  loop: (x, _, c) => {
    const [z, , wide] = fori<[Tensor, Tensor, Tensor]>(
      0,
      c.choose("turns", 4),
      (k, [narrow, count, sum]) => {
        const scaled = bounded(narrow.cast("f64").add(sum)).mul(7).add(0.31);
        c.jump(() => scaled.sub(scaled.round()));
        const next = count.add(scaled.cast("i32")).add(k.cast("i32")).minimum(50);
        const moved = bounded(narrow.add(next.cast("f32").mul(0.01)));
        return [moved, next, sum.mul(0.5).add(moved.cast("f64"))];
      },
      [asFloat(x, c).cast("f32"), full(x.shape, 1).cast("i32"), full(x.shape, 0.25).add(tensor(0))],
    );
    return bounded(wide.add(z));
  },
};
