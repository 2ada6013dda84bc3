/**
 * Texts that are equal for equal attributes of operations: plain data by their text, everything else (functions, graphs) by
 * identity. What the returned function gives can be compared with its own results only.
 */
export function attributeKeys(): (attributes: unknown) => string {
  const opaque = new Map<unknown, number>();
  return (attributes) => {
    if (attributes === undefined) return "";
    if (isPlain(attributes)) return JSON.stringify(attributes);
    if (!opaque.has(attributes)) opaque.set(attributes, opaque.size);
    return `@${opaque.get(attributes)}`;
  };
}

/** True for numbers, strings, and arrays and records of them. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (Array.isArray(value) || prototype === Object.prototype) &&
    Object.values(value).every((part) => isPlain(part))
  );
}
