import type { Local } from "./encoder.ts";
import type { Scalar, Unit } from "./scalar.ts";

/** What the exponent of a number is more than its bits say: those of 1 are 1023. */
const bias = 1023;

/** 2^exponent for an exponent between −1022 and 1023. */
export function powerOfTwo({ f, i }: Unit, exponent: Scalar): () => void {
  return () => {
    i.add(exponent, bias)();
    f.op("i64.extend_i32_u");
    f.i64(52n);
    f.op("i64.shl");
    f.op("f64.reinterpret_i64");
  };
}

/**
 * A power of two that brings a number ≥ 0 near 1, as near as one between 2^−1000 and 2^1000 can. Its exponent is read from
 * the number's bits, which say 0 of what is smaller than normal numbers are.
 */
export function powerTowardsOne(unit: Unit, size: Local): { scale: Local; exponent: Local } {
  const { f, i, x } = unit;
  const exponent = i.let(
    i.sub(bias, () => {
      f.get(size);
      f.op("i64.reinterpret_f64");
      f.i64(52n);
      f.op("i64.shr_u");
      f.op("i32.wrap_i64");
    }),
  );
  i.assign(exponent, i.select(i.op("gt_s", exponent, 1000), 1000, exponent));
  i.assign(exponent, i.select(i.op("lt_s", exponent, -1000), -1000, exponent));
  return { scale: x.let(powerOfTwo(unit, exponent)), exponent };
}
