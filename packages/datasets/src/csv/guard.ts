import { DatasetError } from "../errors.ts";

/** How much text is looked at to tell a table from something else. */
const probeLength = 65_536;

/** Bytes that never occur in a table of text, and the sign that decoding as UTF-8 leaves for a byte it cannot read. */
const isOdd = (code: number): boolean =>
  code < 9 || (code > 13 && code < 32) || code === 0x7f || code === 0xfffd;

/**
 * Refuses what is certainly no table (nothing, too much, an Excel file, binary data) and gives the text without byte
 * order mark and with "\n" as the only line end.
 */
export function readableText(text: string, maxCharacters: number): string {
  if (text.length > maxCharacters)
    throw new DatasetError(
      `too large: expected at most ${maxCharacters} characters (take fewer rows, or raise maxCharacters), found: ${text.length}`,
      { expected: `at most ${maxCharacters} characters`, found: `${text.length} characters` },
    );
  const probe = text.slice(0, probeLength);
  if (probe.startsWith("PK\u0003\u0004"))
    throw new DatasetError(
      "expected a CSV text (save the sheet as CSV, UTF-8), found: an Excel or zip file",
      {
        expected: "a CSV text",
        found: "an Excel or zip file",
      },
    );
  let odd = 0;
  for (let i = 0; i < probe.length; i++) if (isOdd(probe.charCodeAt(i))) odd++;
  if (probe.includes("\0") || odd > probe.length / 10)
    throw new DatasetError("expected a CSV text in UTF-8, found: binary data, or text in another encoding", {
      expected: "a CSV text in UTF-8",
      found: "binary data",
    });
  const withoutMark = text.startsWith("\ufeff") ? text.slice(1) : text;
  const clean = withoutMark.includes("\r") ? withoutMark.replace(/\r\n?/g, "\n") : withoutMark;
  if (!/\S/.test(clean))
    throw new DatasetError("row 1: expected a header with the names of the columns, found: an empty file", {
      row: 1,
      expected: "a header with the names of the columns",
      found: "an empty file",
    });
  return clean;
}
