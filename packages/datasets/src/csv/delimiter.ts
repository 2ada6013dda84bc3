import Papa from "papaparse";

/** In order of preference where two of them explain a text equally well. */
const candidates = [",", "\t", ";", "|"];

const probeLength = 65_536;
const probeRows = 50;

/** Numbers of cells of the first rows when cells are separated by `delimiter`. */
function widths(probe: string, delimiter: string): number[] {
  const { data } = Papa.parse<string[]>(probe, { delimiter, newline: "\n", preview: probeRows });
  return data.filter((row) => row.some((cell) => cell.trim() !== "")).map((row) => row.length);
}

/**
 * The delimiter that gives every one of the first rows as many cells as the header, and the most of them; where none
 * does (a ragged file), the one that gives the header the most cells.
 */
export function detectDelimiter(text: string): string {
  let probe = text.slice(0, probeLength);
  if (probe.length < text.length) probe = probe.slice(0, Math.max(probe.lastIndexOf("\n"), 1));
  let best = ",";
  let bestScore = 1;
  for (const delimiter of candidates) {
    const [header = 0, ...rest] = widths(probe, delimiter);
    const regular = header > 1 && rest.every((width) => width === header);
    // A header is never a million cells wide, so a regular candidate always wins over an irregular one.
    const score = header + (regular ? 1e6 : 0);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}
