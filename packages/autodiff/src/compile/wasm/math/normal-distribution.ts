import { rootHalf } from "../../../ops/kernels/normal.ts";
import { twoProduct } from "./double.ts";
import { large, type ElementwiseMath } from "./elementwise-math.ts";
import { erfcExactly, erfcPlain } from "./error-function.ts";
import { promoted } from "./promote.ts";

/** Φ(x) = ½ erfc(−x/√2), with the rounding of x/√2. */
export const normalCdf: ElementwiseMath = large(
  110,
  promoted(
    (v, x) => {
      // beyond 39 it is 0 or 1
      const bounded = v.let(v.pmax(v.pmin(x, 39), -39));
      const t = twoProduct(v, bounded, v.let(-rootHalf.high));
      const rest = v.let(v.subMul(t.low, bounded, rootHalf.low));
      return v.mul(erfcExactly(v, t.high, rest), 0.5);
    },
    (v, x) => v.mul(erfcPlain(v, v.let(v.mul(x, -rootHalf.high))), 0.5),
  ),
);
