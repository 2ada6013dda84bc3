import type { FunctionReference, Local } from "./encoder.ts";
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
  const functions = new Map<string, FunctionReference>();
  const write = (
    parameters: number,
    build: (writer: TileWriter, ...parameters: Local[]) => void,
    key = "work",
  ): FunctionReference => {
    let known = functions.get(key);
    if (known === undefined) {
      const types = Array.from({ length: parameters }, () => "i32" as const);
      known = context.module.function(types, [], (f) => build(new TileWriter(f, context), ...f.parameters));
      functions.set(key, known);
    }
    return known;
  };

  /** All tiles of some rows, for one panel of columns and one block of terms. Engines optimise it between calls. */
  const tiles = (terms: number, columns: number): FunctionReference =>
    write(
      5,
      (writer, pa: Local, pb: Local, pc: Local, rows: Local, adds: Local) => {
        const moves = [
          [pa, packsA ? height * terms * bytes : height * plan.a.across],
          [pc, height * n * bytes],
        ] as const;
        const tile = {
          columns,
          length: terms,
          a: packsA ? { along: height * bytes, across: bytes } : plan.a,
          b: packsB ? { along: panelStride, across: bytes } : plan.b,
          rowBytes: n * bytes,
          dots: plan.dots,
        };
        writer.inBlocks(rows, m, height, moves, (count) =>
          writer.tile({ ...tile, rows: count }, pa, pb, pc, k > length ? adds : undefined),
        );
      },
      `tiles ${terms} ${columns}`,
    );

  /** Copies the blocks of `height` rows of a, term by term. */
  const packRows = (terms: number): FunctionReference =>
    write(
      3,
      (writer, source: Local, target: Local, rows: Local) => {
        const moves = [
          [source, height * plan.a.across],
          [target, height * terms * bytes],
        ] as const;
        writer.inBlocks(rows, m, height, moves, (count) =>
          writer.pack(source, plan.a, terms, count, target, height * bytes),
        );
      },
      `rows ${terms}`,
    );

  /** Copies a panel of columns of b, term by term. */
  const packPanel = (terms: number, columns: number): FunctionReference =>
    write(
      2,
      (writer, source: Local, target: Local) =>
        writer.pack(source, plan.b, terms, columns, target, panelStride),
      `panel ${terms} ${columns}`,
    );

  const work = write(3, (writer, from: Local, to: Local, scratch: Local) => {
    if (plan.units === 0) return;
    const { f } = writer;
    const zero = (): Local => f.local("i32");
    const [pa, pb, pc, first, rows, columns] = [zero(), zero(), zero(), zero(), zero(), zero()];
    const [terms, adds, rowsOfA, panel, target, columnsLeft] = [
      zero(),
      zero(),
      zero(),
      zero(),
      zero(),
      zero(),
    ];
    const size = splitsRows ? height : width;
    const split = splitsRows ? rows : columns;
    const hasUnits = (): void => {
      f.get(from);
      f.get(to);
      f.op("i32.lt_s");
    };
    writer.while(hasUnits, () => {
      // Where the first unit is: unit u is in matrix ⌊u / unitsEach⌋.
      [pa, pb, pc].forEach((pointer, i) => writer.set(pointer, plan.addresses[i] as number));
      let divisor = unitsEach;
      for (const axis of [...plan.axes].reverse()) {
        writer.seek(pa, from, axis.a, divisor, axis.size);
        writer.seek(pb, from, axis.b, divisor, axis.size);
        divisor *= axis.size;
      }
      writer.seek(pc, from, m * n * bytes, unitsEach);
      writer.set(first, 0);
      writer.seek(first, from, size, 1, unitsEach);
      writer.seek(splitsRows ? pa : pb, first, (splitsRows ? plan.a : plan.b).across);
      writer.seek(pc, first, bytes * (splitsRows ? n : 1));
      // Rows or columns until the end of the matrix, of the units asked for, or of what the cache holds.
      writer.set(rows, m);
      writer.set(columns, n);
      writer.seek(split, first, -1);
      writer.atMost(split, () => {
        f.get(to);
        f.get(from);
        f.op("i32.sub");
        f.i32(size);
        f.op("i32.mul");
      });
      if (splitsRows && plan.cachedUnits < unitsEach)
        writer.atMost(split, () => f.i32(plan.cachedUnits * size));
      writer.set(terms, k);
      writer.set(adds, 0);
      const blockMoves = [
        [pa, length * plan.a.along],
        [pb, length * plan.b.along],
      ] as const;
      writer.inBlocks(terms, k, length, blockMoves, (count) => {
        writer.set(rowsOfA, packsA ? scratch : pa);
        if (packsA) {
          writer.move([rowsOfA, panelBytes]);
          writer.call(packRows(count), pa, rowsOfA, rows);
        }
        writer.set(panel, pb);
        writer.set(target, pc);
        writer.set(columnsLeft, columns);
        const panelMoves = [
          [panel, width * plan.b.across],
          [target, width * bytes],
        ] as const;
        writer.inBlocks(columnsLeft, n, width, panelMoves, (wide) => {
          if (packsB) writer.call(packPanel(count, wide), panel, scratch);
          writer.call(tiles(count, wide), rowsOfA, packsB ? scratch : panel, target, rows, adds);
        });
        writer.set(adds, 1);
      });
      // The next unit: from += ⌈split / size⌉.
      f.get(split);
      f.i32(size - 1);
      f.op("i32.add");
      f.i32(size);
      f.op("i32.div_u");
      f.get(from);
      f.op("i32.add");
      f.set(from);
    });
  });
  return {
    units: plan.units,
    scratchBytes: panelBytes + (packsA ? plan.cachedUnits * height * length * bytes + 16 : 0),
    work,
  };
}
