/** A grid of dots, two wide and four high in every character cell, drawn as braille or plain characters. */
export interface Canvas {
  /** In cells. */
  readonly columns: number;
  readonly rows: number;
  /** In dots. */
  readonly width: number;
  readonly height: number;
  /** Sets the dot `x` from the left, `y` from the top. Dots outside are ignored. */
  set(x: number, y: number, layer: number): void;
  /** The layers that a cell has dots of, as bits, and its character. */
  cell(column: number, row: number): { layers: number; character: string };
}

/** Bits of the braille dots, by row, then column (Unicode 15, chapter 21.1). */
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Plain characters of the layers 0 and 1; the higher layer is on top. */
const plain = ["o", "*"];

export function createCanvas(columns: number, rows: number, unicode: boolean): Canvas {
  const dots = new Uint8Array(columns * rows);
  const layers = new Uint8Array(columns * rows);
  return {
    columns,
    rows,
    width: columns * 2,
    height: rows * 4,
    set(x, y, layer) {
      // NaN is outside too.
      if (!(x >= 0 && x < columns * 2 && y >= 0 && y < rows * 4)) return;
      const index = (y >> 2) * columns + (x >> 1);
      dots[index] = (dots[index] ?? 0) | (brailleBits[y & 3]?.[x & 1] ?? 0);
      layers[index] = (layers[index] ?? 0) | (1 << layer);
    },
    cell(column, row) {
      const index = row * columns + column;
      const cellLayers = layers[index] ?? 0;
      if (cellLayers === 0) return { layers: 0, character: " " };
      const character = unicode
        ? String.fromCharCode(0x2800 + (dots[index] ?? 0))
        : (plain[31 - Math.clz32(cellLayers)] ?? "*");
      return { layers: cellLayers, character };
    },
  };
}
