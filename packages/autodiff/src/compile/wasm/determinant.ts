import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { factorBytes, factorize } from "./lu.ts";
import { log } from "./math/logarithm.ts";
import { VectorFunction } from "./math/vector-function.ts";
import { powerOfTwo, powerTowardsOne } from "./power-of-two.ts";
import { Elements, kernelOf, type Unit } from "./scalar.ts";

/*
 * Determinants from the pivots of LU factors. Those of singular matrices and of whole numbers, which are exact, and those
 * that are near the ends of the range of numbers are left to the interpreter.
 */

function perDeterminant(
  context: KernelContext,
  [a]: readonly Operand[],
  write: (unit: Unit, determinant: Local) => void,
): Kernel | undefined {
  if (a === undefined) return undefined;
  const n = a.shape.at(-1) as number;
  const count = a.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  return kernelOf(context, count, factorBytes(n), (unit) => {
    const { i, x, scratch, refuse } = unit;
    const bytes = n * n * (a.format === "f64" ? 8 : 4);
    const matrix = new Elements(i, a.format, a.address, i.let(i.mul(unit.unit, bytes)));
    const broken = i.let(0);
    i.each(0, n * n, (k) => {
      const value = x.let(matrix.at(k));
      i.assign(broken, i.op("or", broken, x.op("ne", value, x.op("trunc", value))));
    });
    i.if(i.op("eqz", broken), refuse);
    const { lu, odd } = factorize(unit, n, matrix, scratch);
    const product = x.let(x.select(i.op("ne", odd, 0), -1, 1));
    const exponent = i.let(0);
    const bringNearOne = (factor: Local): void => {
      const towards = powerTowardsOne(unit, x.let(x.op("abs", factor)));
      x.assign(factor, x.mul(factor, towards.scale));
      i.assign(exponent, i.sub(exponent, towards.exponent));
    };
    i.each(0, n, (k) => {
      const factor = x.let(lu.at(i.mul(k, n + 1)));
      bringNearOne(factor);
      x.assign(product, x.mul(product, factor));
      bringNearOne(product);
    });
    // Between 2^−1000 and 2^1001.
    i.if(i.op("gt_u", i.add(exponent, 1000), 2000), () => {
      refuse();
      i.assign(exponent, 0);
    });
    write(unit, x.let(x.mul(product, powerOfTwo(unit, exponent))));
  });
}

export function determinants(
  context: KernelContext,
  inputs: readonly Operand[],
  output: Operand,
): Kernel | undefined {
  return perDeterminant(context, inputs, ({ unit, elements }, determinant) => {
    elements(output).put(unit, determinant);
  });
}

/** The sign of each determinant, and the logarithm of its size. */
export function logDeterminants(
  context: KernelContext,
  inputs: readonly Operand[],
  output: Operand,
): Kernel | undefined {
  const { module, fma } = context;
  return perDeterminant(context, inputs, ({ f, i, x, unit, elements }, determinant) => {
    const v = new VectorFunction({ module, code: f, lane: "f64x2", fma });
    const size = v.let(v.op("f64x2.splat", v.value(x.let(x.op("abs", determinant)))));
    const at = i.let(i.mul(unit, 2));
    elements(output).put(at, x.op("copysign", 1, determinant));
    elements(output).put(i.add(at, 1), () => {
      v.push(log(v, size));
      f.lane("f64x2.extract_lane", 0);
    });
  });
}
