import ts from "typescript";

/** A claim of a snippet: what the comment after a statement says its value is. */
export interface Claim {
  /** The line in the snippet, counted from 1. */
  readonly line: number;
  /** The text after the arrow. */
  readonly text: string;
}

/** A snippet as a JavaScript module that hands the value of every claim to `globalThis.claim(index, value)`. */
export interface Instrumented {
  readonly module: string;
  readonly claims: readonly Claim[];
}

/** Finds the claims `statement; // → value` of a snippet, and makes it a module that reports the values. */
export function instrument(code: string): Instrumented {
  const source = ts.createSourceFile("snippet.ts", code, ts.ScriptTarget.Latest, true);
  const claims: Claim[] = [];
  let module = "";
  let position = 0;
  for (const statement of source.statements) {
    const text = arrowAfter(code, statement.end);
    const value = text === undefined ? undefined : valueOf(statement);
    if (text === undefined) continue;
    const line = source.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    if (value === undefined) throw new Error(`an arrow follows an expression or a declaration: line ${line}`);
    const index = claims.push({ line, text }) - 1;
    module += code.slice(position, statement.getStart());
    module += ts.isExpressionStatement(statement)
      ? `globalThis.claim(${index}, (${value}));`
      : `${statement.getText()} globalThis.claim(${index}, (${value}));`;
    position = statement.end;
  }
  module += code.slice(position);
  const options = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  return { module: ts.transpileModule(module, { compilerOptions: options }).outputText, claims };
}

/** The text of the comment `// → …` on the rest of the line or on the next one, with its further lines `//   …`. */
function arrowAfter(code: string, end: number): string | undefined {
  const match = /^[ \t]*(?:\n[ \t]*)?\/\/ →(.*(?:\n[ \t]*\/\/ {3,}.*)*)/.exec(code.slice(end));
  return match?.[1]?.replaceAll(/\n[ \t]*\/\//g, "").trim();
}

/** The expression whose value a claim is about. */
function valueOf(statement: ts.Statement): string | undefined {
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement;
    const logs = ts.isCallExpression(expression) && expression.expression.getText() === "console.log";
    return logs ? expression.arguments[0]?.getText() : expression.getText();
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration, ...more] = statement.declarationList.declarations;
  if (!declaration || more.length > 0) return undefined;
  const { name } = declaration;
  if (ts.isIdentifier(name)) return name.text;
  if (!ts.isArrayBindingPattern(name)) return undefined;
  return `[${name.elements.map((element) => (ts.isBindingElement(element) ? element.name.getText() : "")).join(", ")}]`;
}
