import type { FunctionReference, Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { powerTowardsOne } from "./power-of-two.ts";
import { Elements, Integers, kernelOf, Scalars, type Scalar, type Unit } from "./scalar.ts";

/** Squares that are added up one after another; more of them are added up in halves. */
const leaf = 64;

/** Euclidean lengths along the last axis, scaled only where squares could leave the range of numbers. */
export function lengths(
  context: KernelContext,
  [x]: readonly Operand[],
  output: Operand,
  power: number,
): Kernel | undefined {
  const length = x?.shape.at(-1);
  if (x === undefined || length === undefined || power !== 2) return undefined;
  const bytes = x.format === "f64" ? 8 : 4;
  const squares = sumOfSquares(context, x.format);
  const count = x.shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  return kernelOf(context, count, 0, (unit) => {
    const { f, i, x: v, elements } = unit;
    const address = i.let(i.add(i.mul(unit.unit, length * bytes), x.address));
    const sum = (scale: Scalar): (() => void) => {
      return () => {
        f.get(address);
        f.i32(length);
        v.push(scale);
        f.call(squares);
      };
    };
    const result = v.let(sum(1));
    const isInRange = i.op("and", v.op("gt", result, 1e-270), v.op("lt", result, 1e300));
    i.if(
      isInRange,
      () => {
        v.assign(result, v.op("sqrt", result));
      },
      () => {
        const largest = largestSize(unit, new Elements(i, x.format, 0, address), length);
        v.assign(result, largest);
        i.if(v.op("lt", largest, Infinity), () => {
          const { scale } = powerTowardsOne(unit, largest);
          v.assign(result, v.op("div", v.op("sqrt", sum(scale)), scale));
        });
      },
    );
    elements(output).put(unit.unit, result);
  });
}

/** The largest |x|, NaN if there is one. */
function largestSize({ i, x }: Unit, all: Elements, length: number): Local {
  const largest = x.let(0);
  i.each(0, length, (k) => {
    x.assign(largest, x.op("max", largest, x.op("abs", all.at(k))));
  });
  return largest;
}

/** (address, count, scale) → Σ (x · scale)², in halves, so that rounding errors grow with log n instead of n. */
function sumOfSquares({ module }: KernelContext, format: "f64" | "f32"): FunctionReference {
  const bytes = format === "f64" ? 8 : 4;
  return module.helper(`sum of squares ${format}`, ["i32", "i32", "f64"], ["f64"], (f) => {
    const [address, count, scale] = f.parameters as [Local, Local, Local];
    const [i, x] = [new Integers(f), new Scalars(f, "f64")];
    i.op("gt_u", count, leaf)();
    f.if(() => {
      const half = i.let(i.op("shl", i.op("shr_u", count, 2), 1));
      f.get(address);
      f.get(half);
      f.get(scale);
      f.call(f);
      i.add(address, i.mul(half, bytes))();
      i.sub(count, half)();
      f.get(scale);
      f.call(f);
      f.op("f64.add");
      f.op("return");
    });
    const total = f.local("v128");
    const pairs = i.let(i.op("and", count, -2));
    i.each(
      0,
      pairs,
      (k) => {
        i.add(address, i.mul(k, bytes))();
        f.memory(bytes === 8 ? "v128.load" : "v128.load64_zero", 0, 2);
        if (bytes === 4) f.op("f64x2.promote_low_f32x4");
        f.get(scale);
        f.op("f64x2.splat");
        f.op("f64x2.mul");
        const value = f.local("v128");
        f.tee(value);
        f.get(value);
        f.op("f64x2.mul");
        f.get(total);
        f.op("f64x2.add");
        f.set(total);
      },
      2,
    );
    const lane = (index: 0 | 1) => (): void => {
      f.get(total);
      f.lane("f64x2.extract_lane", index);
    };
    const sum = x.let(x.add(lane(0), lane(1)));
    i.op("ne", pairs, count)();
    f.if(() => {
      const last = x.let(x.mul(new Elements(i, format, 0, address).at(pairs), scale));
      x.assign(sum, x.add(sum, x.mul(last, last)));
    });
    f.get(sum);
  });
}
