import type { Terminal } from "./terminal.ts";
import { truncate } from "./text.ts";

const interval = 60;
const clearLine = "\r\u001b[2K";

export interface Progress {
  update(text: string): void;
  /** Removes the line. */
  done(): void;
}

/** One line on standard error that is redrawn, at most every 60 ms, while a person watches; otherwise nothing. */
export function createProgress(terminal: Terminal): Progress {
  if (!terminal.showsProgress) return { update() {}, done() {} };
  let last = performance.now();
  let isShown = false;
  return {
    update(text) {
      const now = performance.now();
      if (now - last < interval) return;
      last = now;
      isShown = true;
      terminal.writeError(clearLine + terminal.errorColors.dim(truncate(text, terminal.width - 1)));
    },
    done() {
      if (isShown) terminal.writeError(clearLine);
      isShown = false;
    },
  };
}
