import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { Elements, kernelOf, type Scalar, type Unit } from "./scalar.ts";

/*
 * Systems of linear equations, matrix by matrix, in f64 and in the reference kernels' order of operations: so the bits are
 * the same, and so is what counts as singular. The interpreter does what fails again, and says why.
 */

/** The matrices that a unit of work is about, one of each operand. */
interface Matrices {
  readonly n: number;
  readonly columns: number;
  /** Elements of each operand's matrix. */
  readonly inputs: readonly Elements[];
  /** The result: its elements in f64, and their address. */
  readonly result: Elements;
  readonly address: Local;
  /** Working space in f64 behind the result's. */
  readonly work: Local;
}

/** A kernel with a unit of work for each matrix of a batch; `extra` bytes of working space beside the result's. */
function perMatrix(
  context: KernelContext,
  operands: readonly Operand[],
  output: Operand,
  extra: number,
  write: (unit: Unit, matrices: Matrices) => void,
): Kernel {
  const [n, columns] = output.shape.slice(-2) as [number, number];
  const size = n * columns;
  const count = output.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const isNarrow = output.format === "f32";
  const resultBytes = isNarrow ? 16 * Math.ceil(size / 2) : 0;
  return kernelOf(context, count, resultBytes + extra, (unit) => {
    const { i, scratch } = unit;
    const inputs = operands.map(({ address, format, shape }) => {
      const [rows, width] = shape.slice(-2) as [number, number];
      const bytes = rows * width * (format === "f64" ? 8 : 4);
      return new Elements(i, format, address, i.let(i.mul(unit.unit, bytes)));
    });
    const start = i.let(i.mul(unit.unit, size));
    const address = isNarrow ? scratch : i.let(i.add(i.mul(start, 8), output.address));
    const result = new Elements(i, "f64", 0, address);
    const work = i.let(i.add(scratch, resultBytes));
    write(unit, { n, columns, inputs, result, address, work });
    if (!isNarrow) return;
    const rounded = unit.elements(output);
    i.each(0, size, (k) => {
      rounded.put(i.add(start, k), result.at(k));
    });
  });
}

/** Refuses a matrix with a number that is NaN or infinite. */
function requireFinite({ i, x, refuse }: Unit, matrix: Elements, size: number): void {
  const nothing = x.let(0);
  i.each(0, size, (k) => {
    x.assign(nothing, x.add(nothing, x.mul(matrix.at(k), 0)));
  });
  i.if(x.op("ne", nothing, 0), refuse);
}

/** Takes a multiple of numbers from as many others; addresses in bytes. */
function subtractMultiple({ f, i }: Unit, factor: Local, from: Local, to: Local, count: Scalar): void {
  const rest = i.let(i.op("and", count, 1));
  const pairs = i.let(i.mul(i.sub(count, rest), 8));
  const update = (type: "f64" | "f64x2", at: Scalar): void => {
    const kind = type === "f64" ? "f64" : "v128";
    const [target, source] = [i.let(i.add(to, at)), i.add(from, at)];
    f.get(target);
    f.get(target);
    f.memory(`${kind}.load`, 0, 3);
    source();
    f.memory(`${kind}.load`, 0, 3);
    f.get(factor);
    if (type === "f64x2") f.op("f64x2.splat");
    f.op(`${type}.mul`);
    f.op(`${type}.sub`);
    f.memory(`${kind}.store`, 0, 3);
  };
  i.each(0, pairs, (at) => update("f64x2", at), 16);
  i.if(i.op("ne", rest, 0), () => {
    update("f64", pairs);
  });
}

interface Substitution {
  readonly triangle: "lower" | "upper";
  readonly matrix: Elements;
  /** Whether the diagonal is taken to be all ones. */
  readonly isUnit: boolean;
  /** Whether a zero of the matrix leaves out its product, which matters when the other factor is not finite. */
  readonly skipsZeros: boolean;
}

