import { atMost, inBlocks, repeatWhile } from "./counter.ts";
import type { FunctionReference, Item, Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { planProduct } from "./matmul-plan.ts";
import { TileWriter } from "./matmul-tile.ts";

/**
 * Matrix products c = a·b of shapes […, m, k], […, k, n] and […, m, n] with equal leading axes. c is contiguous in
 * row-major order and overlaps neither a nor b, which have any strides. A unit is a block of rows of one matrix of c, or
 * of columns if there are few rows.
 *
 * An element of c is the sum of its k products in blocks of at most 256 terms for a lane, which are added up one after
 * another: |error| ≤ (min(k, 256) + ⌈k/256⌉ + 4)·u·Σ|aᵢₚ|·|bₚⱼ| to first order, u = 2⁻⁵³ or 2⁻²⁴.
 */
export function matmulKernel(context: KernelContext, a: Operand, b: Operand, c: Operand): Kernel {
  const plan = planProduct(context.format, a, b, c);
  const { m, n, k, bytes, lanes, height, width, length, unitsEach, splitsRows, packsA, packsB } = plan;
  const panelStride = 16 * Math.ceil(width / lanes);
  const panelBytes = packsB ? panelStride * length : 0;
  const write = (
    parameters: number,
    build: (writer: TileWriter, ...parameters: Local[]) => void,
  ): FunctionReference => {
    const types = Array.from({ length: parameters }, () => "i32" as const);
    return context.module.function(types, [], (f) => build(new TileWriter(f, context), ...f.parameters));
  };

  /** All tiles of some rows, for one panel of columns and one block of terms. Engines optimise it between calls. */
  const tiles = (terms: number, columns: number): FunctionReference =>
    write(6, (writer, pa: Local, pb: Local, pc: Local, rows: Local, adds: Local, scratch: Local) => {
      if (packsB) {
        writer.pack(pb, plan.b, terms, columns, scratch, panelStride);
        writer.f.set(pb, scratch);
      }
      const tile = {
        columns,
        length: terms,
        a: packsA ? { along: height * bytes, across: bytes } : plan.a,
        b: packsB ? { along: panelStride, across: bytes } : plan.b,
        rowBytes: n * bytes,
        dots: plan.dots,
      };
      const moves = [
        [pa, height * (packsA ? terms * bytes : plan.a.across)],
        [pc, height * n * bytes],
      ] as const;
      inBlocks(writer.f, rows, m, height, moves, (count) =>
        writer.tile({ ...tile, rows: count }, pa, pb, pc, k > length ? adds : undefined),
      );
    });

  /** Copies the blocks of `height` rows of a, term by term. */
  const packRows = (terms: number): FunctionReference =>
    write(3, (writer, source: Local, target: Local, rows: Local) => {
      const moves = [
        [source, height * plan.a.across],
        [target, height * terms * bytes],
      ] as const;
      inBlocks(writer.f, rows, m, height, moves, (count) =>
        writer.pack(source, plan.a, terms, count, target, height * bytes),
      );
    });

  const work = write(3, (writer, from: Local, to: Local, scratch: Local) => {
    if (plan.units === 0) return;
    const { f } = writer;
    const size = splitsRows ? height : width;
    repeatWhile(f, [from, to, "i32.lt_s"], () => {
      // Where the first unit is: unit u is in matrix ⌊u / unitsEach⌋, whose indices are the digits of that number.
      const [pa, pb, pc] = plan.addresses.map((address) => f.let("i32", address)) as [Local, Local, Local];
      const matrix = f.let("i32", from, unitsEach, "i32.div_u");
      const first = f.let("i32", from, unitsEach, "i32.rem_u", size, "i32.mul");
      /** pointer += index·stride, with the index that the items leave on the stack */
      const seek = (pointer: Local, stride: number, ...index: readonly Item[]): void =>
        f.set(pointer, ...index, stride, "i32.mul", pointer, "i32.add");
      seek(pc, m * n * bytes, matrix);
      seek(pc, bytes * (splitsRows ? n : 1), first);
      seek(splitsRows ? pa : pb, plan[splitsRows ? "a" : "b"].across, first);
      for (const axis of [...plan.axes].reverse()) {
        seek(pa, axis.a, matrix, axis.size, "i32.rem_u");
        seek(pb, axis.b, matrix, axis.size, "i32.rem_u");
        f.set(matrix, matrix, axis.size, "i32.div_u");
      }
      // Rows or columns until the end of the matrix, of the units asked for, or of what the cache holds.
      const rows = f.let("i32", m);
      const columns = f.let("i32", n);
      const split = splitsRows ? rows : columns;
      f.set(split, split, first, "i32.sub");
      atMost(f, split, to, from, "i32.sub", size, "i32.mul");
      if (splitsRows && plan.cachedUnits < unitsEach) atMost(f, split, plan.cachedUnits * size);
      const terms = f.let("i32", k);
      const adds = f.let("i32", 0);
      const blockMoves = [
        [pa, length * plan.a.along],
        [pb, length * plan.b.along],
      ] as const;
      inBlocks(f, terms, k, length, blockMoves, (count) => {
        const rowsOfA = f.let("i32", pa);
        if (packsA) {
          f.set(rowsOfA, scratch, panelBytes, "i32.add");
          f.put(pa, rowsOfA, rows);
          f.call(packRows(count));
        }
        const panel = f.let("i32", pb);
        const target = f.let("i32", pc);
        const panelMoves = [
          [panel, width * plan.b.across],
          [target, width * bytes],
        ] as const;
        inBlocks(f, f.let("i32", columns), n, width, panelMoves, (wide) => {
          f.put(rowsOfA, panel, target, rows, adds, scratch);
          f.call(tiles(count, wide));
        });
        f.set(adds, 1);
      });
      // The next unit: from += ⌈split / size⌉.
      f.set(from, split, size - 1, "i32.add", size, "i32.div_u", from, "i32.add");
    });
  });
  return {
    units: plan.units,
    scratchBytes: panelBytes + (packsA ? plan.cachedUnits * height * length * bytes + 16 : 0),
    work,
  };
}
