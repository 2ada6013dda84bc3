import { drawing, folding, splitting } from "../../ops/kernels/threefry.ts";
import type { Op } from "../../ops/op.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { bytesPerElement } from "./access.ts";
import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { log1p } from "./math/logarithm.ts";
import { emitSinCos } from "./math/trigonometric.ts";
import { Expression, VectorFunction } from "./math/vector-function.ts";
import { asInteger, fromInteger, kernelOf, type Scalar, type Unit } from "./scalar.ts";
import { below, threefry, words, type Words } from "./threefry.ts";

/** Elements that one unit of work draws: a multiple of 4. */
const chunk = 512;

function keyAt({ i, elements }: Unit, keys: Operand, index: Scalar): Words {
  const word = (which: 0 | 1): Local => i.let(asInteger(i, elements(keys).at(i.add(i.mul(index, 2), which))));
  return [word(0), word(1)];
}

// — numbers by the vector —

type Emit = NonNullable<Op<never>["kernel"]>;

/** From two vectors of words the next four elements: two vectors in f64, or one in f32. */
type Draw = (v: VectorFunction, high: Local, low: Local) => readonly Local[];

/** Fills what belongs to each key from the blocks that are numbered like its elements. */
function drawn(
  { module, fma, ...context }: KernelContext,
  [keys]: readonly Operand[],
  output: Operand,
  draw: Draw,
): Kernel | undefined {
  if (keys === undefined) return undefined;
  const bytes = bytesPerElement[output.format];
  const count = sizeOf(keys.shape) / 2;
  const size = sizeOf(output.shape) / count;
  const chunks = Math.ceil(size / chunk);
  const generator = threefry(module);
  return kernelOf({ module, fma, ...context }, count * chunks, 4 * bytes, (unit) => {
    const { f, i, scratch } = unit;
    const v = new VectorFunction({ module, code: f, lane: "f64x2", fma });
    const index = i.let(i.op("div_u", unit.unit, chunks));
    const first = i.let(i.mul(i.sub(unit.unit, i.mul(index, chunks)), chunk));
    const last = i.let(i.add(first, chunk));
    i.assign(last, i.select(i.op("lt_s", last, size), last, size));
    const key = keyAt(unit, keys, index).map((word) => v.let(v.op("i32x4.splat", word)));
    const start = i.let(i.add(i.mul(index, size * bytes), output.address));
    const drawFour = (at: Local): void => {
      for (const word of key) f.get(word);
      f.get(at);
      f.op("i32x4.splat");
      f.v128([0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
      f.op("i32x4.add");
      f.i32x4(drawing);
      f.call(generator);
      const [high, low] = [f.local("v128"), f.local("v128")];
      f.set(low);
      f.set(high);
      const results = draw(v, high, low);
      const target = i.let(i.add(start, i.mul(at, bytes)));
      // The last vectors may hold more than is left to be written.
      const to = i.let(i.select(i.op("le_s", at, size - 4), target, scratch));
      results.forEach((result, position) => {
        f.get(to);
        f.get(result);
        f.memory("v128.store", 16 * position, 2);
      });
      if (size % 4 === 0) return;
      i.if(i.op("eq", to, scratch), () => {
        f.get(target);
        f.get(scratch);
        f.i32((size % 4) * bytes);
        f.memoryCopy();
      });
    };
    i.each(first, last, drawFour, 4);
  });
}

/** 64-bit lanes of two vectors: 0 and 1 of the first, 2 and 3 of the second. */
function lanesOf(v: VectorFunction, a: Local, b: Local, lanes: readonly [number, number]): Local {
  return v.let(
    new Expression(() => {
      v.code.get(a);
      v.code.get(b);
      v.code.shuffle64(lanes);
    }),
  );
}

/** The words without their last bits. */
function leading(v: VectorFunction, word: Local, dropped: number): Local {
  return v.let(
    new Expression(() => {
      v.code.get(word);
      v.code.i32(dropped);
      v.code.op("i32x4.shr_u");
    }),
  );
}

/** 53 bits of each block as a number in [0, 1): those of the first two blocks, and those of the others. */
function fractions(v: VectorFunction, high: Local, low: Local): readonly [Local, Local] {
  const [upper, lower] = [leading(v, high, 5), leading(v, low, 6)];
  const of = (first: 0 | 1): Local => {
    const [a, b] = [upper, lower].map((word) =>
      v.op("f64x2.convert_low_i32x4_u", lanesOf(v, word, word, [first, first])),
    ) as [Expression, Expression];
    return v.let(v.mul(v.add(v.mul(a, 2 ** 26), b), 2 ** -53));
  };
  return [of(0), of(1)];
}

/** 24 bits of each block as a number in [0, 1). */
const shortFractions: Draw = (v, high) => {
  const scale = new Expression(() => {
    v.code.f32x4(2 ** -24);
  });
  return [v.let(v.op("f32x4.mul", v.op("f32x4.convert_i32x4_s", leading(v, high, 8)), scale))];
};

/** What is drawn in f64, as the elements of a result in f32. */
function rounded(draw: Draw): Draw {
  return (v, high, low) => {
    const [a, b] = draw(v, high, low).map((each) => v.let(v.op("f32x4.demote_f64x2_zero", each))) as [
      Local,
      Local,
    ];
    return [lanesOf(v, a, b, [0, 2])];
  };
}

/** The distance to which a fraction of the exponential distribution reaches. */
function exponentialAt(v: VectorFunction, fraction: Local): Local {
  return v.let(v.neg(log1p(v, v.let(v.neg(fraction)))));
}

const exponential: Draw = (v, high, low) => fractions(v, high, low).map((each) => exponentialAt(v, each));

/** Radius and angle from two blocks each, and their cosine and sine side by side. */
const normal: Draw = (v, high, low) => {
  const [first, second] = fractions(v, high, low);
  const radius = v.let(v.sqrt(v.mul(2, exponentialAt(v, lanesOf(v, first, second, [0, 2])))));
  const { sin, cos } = emitSinCos(v, v.let(v.mul(2 * Math.PI, lanesOf(v, first, second, [1, 3]))));
  const [a, b] = [v.let(v.mul(radius, cos)), v.let(v.mul(radius, sin))];
  return [lanesOf(v, a, b, [0, 2]), lanesOf(v, a, b, [1, 3])];
};

export const uniforms: Emit = (context, inputs, output) =>
  drawn(context, inputs, output, output.format === "f64" ? fractions : shortFractions);

export const normals: Emit = (context, inputs, output) =>
  drawn(context, inputs, output, output.format === "f64" ? normal : rounded(normal));

export const exponentials: Emit = (context, inputs, output) =>
  drawn(context, inputs, output, output.format === "f64" ? exponential : rounded(exponential));

// — whole numbers, one by one —

export function randomIntegers(
  context: KernelContext,
  [keys]: readonly Operand[],
  output: Operand,
  { low, high }: { readonly low: number; readonly high: number },
): Kernel | undefined {
  if (keys === undefined) return undefined;
  const { module } = context;
  const size = sizeOf(output.shape) / (sizeOf(keys.shape) / 2);
  const draw = below(module);
  return kernelOf(context, sizeOf(output.shape), 0, (unit) => {
    const { f, i, x, elements } = unit;
    const which = i.let(i.op("div_u", unit.unit, size));
    const key = keyAt(unit, keys, which);
    const index = i.sub(unit.unit, i.mul(which, size));
    const number =
      high - low === 2 ** 32
        ? words(module, i, key, [index, drawing])[0]
        : i.let(() => {
            for (const each of [...key, index, high - low]) i.push(each);
            f.call(draw);
          });
    elements(output).put(unit.unit, fromInteger(x, i.add(number, low)));
  });
}

export const permutations: Emit = (context, [keys], output) => {
  if (keys === undefined) return undefined;
  const size = output.shape.at(-1) as number;
  const draw = below(context.module);
  return kernelOf(context, sizeOf(output.shape) / size, 0, (unit) => {
    const { f, i, x, elements } = unit;
    const key = keyAt(unit, keys, unit.unit);
    const start = i.let(i.mul(unit.unit, size));
    const all = elements(output);
    i.each(0, size, (k) => {
      all.put(i.add(start, k), fromInteger(x, k));
    });
    i.each(1, size, (k) => {
      const index = i.let(i.sub(size, k));
      const other = i.let(() => {
        for (const each of [...key, index, i.add(index, 1)]) i.push(each);
        f.call(draw);
      });
      const [here, there] = [i.let(i.add(start, index)), i.let(i.add(start, other))];
      const held = x.let(all.at(here));
      all.put(here, all.at(there));
      all.put(there, held);
    });
  });
};

/** Keys from the words of one block for each of a key's counters. */
function keysFrom(
  context: KernelContext,
  keys: Operand,
  output: Operand,
  counterOf: (unit: Unit, index: () => void) => readonly [Scalar, Scalar],
): Kernel {
  const count = sizeOf(output.shape) / sizeOf(keys.shape);
  return kernelOf(context, sizeOf(output.shape) / 2, 0, (unit) => {
    const { i, x, elements } = unit;
    const which = i.let(i.op("div_u", unit.unit, count));
    const key = keyAt(unit, keys, which);
    const made = words(context.module, i, key, counterOf(unit, i.sub(unit.unit, i.mul(which, count))));
    made.forEach((word, position) => {
      elements(output).put(i.add(i.mul(unit.unit, 2), position), fromInteger(x, word));
    });
  });
}

export const splitKeys: Emit = (context, [keys], output) =>
  keys && keysFrom(context, keys, output, (_, index) => [index, splitting]);

export const foldedKeys: Emit = (context, [keys, data], output) =>
  keys &&
  data &&
  keysFrom(context, keys, output, ({ i, unit, elements }) => [
    asInteger(i, elements(data).at(unit)),
    folding,
  ]);
