import { inFile, problemAt } from "./problem.ts";

// Node.js, browsers and workers all have it; the type libraries in use know only the language.
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}

/**
 * The text of a file: UTF-8, or UTF-16 when it begins with the byte order mark that spreadsheets give it.
 *
 * Bytes that are clearly no text pass, for `readCsv` to refuse.
 *
 * @param name of the file, for messages
 * @throws DatasetError with the line of the first character that is not UTF-8: read on, it would be a wrong name.
 */
export function decodeText(bytes: Uint8Array, name?: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder().decode(bytes);
  if (text.includes("\0") || text.startsWith("PK")) return text;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text;
  } catch {
    const row = text.slice(0, text.indexOf("\ufffd")).split(/\r\n?|\n/).length;
    const expected = "text in UTF-8 (save the file in that encoding)";
    throw inFile(name, problemAt({ row }, expected, "bytes of another encoding"));
  }
}
