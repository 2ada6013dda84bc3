import {
  binary,
  call,
  constant,
  negate,
  number,
  symbol,
  type Ast,
  type Comparison,
  type ConstantName,
} from "./ast.ts";
import { FormulaError } from "./error.ts";
import { formulaFunctions, letterFunctions, nearestFunction, type FormulaFunction } from "./functions.ts";
import { tokenize, type Token } from "./lexer.ts";

/** A formula taken apart. */
export interface ParsedFormula {
  readonly ast: Ast;
  /** Every symbol with the position of its first appearance, in that order. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** Deeper nesting of brackets, powers and signs is refused, long before it could exhaust the stack. */
const deepestNesting = 200;

const comparisons: ReadonlySet<string> = new Set<Comparison>(["<", "<=", ">", ">=", "==", "!="]);
const constants: ReadonlyMap<string, ConstantName> = new Map([
  ["pi", "pi"],
  ["π", "pi"],
  ["e", "e"],
]);
const matching: Readonly<Record<string, string>> = { "(": ")", "[": "]", "|": "|" };

/**
 * Reads a formula by precedence climbing. From loose to tight: comparisons (which do not chain); `+ -`; a leading
 * sign (`-x*y` is −(xy), `-x^2` is −(x²)); `* /`; multiplication by juxtaposition; `^`, from the right.
 *
 * Juxtaposition binds tighter than `/`, as in print: `a/2b` is a/(2b). Only a fraction of two numbers is a factor
 * of its own: `1/2 x` is ½x.
 *
 * @throws {FormulaError} where the text is not a formula.
 */
export function parseText(text: string): ParsedFormula {
  const tokens = tokenize(text);
  const symbols = new Map<string, number>();
  let index = 0;
  let depth = 0;
  /** The brackets that are open, innermost last. */
  const open: Token[] = [];

  const ast = comparison();
  if (peek().kind !== "end") throw unexpected(whatFollows());
  return { ast, symbols };

  function peek(ahead = 0): Token {
    return tokens[Math.min(index + ahead, tokens.length - 1)] as Token;
  }

  function take(): Token {
    const token = peek();
    if (token.kind !== "end") index++;
    return token;
  }

  function isOperator(...names: readonly string[]): boolean {
    const { kind, text: name } = peek();
    return kind === "operator" && names.includes(name);
  }

  function comparison(): Ast {
    const left = sum();
    if (!isComparison()) return left;
    const operator = take().text as Comparison;
    const right = sum();
    if (isComparison()) throw unexpected("one comparison at a time, such as and(a < b, b < c)");
    return binary(operator, left, right);
  }

  function isComparison(): boolean {
    if (isOperator("=")) throw unexpected('"==" for a comparison');
    return peek().kind === "operator" && comparisons.has(peek().text);
  }

  function sum(): Ast {
    let left: Ast;
    if (isOperator("-")) {
      take();
      left = negate(product());
    } else left = product();
    while (isOperator("+", "-")) {
      const operator = take().text as "+" | "-";
      left = binary(operator, left, product());
    }
    return left;
  }

  function product(): Ast {
    let left = juxtaposition();
    while (isOperator("*", "/")) {
      const operator = take().text as "*" | "/";
      left = binary(operator, left, juxtaposition());
    }
    return left;
  }

  function juxtaposition(): Ast {
    let left: Ast;
    if (isNumericFraction()) {
      const numerator = signed();
      take();
      left = binary("/", numerator, number(take().value));
    } else left = signed();
    while (startsFactor(peek())) left = binary("*", left, power());
    return left;
  }

  /** `1/2 x`: a number, perhaps with signs, over a number, followed by something to multiply with. */
  function isNumericFraction(): boolean {
    let start = 0;
    while (peek(start).kind === "operator" && "+-".includes(peek(start).text)) start++;
    return (
      peek(start).kind === "number" &&
      peek(start + 1).kind === "operator" &&
      peek(start + 1).text === "/" &&
      peek(start + 2).kind === "number" &&
      startsFactor(peek(start + 3))
    );
  }

  function startsFactor(token: Token): boolean {
    if (token.kind === "name" || token.kind === "open") return true;
    if (token.kind === "bar") return open.at(-1)?.kind !== "bar";
    return token.kind === "operator" && token.text === "√";
  }

  function signed(): Ast {
    if (!isOperator("-", "+")) return power();
    const sign = take();
    return nested(sign, () => (sign.text === "-" ? negate(signed()) : signed()));
  }

  function power(): Ast {
    const base = withSuperscripts(primary());
    if (!isOperator("^")) return base;
    return binary("^", base, nested(take(), signed));
  }

  function withSuperscripts(base: Ast): Ast {
    let result = base;
    while (peek().kind === "superscript") result = binary("^", result, number(take().value));
    return result;
  }

  function primary(): Ast {
    const token = peek();
    if (token.kind === "number") {
      take();
      return number(token.value);
    }
    if (token.kind === "name") return named();
    if (token.kind === "open" || token.kind === "bar") {
      take();
      const inside = bracketed(token, comparison);
      return token.kind === "bar" ? call("abs", inside) : inside;
    }
    if (isOperator("√")) return nested(take(), () => call("sqrt", primary()));
    throw unexpected('a number, a name or "("');
  }

  function named(): Ast {
    const name = take();
    const known = formulaFunctions.get(name.text);
    if (known !== undefined && (peek().kind === "open" || !letterFunctions.has(name.text)))
      return functionCall(name, known);
    const constantName = constants.get(name.text);
    if (constantName !== undefined) return constant(constantName);
    if (peek().kind === "open") throw unknownFunction(name);
    if (!symbols.has(name.text)) symbols.set(name.text, name.position);
    return symbol(name.text);
  }

  function functionCall(name: Token, definition: FormulaFunction): Ast {
    const exponent = exponentBeforeArguments();
    const bracket = peek();
    if (bracket.kind !== "open")
      throw new FormulaError({
        text,
        position: bracket.position,
        found: describe(bracket),
        expected: '"("',
        message:
          `"${name.text}" is a function: expected "(" at position ${bracket.position}, found ${describe(bracket)}; ` +
          `write ${name.text}(…), or give the symbol another name such as ${name.text}_1`,
      });
    take();
    const args: Ast[] = [];
    if (peek().kind !== "close")
      bracketed(bracket, () => {
        args.push(comparison());
        while (peek().kind === "comma") {
          take();
          args.push(comparison());
        }
      });
    else take();
    checkArgumentCount(name, definition, args.length);
    const result = definition.build(args);
    return exponent === undefined ? result : binary("^", result, exponent);
  }

  /** `sin^2(x)` and `sin²(x)` are the square of sin(x); the power −1, which could mean the inverse, is refused. */
  function exponentBeforeArguments(): Ast | undefined {
    let exponent: Token;
    let sign = 1;
    if (peek().kind === "superscript") exponent = take();
    else {
      if (!isOperator("^")) return undefined;
      const negative = peek(1).kind === "operator" && peek(1).text === "-";
      const skipped = negative ? 2 : 1;
      if (peek(skipped).kind !== "number" || peek(skipped + 1).kind !== "open") return undefined;
      index += skipped;
      exponent = take();
      if (negative) sign = -1;
    }
    if (sign * exponent.value > 0) return number(exponent.value);
    throw new FormulaError({
      text,
      position: exponent.position,
      found: exponent.source,
      expected: "a positive power",
      message:
        `a negative power before the arguments is ambiguous at position ${exponent.position}: ` +
        `write 1/f(x) for the reciprocal, or the inverse function by name, such as asin(x)`,
    });
  }

  function checkArgumentCount(
    name: Token,
    { minimumArguments: least, maximumArguments: most }: FormulaFunction,
    count: number,
  ): void {
    if (count >= least && count <= most) return;
    const expected =
      most === Infinity ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;
    const plural = expected === "1" || expected === "at least 1" ? "argument" : "arguments";
    throw new FormulaError({
      text,
      position: name.position,
      found: `${count} ${count === 1 ? "argument" : "arguments"}`,
      expected: `${expected} ${plural}`,
      message: `${name.text} takes ${expected} ${plural} at position ${name.position}, found ${count}`,
    });
  }

  function unknownFunction(name: Token): FormulaError {
    const nearest = nearestFunction(name.text);
    return new FormulaError({
      text,
      position: name.position,
      found: `"${name.text}"`,
      expected: "a function",
      message:
        `unknown function "${name.text}" at position ${name.position}` +
        (nearest === undefined ? "" : `; did you mean "${nearest}"?`) +
        ` (to multiply, write ${name.text}*(…))`,
    });
  }

  function bracketed<Result>(opening: Token, body: () => Result): Result {
    open.push(opening);
    const result = nested(opening, body);
    const closing = peek();
    if ((closing.kind !== "close" && closing.kind !== "bar") || closing.text !== matching[opening.text])
      throw unexpected(whatFollows());
    take();
    open.pop();
    return result;
  }

  function nested<Result>(at: Token, body: () => Result): Result {
    depth++;
    if (depth > deepestNesting)
      throw new FormulaError({
        text,
        position: at.position,
        found: `"${at.source}"`,
        expected: `at most ${deepestNesting} levels of nesting`,
        message: `the formula nests more than ${deepestNesting} levels deep at position ${at.position}`,
      });
    const result = body();
    depth--;
    return result;
  }

  /** What could have come after a complete operand. */
  function whatFollows(): string {
    const bracket = open.at(-1);
    if (bracket === undefined) return "an operator or the end of the formula";
    const closing = `"${matching[bracket.text] as string}"`;
    const before = tokens[tokens.indexOf(bracket) - 1];
    const isCall = bracket.kind === "open" && before?.kind === "name" && formulaFunctions.has(before.text);
    return isCall ? `an operator, "," or ${closing}` : `an operator or ${closing}`;
  }

  function unexpected(expected: string): FormulaError {
    const token = peek();
    return new FormulaError({ text, position: token.position, found: describe(token), expected });
  }
}

function describe(token: Token): string {
  return token.kind === "end" ? "the end of the formula" : `"${token.source}"`;
}
