import type { Local } from "./encoder.ts";
import { Elements, type Scalar, type Unit } from "./scalar.ts";

/** P A = L U for a square matrix in working space, in the reference's order of operations. */
export interface Factors {
  readonly n: number;
  readonly lu: Elements;
  /** The rows of A in their new order. */
  readonly rows: Elements;
  /** Whether that is an odd permutation. */
  readonly odd: Local;
}

/** Bytes of working space for the factors of a matrix of order n. */
export function factorBytes(n: number): number {
  return n * n * 8 + n * 4;
}

/** Factorises a matrix with partial pivoting into working space at an address; refuses it where there is no pivot. */
export function factorize(unit: Unit, n: number, matrix: Elements, address: Local): Factors {
  const { i, x, refuse } = unit;
  const lu = new Elements(i, "f64", 0, address);
  const rows = new Elements(i, "i32", n * n * 8, address);
  const odd = i.let(0);
  requireFinite(unit, matrix, n * n);
  i.each(0, n * n, (k) => {
    lu.put(k, matrix.at(k));
  });
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
      i.assign(odd, i.op("xor", odd, 1));
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
  return { n, lu, rows, odd };
}

/** Refuses a matrix of which a column's pivot may be rounding alone: `lostPivot` of the reference. */
export function refuseLostPivots(unit: Unit, { n, lu, rows }: Factors, matrix: Elements): void {
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

/** Refuses a matrix with a number that is NaN or infinite. */
export function requireFinite({ i, x, refuse }: Unit, matrix: Elements, size: number): void {
  const nothing = x.let(0);
  i.each(0, size, (k) => {
    x.assign(nothing, x.add(nothing, x.mul(matrix.at(k), 0)));
  });
  i.if(x.op("ne", nothing, 0), refuse);
}

/** Takes a multiple of numbers from as many others; addresses in bytes. */
export function subtractMultiple({ f, i }: Unit, factor: Local, from: Local, to: Local, count: Scalar): void {
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
