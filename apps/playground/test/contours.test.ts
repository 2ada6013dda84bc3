import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contourLines, relaxed, sampleField, smoothPath } from "../src/lib/figure/contours.ts";

describe("contour lines", () => {
  it("of a plane are straight, where the plane has that height", () => {
    const field = sampleField(9, 5, (u) => u);
    const lines = contourLines(field, 0.4);
    expect(lines).toHaveLength(1);
    for (const [x] of lines[0]!) expect(x).toBeCloseTo(0.4 * 8, 12);
    expect(lines[0]!.map(([, y]) => y).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("of a cone are closed circles of the right radius", () => {
    const field = sampleField(81, 81, (u, v) => Math.hypot(u - 0.5, v - 0.5));
    const [circle, ...others] = contourLines(field, 0.3);
    expect(others).toHaveLength(0);
    expect(circle![0]).toEqual(circle!.at(-1));
    for (const [x, y] of circle!) expect(Math.hypot(x - 40, y - 40) / 80).toBeCloseTo(0.3, 3);
  });

  it("of a saddle at its own height separate instead of crossing", () => {
    const field = { columns: 2, rows: 2, values: [1, 0, 0, 1] };
    for (const level of [0.3, 0.7]) {
      const lines = contourLines(field, level);
      expect(lines).toHaveLength(2);
      // The middle of the cell is at 0.5: below that the high corners are joined, above it they are cut off.
      const cutsFirstCorner = lines.some((line) => line.every(([x, y]) => x + y < 1));
      expect(cutsFirstCorner).toBe(level > 0.5);
    }
  });

  it("lie on the level everywhere, and each either closes or ends on the border", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (values, level) => {
          fc.pre(values.every((value) => Math.abs(value - level) > 1e-6));
          const field = { columns: 6, rows: 5, values };
          for (const line of contourLines(field, level)) {
            for (const [x, y] of line) {
              const [x0, y0] = [Math.floor(x), Math.floor(y)];
              const [x1, y1] = [Math.ceil(x), Math.ceil(y)];
              expect(x0 === x1 || y0 === y1).toBe(true);
              const start = values[y0 * 6 + x0]!;
              const end = values[y1 * 6 + x1]!;
              const t = x - x0 + (y - y0);
              expect(start + t * (end - start)).toBeCloseTo(level, 6);
            }
            const [first, last] = [line[0]!, line.at(-1)!];
            const onBorder = ([x, y]: readonly [number, number]): boolean =>
              x === 0 || y === 0 || x === 5 || y === 4;
            const closed = first[0] === last[0] && first[1] === last[1];
            expect(closed || (onBorder(first) && onBorder(last))).toBe(true);
          }
        },
      ),
    );
  });

  it("leave out cells without a value", () => {
    const field = { columns: 3, rows: 2, values: [0, 1, NaN, 0, 1, NaN] };
    expect(contourLines(field, 0.5)).toHaveLength(1);
  });

  it("can be relaxed without opening a closed line or moving the ends of an open one", () => {
    const square = contourLines(
      sampleField(5, 5, (u, v) => Math.max(Math.abs(u - 0.5), Math.abs(v - 0.5))),
      0.3,
    )[0]!;
    const round = relaxed(square, 3);
    expect(round).toHaveLength(square.length);
    expect(round[0]).toEqual(round.at(-1));
    const reach = Math.max(...round.map(([x, y]) => Math.hypot(x - 2, y - 2)));
    expect(reach).toBeLessThan(Math.max(...square.map(([x, y]) => Math.hypot(x - 2, y - 2))));
    const open = relaxed(
      [
        [0, 0],
        [1, 4],
        [2, 0],
      ],
      1,
    );
    expect(open).toEqual([
      [0, 0],
      [1, 2],
      [2, 0],
    ]);
  });

  it("become a path through their ends", () => {
    const path = smoothPath(
      [
        [0, 0],
        [1, 2],
        [3, 3],
      ],
      ([x, y]) => [10 * x, 10 * y],
    );
    expect(path).toBe("M0 0Q10 20 20 25L30 30");
  });
});
