import type { Local } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import { factorBytes, factorize, refuseLostPivots, requireFinite, subtractMultiple } from "./lu.ts";
import { Elements, kernelOf, type Unit } from "./scalar.ts";

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
  return perMatrix(context, operands, output, factorBytes(n), (unit, matrices) => {
    const { i } = unit;
    const { columns, inputs, result, work } = matrices;
    const [matrix, right] = inputs as [Elements, Elements];
    const factors = factorize(unit, n, matrix, work);
    refuseLostPivots(unit, factors, matrix);
    const { lu, rows } = factors;
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
