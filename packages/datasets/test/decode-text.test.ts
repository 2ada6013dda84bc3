import { describe, expect, it } from "vitest";
import { decodeText } from "../src/index.ts";

const text = "größe,y\n1,2\n";

describe("decodeText", () => {
  it("reads UTF-8, and UTF-16 with a byte order mark", () => {
    const little = Buffer.from(`\ufeff${text}`, "utf16le");
    expect(decodeText(Buffer.from(text), "a.csv")).toBe(text);
    expect(decodeText(little, "a.csv")).toBe(text);
    expect(decodeText(Buffer.from(little).swap16(), "a.csv")).toBe(text);
  });

  it("says in which row another encoding shows", () => {
    expect(() => decodeText(Buffer.from("a,b\r\n1,\u00e9\r\n", "latin1"), "a.csv")).toThrow(
      "a.csv, row 2: expected text in UTF-8 (save the file in that encoding), found: bytes of another encoding",
    );
  });

  it("takes a replacement character that the file itself holds", () => {
    expect(decodeText(Buffer.from("a\n\ufffd\n"), "a.csv")).toBe("a\n\ufffd\n");
  });
});
