const blocks = Array.from("▁▂▃▄▅▆▇█");
const ascii = Array.from("_.-=+*#@");

const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);

/** Heights from 0 to 1 as characters; NaN is a space. */
function draw(heights: readonly number[], unicode: boolean): string {
  const glyphs = unicode ? blocks : ascii;
  return heights
    .map((height) =>
      Number.isNaN(height)
        ? " "
        : (glyphs[Math.min(glyphs.length - 1, Math.floor(height * glyphs.length))] ?? " "),
    )
    .join("");
}

/** Means over equal stretches of the rows: the course of a series. */
export function seriesSparkline(values: ArrayLike<number>, width: number, unicode: boolean): string {
  const all = Array.from(values);
  const cells = Math.min(width, all.length);
  const means = Array.from({ length: cells }, (_, i) => {
    const part = finite(
      all.slice(Math.floor((i * all.length) / cells), Math.floor(((i + 1) * all.length) / cells)),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const known = finite(means);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return draw(
    means.map((mean) => (high > low ? (mean - low) / (high - low) : mean * 0 + 0.5)),
    unicode,
  );
}

/** Counts in equal intervals from the least to the greatest value: the shape of a distribution. */
export function histogramSparkline(values: ArrayLike<number>, width: number, unicode: boolean): string {
  const known = finite(values);
  let [low, high] = [Infinity, -Infinity];
  for (const value of known) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!(high > low))
    return draw(
      known.slice(0, 1).map(() => 0.5),
      unicode,
    );
  // Whole numbers of a few sizes get one interval each, or a comb would appear.
  const isWhole = known.every(Number.isInteger) && high - low < width;
  const bins = isWhole ? high - low + 1 : width;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of known) {
    const bin = isWhole ? value - low : Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return draw(
    counts.map((count) => (count === 0 ? NaN : count / most)),
    unicode,
  );
}