/** X with T X = B, in B's place. */
function substitute(unit: Unit, { n, columns, result, address }: Matrices, how: Substitution): void {
  const { i, x } = unit;
  const { triangle, matrix, isUnit, skipsZeros } = how;
  i.each(0, n, (step) => {
    const row = triangle === "lower" ? step : i.let(i.sub(n - 1, step));
    const own = i.let(i.mul(row, n));
    const [first, last] = triangle === "lower" ? [0, row] : [i.add(row, 1), n];
    const value = x.let(columns === 1 ? result.at(row) : 0);
    const to = i.let(i.add(address, i.mul(row, columns * 8)));
    i.each(first, last, (j) => {
      const factor = x.let(matrix.at(i.add(own, j)));
      const subtract = (): void => {
        if (columns === 1) x.assign(value, x.sub(value, x.mul(factor, result.at(j))));
        else subtractMultiple(unit, factor, i.let(i.add(address, i.mul(j, columns * 8))), to, columns);
      };
      if (skipsZeros) i.if(x.op("ne", factor, 0), subtract);
      else subtract();
    });
    if (columns === 1) result.put(row, isUnit ? value : x.op("div", value, matrix.at(i.add(own, row))));
    else if (!isUnit) {
      const pivot = x.let(matrix.at(i.add(own, row)));
      const start = i.let(i.mul(row, columns));
      i.each(start, i.add(start, columns), (k) => {
        result.put(k, x.op("div", result.at(k), pivot));
      });
    }
  });
}

/** X with T X = B for a triangle T. */
export function triangularSolution(
  context: KernelContext,
  operands: readonly Operand[],
  output: Operand,
  triangle: "lower" | "upper",
): Kernel {
  return perMatrix(context, operands, output, 0, (unit, matrices) => {
    const { i, x, refuse } = unit;
    const { n, columns, inputs, result } = matrices;
    const [matrix, right] = inputs as [Elements, Elements];
    i.each(0, n, (row) => {
      i.if(x.op("eq", matrix.at(i.mul(row, n + 1)), 0), refuse);
    });
    i.each(0, n * columns, (k) => {
      result.put(k, right.at(k));
    });
    substitute(unit, matrices, { triangle, matrix, isUnit: false, skipsZeros: true });
  });
}

/** L with A = L Lᵀ. */
export function choleskyFactors(
  context: KernelContext,
  operands: readonly Operand[],
  output: Operand,
): Kernel {
  return perMatrix(context, operands, output, 0, (unit, { n, inputs, result }) => {
    const { i, x, refuse } = unit;
    const [matrix] = inputs as [Elements];
    requireFinite(unit, matrix, n * n);
    i.each(0, n, (row) => {
      const own = i.let(i.mul(row, n));
      i.each(0, n, (column) => {
        const other = i.let(i.mul(column, n));
        const value = x.let(0);
        i.if(i.op("le_s", column, row), () => {
          x.assign(value, matrix.at(i.add(own, column)));
          i.each(0, column, (k) => {
            x.assign(value, x.sub(value, x.mul(result.at(i.add(own, k)), result.at(i.add(other, k)))));
          });
          i.if(
            i.op("lt_s", column, row),
            () => {
              x.assign(value, x.op("div", value, result.at(i.add(other, column))));
            },
            () => {
              i.if(i.op("eqz", x.op("gt", value, 0)), refuse);
              x.assign(value, x.op("sqrt", value));
            },
          );
        });
        result.put(i.add(own, column), value);
      });
    });
  });
}

