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
let tracing = 0;
let limit = untracked;

/** Nodes at this level or above (deeper or untracked) need no history. */
export function recordLimit(): number {
  return limit;
}

/** How many transforms are active. */
export function transformDepth(): number {
  return depth;
}

/**
 * Runs `body` as a new innermost transform; `body` gets its level. Within a sweep of another transform, it records again:
 * derivative rules may take derivatives themselves.
 */
export function withTransform<T>(body: (level: number) => T): T {
  const before = limit;
  depth++;
  limit = untracked;
  try {
    return body(depth);
  } finally {
    depth--;
    limit = before;
  }
}

/** Whether a function is being written out on placeholders: loops are then kept as loops. */
export function isTracing(): boolean {
  return tracing > 0;
}

/** Like {@link withTransform}, for a transform whose variables are placeholders. */
export function withTracing<T>(body: (level: number) => T): T {
  tracing++;
  try {
    return withTransform(body);
  } finally {
    tracing--;
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
