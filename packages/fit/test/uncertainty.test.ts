import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nullDirections, pivotedQr } from "../src/pivoted-qr.ts";
import { analyseUncertainty } from "../src/uncertainty.ts";

const column = (...values: number[]): Float64Array => Float64Array.from(values);
const unit = (size: number, index: number): Float64Array => new Float64Array(size).fill(1, index, index + 1);

const matrices = fc.integer({ min: 1, max: 5 }).chain((p) =>
  fc.array(
    fc
      .array(
        fc.integer({ min: -640, max: 640 }).map((value) => value / 64),
        { minLength: 8, maxLength: 8 },
      )
      .map((values) => Float64Array.from(values)),
    { minLength: p, maxLength: p },
  ),
);

describe("pivoted QR", () => {
  it("RᵀR is the Gram matrix of the columns scaled to length one", () => {
    fc.assert(
      fc.property(matrices, (columns) => {
        const { size, rank, order, lengths, triangle } = pivotedQr(columns);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const [u, v] = [columns[order[i]!]!, columns[order[j]!]!];
            const scale = (lengths[order[i]!] || 1) * (lengths[order[j]!] || 1);
            const gram = u.reduce((sum, value, k) => sum + value * v[k]!, 0) / scale;
            let product = 0;
            for (let k = 0; k < rank; k++) product += triangle[k * size + i]! * triangle[k * size + j]!;
            expect(Math.abs(product - gram)).toBeLessThan(1e-12);
          }
        }
      }),
    );
  });

  it("finds the rank whatever the units of the columns", () => {
    const [u, v] = [column(1, 2, 3, 4), column(1, 0, 1, 0)];
    const combination = u.map((value, i) => 3 * value - 2 * v[i]!);
    for (const unitOfU of [1e-150, 1e-9, 1, 1e12, 1e150]) {
      expect(pivotedQr([u.map((value) => value * unitOfU), v, combination]).rank).toBe(2);
      expect(pivotedQr([u.map((value) => value * unitOfU), v, column(0, 0, 0, 1)]).rank).toBe(3);
    }
    expect(pivotedQr([]).rank).toBe(0);
    expect(pivotedQr([column(0, 0)]).rank).toBe(0);
    expect(pivotedQr([column(1, 2), column(2, 1), column(1, 1)]).rank).toBe(2);
  });

  it("null directions are combinations of columns that vanish", () => {
    const [u, v] = [column(1, 2, 3, 4), column(1, 0, 1, 0)];
    const columns = [u, v, u.map((value, i) => 3 * value - 2 * v[i]!), column(0, 0, 0, 0)];
    const qr = pivotedQr(columns);
    const directions = nullDirections(qr);
    expect(directions).toHaveLength(2);
    for (const direction of directions) {
      for (let row = 0; row < 4; row++) {
        const value = columns.reduce(
          (sum, c, j) => sum + (direction[j]! * c[row]!) / (qr.lengths[j]! || 1),
          0,
        );
        expect(Math.abs(value)).toBeLessThan(1e-14);
      }
    }
  });
});

describe("uncertainty", () => {
  it("of orthogonal columns is the reciprocal of their squared lengths", () => {
    const { covariance, rank } = analyseUncertainty([column(3, 0, 0), column(0, 0, 4)]);
    expect(rank).toBe(2);
    expect(covariance(unit(2, 0), unit(2, 0))).toBeCloseTo(1 / 9, 15);
    expect(covariance(unit(2, 1), unit(2, 1))).toBeCloseTo(1 / 16, 15);
    expect(covariance(unit(2, 0), unit(2, 1))).toBeCloseTo(0, 15);
  });

  it("is the inverse of JᵀJ", () => {
    const columns = [column(1, 1, 1, 1), column(0, 1, 2, 3), column(0, 1, 4, 9)];
    const { covariance } = analyseUncertainty(columns);
    const inverse = [0, 1, 2].map((i) => [0, 1, 2].map((j) => covariance(unit(3, i), unit(3, j))));
    const gram = columns.map((u) => columns.map((v) => u.reduce((sum, value, k) => sum + value * v[k]!, 0)));
    gram.forEach((row, i) =>
      [0, 1, 2].forEach((j) => {
        const product = row.reduce((sum, value, k) => sum + value * inverse[k]![j]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 11);
      }),
    );
  });

  it("keeps digits that JᵀJ has lost", () => {
    // Columns (1, 1, 1) and (1, 1, 1 + δ): (JᵀJ)⁻¹₂₂ = 3 / (2 δ²), while 1 + δ² rounds to 1.
    const delta = 2 ** -30;
    const { covariance } = analyseUncertainty([column(1, 1, 1), column(1, 1, 1 + delta)]);
    expect((covariance(unit(2, 1), unit(2, 1)) * delta ** 2) / 1.5).toBeCloseTo(1, 6);
  });

  it("of what dependent columns leave open is NaN, of what they determine is finite", () => {
    // a and b appear as a + 2b only, c on its own, d not at all.
    const u = column(1, 2, 3, 5);
    const columns = [u, u.map((value) => 2 * value), column(1, 0, 0, -1), column(0, 0, 0, 0)];
    const { covariance, entangledWith, rank } = analyseUncertainty(columns);
    expect(rank).toBe(2);
    expect(entangledWith(0)).toEqual([0, 1]);
    expect(entangledWith(1)).toEqual([0, 1]);
    expect(entangledWith(2)).toEqual([]);
    expect(entangledWith(3)).toEqual([3]);
    expect(covariance(unit(4, 0), unit(4, 0))).toBeNaN();
    expect(covariance(unit(4, 2), unit(4, 2))).toBeGreaterThan(0);
    const reduced = analyseUncertainty([u, column(1, 0, 0, -1)]);
    expect(covariance(column(1, 2, 0, 0), column(1, 2, 0, 0))).toBeCloseTo(
      reduced.covariance(unit(2, 0), unit(2, 0)),
      14,
    );
  });
});
