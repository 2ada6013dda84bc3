/** A stretch of the arena, from its first use to its last. */
export interface Request {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

export interface MemoryPlan {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

const alignment = 16;

/**
 * Lays out one arena: requests whose lifetimes overlap get separate places, others may share. Larger ones are placed
 * first, each at the lowest offset that is free during its whole lifetime.
 */
export function planMemory(requests: readonly Request[]): MemoryPlan {
  interface Placed {
    readonly request: Request;
    readonly start: number;
    readonly end: number;
  }
  const offsets = new Array<number>(requests.length).fill(0);
  /** By where they start. */
  const placed: Placed[] = [];
  let total = 0;
  const bySize = requests.map((_, index) => index).sort((a, b) => sizeAt(b) - sizeAt(a) || a - b);
  function sizeAt(index: number): number {
    return (requests[index] as Request).bytes;
  }
  for (const index of bySize) {
    const request = requests[index] as Request;
    const size = Math.ceil(request.bytes / alignment) * alignment;
    let start = 0;
    for (const rival of placed) {
      if (rival.request.from > request.to || request.from > rival.request.to) continue;
      if (start + size <= rival.start) break;
      start = Math.max(start, rival.end);
    }
    offsets[index] = start;
    let behind = placed.length;
    while (behind > 0 && (placed[behind - 1] as Placed).start > start) behind--;
    placed.splice(behind, 0, { request, start, end: start + size });
    total = Math.max(total, start + size);
  }
  return { offsets, bytes: total };
}
