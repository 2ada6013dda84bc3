/**
 * Which results remember how they were made.
 *
 * Every active transform has a level, 1 for the outermost. A node's level is that of the outermost variable it
 * depends on. A node with a known value keeps its inputs only while some active transform may still ask for
 * them; everything else is a plain constant, so a loop outside any transform holds no history.
 */

/** The level of a node that depends on no variable. */
export const untracked: number = 1 << 30;

let depth = 0;
let limit = untracked;

/** Nodes at this level or above (deeper or untracked) need no history. */
export function recordLimit(): number {
  return limit;
}

/** How many transforms are active. */
export function transformDepth(): number {
  return depth;
}

/** Runs `body` as a new innermost transform; `body` gets its level. */
export function withTransform<T>(body: (level: number) => T): T {
  depth++;
  try {
    return body(depth);
  } finally {
    depth--;
  }
}

/**
 * Runs a sweep that computes derivatives for the transform of this level. Its own variables are done with, so
 * only what depends on a variable of an outer transform is recorded.
 */
export function withoutRecording<T>(level: number, sweep: () => T): T {
  const before = limit;
  limit = Math.min(limit, level);
  try {
    return sweep();
  } finally {
    limit = before;
  }
}
