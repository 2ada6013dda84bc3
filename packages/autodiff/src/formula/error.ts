import { SteepestError } from "../errors.ts";

/** What a {@link FormulaError} is made from. */
export interface FormulaProblem {
  /** The formula. */
  readonly text: string;
  /** Where the trouble starts: a 0-based offset into `text`. */
  readonly position: number;
  readonly found: string;
  readonly expected: string;
  /** Replaces the sentence made from the other fields. */
  readonly message?: string;
}

const excerptWidth = 72;

/**
 * A formula that cannot be read, or values that do not fit it.
 *
 * `position` is the 0-based offset of the trouble, `found` what stands there, `expected` what could have stood
 * there instead, and {@link FormulaError.excerpt} shows the place with a caret under it.
 */
export class FormulaError extends SteepestError {
  override name = "FormulaError";
  readonly text: string;
  readonly position: number;
  readonly found: string;
  readonly expected: string;

  constructor({ text, position, found, expected, message }: FormulaProblem) {
    super(message ?? `expected ${expected} at position ${position}, found ${found}`);
    this.text = text;
    this.position = position;
    this.found = found;
    this.expected = expected;
  }

  /** The formula, or the part of it around the trouble, and below it a caret at the position. */
  get excerpt(): string {
    const before = Array.from(onOneLine(this.text.slice(0, this.position)));
    const after = Array.from(onOneLine(this.text.slice(this.position)));
    let shown = before;
    if (before.length + after.length > excerptWidth) {
      const start = Math.max(0, before.length - excerptWidth / 2);
      if (start > 0) shown = ["…", ...before.slice(start + 1)];
      const room = excerptWidth - shown.length;
      if (after.length > room) after.splice(room - 1, after.length, "…");
    }
    return `${shown.join("")}${after.join("")}\n${" ".repeat(shown.length)}^`;
  }
}

function onOneLine(text: string): string {
  return text.replace(/\s/g, " ");
}
