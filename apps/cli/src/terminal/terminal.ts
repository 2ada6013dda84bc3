import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** Result, to standard output. */
  write(text: string): void;
  /** Progress and messages, to standard error. */
  writeError(text: string): void;
  /** Columns to lay out for. */
  readonly width: number;
  /** Whether a person watches standard error, so that progress may be drawn there. */
  readonly showsProgress: boolean;
  /** Whether braille and block characters may be used. */
  readonly unicode: boolean;
  readonly colors: Colors;
  readonly errorColors: Colors;
}

interface Stream {
  isTTY?: boolean;
  columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** https://no-color.org; FORCE_COLOR wins over a stream that is no terminal. */
export function hasColors(stream: Stream, environment: Environment): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/** Whether the locale is UTF-8. Without any locale, a terminal of today is taken to be. */
export function hasUnicode(stream: Stream, environment: Environment): boolean {
  if (environment["TERM"] === "dumb" || environment["TERM"] === "linux") return false;
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"];
  return locale ? /utf-?8/i.test(locale) : stream.isTTY === true || process.platform === "win32";
}

const narrowest = 40;
const widthWithoutTerminal = 80;

/** Columns to lay out for: those of the terminal; where there is none, COLUMNS. */
export function widthOf({ columns }: Stream, environment: Environment): number {
  return Math.max(narrowest, columns || Number(environment["COLUMNS"]) || widthWithoutTerminal);
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    write: (text) => void stdout.write(text),
    writeError: (text) => void stderr.write(text),
    width: widthOf(stdout, env),
    showsProgress: stderr.isTTY && env["TERM"] !== "dumb",
    unicode: hasUnicode(stdout, env),
    colors: pc.createColors(hasColors(stdout, env)),
    errorColors: pc.createColors(hasColors(stderr, env)),
  };
}
