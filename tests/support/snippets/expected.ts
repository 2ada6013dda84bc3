import ts from "typescript";

/** What a comment `// → …` says a value is. Numbers hold to the digits that are written. */
export type Expected =
  | { readonly kind: "number"; readonly value: number; readonly tolerance: number }
  | { readonly kind: "same"; readonly value: string | boolean | null | undefined }
  | { readonly kind: "array"; readonly items: readonly Expected[] }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Expected>> };

/**
 * Reads the text behind the arrow: numbers, strings, booleans, null, undefined, arrays and records of them.
 * A number may end in "…", and a record may leave fields out.
 * @throws Error when the text is anything else
 */
export function readExpected(text: string): Expected {
  const source = ts.createSourceFile(
    "expected.ts",
    `(${text.replaceAll(/(?<=\d)…/g, "")});`,
    ts.ScriptTarget.Latest,
  );
  const [statement, ...more] = source.statements;
  if (!statement || more.length > 0 || !ts.isExpressionStatement(statement)) {
    throw new Error(`write a literal after the arrow: ${text}`);
  }
  const read = (node: ts.Expression): Expected => {
    if (ts.isParenthesizedExpression(node)) return read(node.expression);
    if (ts.isArrayLiteralExpression(node)) return { kind: "array", items: node.elements.map(read) };
    if (ts.isStringLiteralLike(node)) return { kind: "same", value: node.text };
    if (ts.isNumericLiteral(node)) return number(node.getText(source), 1);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
      const positive = read(node.operand);
      if (positive.kind === "number") return { ...positive, value: -positive.value };
    }
    if (ts.isObjectLiteralExpression(node)) {
      const fields = node.properties.map((property) => {
        if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) {
          throw new Error(`write fields as name: value: ${property.getText(source)}`);
        }
        return [property.name.text, read(property.initializer)] as const;
      });
      return { kind: "record", fields: Object.fromEntries(fields) };
    }
    const word = constants.get(node.getText(source));
    if (word) return word;
    throw new Error(`write a literal after the arrow: ${node.getText(source)}`);
  };
  return read(statement.expression);
}

const constants = new Map<string, Expected>([
  ["true", { kind: "same", value: true }],
  ["false", { kind: "same", value: false }],
  ["null", { kind: "same", value: null }],
  ["undefined", { kind: "same", value: undefined }],
  ["NaN", { kind: "number", value: NaN, tolerance: 0 }],
  ["Infinity", { kind: "number", value: Infinity, tolerance: 0 }],
]);

/** A number with decimals holds to half a unit of its last digit, an integer to rounding errors. */
function number(text: string, sign: number): Expected {
  const value = sign * Number(text);
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length;
  const tolerance =
    decimals === undefined ? 1e-12 * Math.abs(value) : 0.5 * 10 ** (Number(exponent) - decimals) * (1 + 1e-9);
  return { kind: "number", value, tolerance };
}

/** Whether a plain value is what a snippet says it is. */
export function matches(actual: unknown, expected: Expected): boolean {
  switch (expected.kind) {
    case "number":
      return (
        Object.is(actual, expected.value) ||
        (typeof actual === "number" && Math.abs(actual - expected.value) <= expected.tolerance)
      );
    case "same":
      return actual === expected.value;
    case "array":
      return (
        Array.isArray(actual) &&
        actual.length === expected.items.length &&
        expected.items.every((item, i) => matches(actual[i], item))
      );
    case "record": {
      if (typeof actual !== "object" || actual === null) return false;
      const fields = Object.entries(expected.fields);
      if (fields.length === 0) return Object.keys(actual).length === 0;
      return fields.every(
        ([name, field]) => name in actual && matches((actual as Record<string, unknown>)[name], field),
      );
    }
  }
}
