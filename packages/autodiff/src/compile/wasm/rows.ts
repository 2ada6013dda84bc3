import { bytesPerElement } from "./access.ts";
import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { asInteger, Elements, kernelOf, wrapped, type Scalar, type Unit } from "./scalar.ts";

/*
 * Rows of R elements: those of x [B, O, N, R] at indices [B, K] are y [B, O, K, R].
 */

type Four = readonly [number, number, number, number];

/** Bytes of a row that are moved by instructions of their own. */
const shortRow = 128;
/** Bytes of sums that stay in the cache while all updates go by. */
const blockBytes = 2 ** 18;

/** y, from x and the indices. */
export function takeRows(
  context: KernelContext,
  [x, indices]: readonly Operand[],
  output: Operand,
): Kernel | undefined {
  if (x === undefined || indices === undefined || x.format !== output.format) return undefined;
  const [examples, outer, extent, inner] = x.shape as Four;
  const choices = indices.shape[1] as number;
  const bytes = inner * bytesPerElement[x.format];
  return kernelOf(context, examples * outer * choices, 0, (unit) => {
    const { i } = unit;
    const row = i.let(i.op("div_u", unit.unit, choices));
    const choice = i.sub(unit.unit, i.mul(row, choices));
    const example = i.op("div_u", row, outer);
    const place = placeAt(unit, indices, i.add(i.mul(example, choices), choice), extent);
    i.if(i.op("lt_u", place, extent), () => {
      const from = i.let(i.mul(i.add(i.mul(row, extent), place), bytes));
      const to = i.let(i.mul(unit.unit, bytes));
      copy(unit, { from, to, bytes }, x.address, output.address);
    });
  });
}

/**
 * x, from y and the indices, with rows at the same place added up in the order of the indices, in f64. A unit is a
 * block of the N places, which takes what is its own of all updates: so every sum is the same whatever the blocks are.
 */
export function scatterRows(
  context: KernelContext,
  [updates, indices]: readonly Operand[],
  output: Operand,
): Kernel | undefined {
  if (updates === undefined || indices === undefined || updates.format !== output.format) return undefined;
  const [examples, outer, extent, inner] = output.shape as Four;
  const choices = indices.shape[1] as number;
  // To look at an index again costs about as much as to add an element.
  const wanted = Math.min(inner, Math.ceil((extent * inner * 8) / blockBytes));
  const height = Math.ceil(extent / wanted);
  const blocks = Math.ceil(extent / height);
  const isNarrow = output.format === "f32";
  return kernelOf(context, examples * outer * blocks, isNarrow ? height * inner * 8 : 0, (unit) => {
    const { f, i, x, scratch } = unit;
    const row = i.let(i.op("div_u", unit.unit, blocks));
    const first = i.let(i.mul(i.sub(unit.unit, i.mul(row, blocks)), height));
    const count = i.let(i.sub(extent, first));
    i.assign(count, i.select(i.op("lt_u", count, height), count, height));
    const start = i.let(i.mul(i.add(i.mul(row, extent), first), inner));
    const target = isNarrow ? scratch : i.let(i.add(i.mul(start, 8), output.address));
    const sums = new Elements(i, "f64", 0, target);
    const size = i.let(i.mul(count, inner));
    f.get(target);
    f.i32(0);
    i.mul(size, 8)();
    f.memoryFill();
    const indicesStart = i.let(i.mul(i.op("div_u", row, outer), choices));
    i.each(0, choices, (choice) => {
      const place = placeAt(unit, indices, i.add(indicesStart, choice), extent);
      i.assign(place, i.sub(place, first));
      i.if(i.op("lt_u", place, count), () => {
        const to = i.let(i.mul(place, inner));
        const from = i.let(i.mul(i.add(i.mul(row, choices), choice), inner));
        addRow(unit, { from, to, inner }, updates, sums, target);
      });
    });
    if (!isNarrow && output.dtype !== "i32") return;
    const results = unit.elements(output);
    i.each(0, size, (k) => {
      const sum = sums.at(k);
      results.put(i.add(start, k), isNarrow ? sum : wrapped(x, sum));
    });
  });
}

/** The place that an index means; one that is out of range is refused, and given back as one that is not below the extent. */
function placeAt({ i, elements, refuse }: Unit, indices: Operand, at: Scalar, extent: number): Local {
  const place = i.let(asInteger(i, elements(indices).at(at)));
  i.assign(place, i.add(place, i.select(i.op("lt_s", place, 0), extent, 0)));
  i.if(i.op("ge_u", place, extent), () => {
    refuse();
    i.assign(place, -1);
  });
  return place;
}

/** Copies bytes, a multiple of 4 of them. */
function copy(
  { f, i }: Unit,
  { from, to, bytes }: { from: Local; to: Local; bytes: number },
  source: number,
  target: number,
): void {
  if (bytes > shortRow) {
    i.add(to, target)();
    i.add(from, source)();
    f.i32(bytes);
    return f.memoryCopy();
  }
  const units = [16, 8, 4] as const;
  const names = { 16: "v128", 8: "i64", 4: "i32" } as const;
  let done = 0;
  for (const size of units)
    for (; done + size <= bytes; done += size) {
      f.get(to);
      f.get(from);
      f.memory(`${names[size]}.load`, source + done, 2);
      f.memory(`${names[size]}.store`, target + done, 2);
    }
}

/** Adds a row of elements, two at a time, to sums in f64. */
function addRow(
  { f, i, x, elements }: Unit,
  { from, to, inner }: { from: Local; to: Local; inner: number },
  updates: Operand,
  sums: Elements,
  target: Local,
): void {
  const pairs = inner - (inner % 2);
  const bytes = bytesPerElement[updates.format];
  if (pairs > 0)
    i.each(
      0,
      pairs,
      (r) => {
        const address = i.let(i.add(target, i.mul(i.add(to, r), 8)));
        f.get(address);
        f.get(address);
        f.memory("v128.load", 0, 3);
        i.mul(i.add(from, r), bytes)();
        f.memory(bytes === 8 ? "v128.load" : "v128.load64_zero", updates.address, 2);
        if (bytes === 4) f.op("f64x2.promote_low_f32x4");
        f.op("f64x2.add");
        f.memory("v128.store", 0, 3);
      },
      2,
    );
  if (pairs === inner) return;
  const last = i.let(i.add(to, pairs));
  sums.put(last, x.add(sums.at(last), elements(updates).at(i.add(from, pairs))));
}
