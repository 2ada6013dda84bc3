import { MemoryError } from "../errors.ts";
import { webAssembly, type WebAssemblyEngine, type WebAssemblyMemory } from "./wasm/features.ts";

const pageBytes = 65536;
/** What 32-bit addresses reach. */
export const mostPages = 65536;
/** Memories kept for the next program, and the size up to which they are. */
const kept = 4;
const keptBytes = 64 * 2 ** 20;

/** Memories that no program works in any more. */
const free: WebAssemblyMemory[] = [];

/** Pages that hold so many bytes; `explain` says what needs them. */
export function pagesFor(bytes: number, explain: () => string): number {
  const pages = Math.ceil(bytes / pageBytes);
  if (pages > mostPages) throw notEnough("WebAssembly addresses 4 GiB of memory", bytes, explain);
  return pages;
}

function notEnough(what: string, bytes: number, explain: () => string, cause?: unknown): MemoryError {
  return new MemoryError(
    `${what}; work on smaller pieces (scan over batches) or use dtype f32: ` +
      `${formatBytes(bytes)} wanted, ${explain()}`,
    cause === undefined ? undefined : { cause },
  );
}

/**
 * A memory full of zeros of at least so many pages: one that {@link releaseMemory} was given, if it fits. Engines reserve
 * gigabytes of address space for every memory and give them back only when it is collected, so that a program for each of
 * a thousand shapes would exhaust them.
 */
export function acquireMemory(pages: number, isShared: boolean, explain: () => string): WebAssemblyMemory {
  const bytes = pages * pageBytes;
  // Workers may look into a shared memory for a while after the program is gone.
  const index = isShared ? -1 : free.findIndex(({ buffer }) => buffer.byteLength >= bytes);
  const [known] = index < 0 ? [] : free.splice(index, 1);
  if (known !== undefined) {
    new Uint8Array(known.buffer).fill(0);
    return known;
  }
  try {
    return new (webAssembly() as WebAssemblyEngine).Memory({
      initial: pages,
      ...(isShared && { maximum: pages, shared: true }),
    });
  } catch (error) {
    throw notEnough("there is no memory for a compiled function", bytes, explain, error);
  }
}

/** Gives a memory back that nobody looks into any more. */
export function releaseMemory(memory: WebAssemblyMemory): void {
  if (memory.buffer.byteLength > keptBytes) return;
  free.push(memory);
  // Ordered by size, so that the first one that is large enough fits best.
  free.sort((a, b) => a.buffer.byteLength - b.buffer.byteLength);
  if (free.length > kept) free.shift();
}

export function formatBytes(bytes: number): string {
  const [unit, name] = bytes < 2 ** 30 ? [2 ** 20, "MiB"] : [2 ** 30, "GiB"];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
