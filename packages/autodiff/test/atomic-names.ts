/** Atomic instructions (prefix 0xfe) come in sevens, one for each width. */
const widths = ["i32", "i64", "i32 8", "i32 16", "i64 8", "i64 16", "i64 32"];
const kinds = ["load", "store", "add", "sub", "and", "or", "xor", "xchg", "cmpxchg"];

/** The text name of the instruction with this number behind the prefix, if there is one with an address. */
export function atomicName(code: number): string | undefined {
  if (code < 0x03) return ["memory.atomic.notify", "memory.atomic.wait32", "memory.atomic.wait64"][code];
  const [type, width = ""] = (widths[(code - 0x10) % 7] ?? "").split(" ") as [string, string?];
  const kind = kinds[Math.floor((code - 0x10) / 7)];
  if (code < 0x10 || kind === undefined) return undefined;
  const unsigned = width === "" || kind === "store" ? "" : "_u";
  if (kind === "load" || kind === "store") return `${type}.atomic.${kind}${width}${unsigned}`;
  return `${type}.atomic.rmw${width}.${kind}${unsigned}`;
}
