import { UsageError } from "../errors.ts";

/**
 * The text of a file: UTF-8, or UTF-16 when it begins with the byte order mark that spreadsheets give it.
 *
 * Texts that are clearly binary pass, for the CSV reader to refuse.
 *
 * @throws UsageError with the line of the first character that is not UTF-8: read on, it would be a wrong name.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder().decode(bytes);
  if (text.includes("\0") || text.startsWith("PK")) return text;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text;
  } catch {
    const line = text.slice(0, text.indexOf("\ufffd")).split(/\r\n?|\n/).length;
    throw new UsageError(
      `row ${line}: expected text in UTF-8, found: bytes of another encoding, in ${path}`,
      "Save it as UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8.",
    );
  }
}
