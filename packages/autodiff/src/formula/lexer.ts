import { FormulaError } from "./error.ts";

export type TokenKind =
  "number" | "name" | "operator" | "superscript" | "open" | "close" | "comma" | "bar" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The operator, bracket or name itself, with Unicode signs replaced by plain ones. */
  readonly text: string;
  /** For numbers and superscripts. */
  readonly value: number;
  readonly position: number;
  /** As it stands in the formula. */
  readonly source: string;
}

/** Longer texts are refused, so that the time any text can take is bounded. */
export const longestFormula: number = 10_000;

const spaces = /[\s\u200b\u2062]+/uy;
// `1_000` is 1000; a trailing `e` belongs to the number only when an exponent follows: `2e` is 2 times e.
const numbers = /(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
const names = /[\p{L}_][\p{L}0-9_₀-₉]*/uy;
const superscripts = /⁻?[⁰¹²³⁴-⁹]+/uy;
const operators = /\*\*|<=|>=|==|!=|[-+*/^<>=√×·⋅∙÷−–≤≥≠]/uy;

const plainOperators: Readonly<Record<string, string>> = {
  "**": "^",
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "÷": "/",
  "−": "-",
  "–": "-",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
};

const punctuation: Readonly<Record<string, TokenKind>> = {
  "(": "open",
  "[": "open",
  ")": "close",
  "]": "close",
  ",": "comma",
  "|": "bar",
};

/**
 * Cuts a formula into tokens; the last one is always the end.
 *
 * @throws {FormulaError} for a character that has no meaning in a formula, a number too large for f64, or a text
 * of more than 10 000 characters.
 */
export function tokenize(text: string): readonly Token[] {
  if (text.length > longestFormula)
    throw new FormulaError({
      text,
      position: longestFormula,
      found: `${text.length} characters`,
      expected: `at most ${longestFormula} characters`,
      message: `a formula has at most ${longestFormula} characters, found ${text.length}`,
    });
  const tokens: Token[] = [];
  let position = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, source: string, plain: string = source, value = NaN): void => {
    tokens.push({ kind, text: plain, value, position, source });
    position += source.length;
  };
  while (position < text.length) {
    let source: string | undefined;
    if ((source = match(spaces)) !== undefined) position += source.length;
    else if ((source = match(numbers)) !== undefined)
      push("number", source, source, numberValue(source, text, position));
    else if ((source = match(names)) !== undefined) push("name", source);
    else if ((source = match(superscripts)) !== undefined)
      push("superscript", source, source, superscriptValue(source, text, position));
    else if ((source = match(operators)) !== undefined)
      push("operator", source, plainOperators[source] ?? source);
    else {
      source = String.fromCodePoint(text.codePointAt(position) as number);
      const kind = Object.hasOwn(punctuation, source) ? punctuation[source] : undefined;
      if (kind === undefined) throw unknownCharacter(text, position, source);
      push(kind, source);
    }
  }
  push("end", "");
  return tokens;
}

function numberValue(source: string, text: string, position: number): number {
  return requireFinite(Number(source.replaceAll("_", "")), source, text, position);
}

function superscriptValue(source: string, text: string, position: number): number {
  const digits = Array.from(source, (character) =>
    character === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(character),
  );
  return requireFinite(Number(digits.join("")), source, text, position);
}

function requireFinite(value: number, source: string, text: string, position: number): number {
  if (Number.isFinite(value)) return value;
  throw new FormulaError({
    text,
    position,
    found: source,
    expected: "a number below 1.8e308",
    message: `the number at position ${position} is too large for double precision: ${source}`,
  });
}

function unknownCharacter(text: string, position: number, character: string): FormulaError {
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}"` : `character U+${code}`;
  return new FormulaError({
    text,
    position,
    found: visible,
    expected: "a number, a name, an operator or a bracket",
    message: `unexpected ${visible} at position ${position}: a formula is made of numbers, names, + - * / ^, brackets and commas`,
  });
}