/** X with A X = B: P A = L U with partial pivoting, and two substitutions. */
export function linearSolution(
  context: KernelContext,
  operands: readonly Operand[],
  output: Operand,
): Kernel {
  const [n] = output.shape.slice(-2) as [number, number];
  return perMatrix(context, operands, output, n * n * 8 + n * 4, (unit, matrices) => {
    const { i } = unit;
    const { columns, inputs, result, work } = matrices;
    const [matrix, right] = inputs as [Elements, Elements];
    const lu = new Elements(i, "f64", 0, work);
    const rows = new Elements(i, "i32", n * n * 8, work);
    requireFinite(unit, matrix, n * n);
    i.each(0, n * n, (k) => {
      lu.put(k, matrix.at(k));
    });
    factorize(unit, n, lu, rows, work);
    refuseLostPivots(unit, n, matrix, lu, rows);
    i.each(0, n, (row) => {
      const from = i.let(i.mul(rows.at(row), columns));
      const to = i.let(i.mul(row, columns));
      i.each(0, columns, (k) => {
        result.put(i.add(to, k), right.at(i.add(from, k)));
      });
    });
    const how = { matrix: lu, skipsZeros: false };
    substitute(unit, matrices, { ...how, triangle: "lower", isUnit: true });
    substitute(unit, matrices, { ...how, triangle: "upper", isUnit: false });
  });
}

/** P A = L U in the place of A, and the rows of A in their new order. */
function factorize(unit: Unit, n: number, lu: Elements, rows: Elements, address: Local): void {
  const { i, x, refuse } = unit;
  i.each(0, n, (row) => {
    rows.put(row, row);
  });
  i.each(0, n, (column) => {
    const diagonal = i.let(i.mul(column, n + 1));
    const pivot = i.let(column);
    const largest = x.let(x.op("abs", lu.at(diagonal)));
    const own = i.let(i.mul(column, n));
    i.each(i.add(column, 1), n, (row) => {
      const size = x.let(x.op("abs", lu.at(i.add(i.mul(row, n), column))));
      i.if(x.op("gt", size, largest), () => {
        x.assign(largest, size);
        i.assign(pivot, row);
      });
    });
    i.if(x.op("eq", largest, 0), refuse);
    i.if(i.op("ne", pivot, column), () => {
      const other = i.let(i.mul(pivot, n));
      i.each(0, n, (j) => {
        const [here, there] = [i.let(i.add(own, j)), i.let(i.add(other, j))];
        const held = x.let(lu.at(here));
        lu.put(here, lu.at(there));
        lu.put(there, held);
      });
      const held = i.let(rows.at(column));
      rows.put(column, rows.at(pivot));
      rows.put(pivot, held);
    });
    const next = i.let(i.add(column, 1));
    const from = i.let(i.add(address, i.mul(i.add(diagonal, 1), 8)));
    i.each(next, n, (row) => {
      const at = i.let(i.add(i.mul(row, n), column));
      const factor = x.let(x.op("div", lu.at(at), lu.at(diagonal)));
      lu.put(at, factor);
      const to = i.let(i.add(address, i.mul(i.add(at, 1), 8)));
      subtractMultiple(unit, factor, from, to, i.sub(n, next));
    });
  });
}

/** Refuses a matrix of which a column's pivot may be rounding alone: `lostPivot` of the reference. */
function refuseLostPivots(unit: Unit, n: number, matrix: Elements, lu: Elements, rows: Elements): void {
  const { f, i, x, refuse } = unit;
  i.each(1, n, (column) => {
    const pivot = x.let(lu.at(i.mul(column, n + 1)));
    f.block((found) => {
      i.each(column, n, (row) => {
        const own = i.let(i.mul(row, n));
        const magnitude = x.let(x.op("abs", matrix.at(i.add(i.mul(rows.at(row), n), column))));
        i.each(0, column, (j) => {
          const product = x.mul(lu.at(i.add(own, j)), lu.at(i.add(i.mul(j, n), column)));
          x.assign(magnitude, x.add(magnitude, x.op("abs", product)));
        });
        const isOwn = i.op("eq", row, column);
        const left = x.select(isOwn, pivot, x.mul(pivot, lu.at(i.add(own, column))));
        x.op("le", x.op("abs", left), x.mul(magnitude, 2 ** -53))();
        f.op("i32.eqz");
        f.brIf(found);
      });
      refuse();
    });
  });
}
