import { allLessons } from "./outline.ts";

const storageKey = "steepest.progress";

interface Saved {
  readonly version: 1;
  readonly done: readonly string[];
}

function isSaved(value: unknown): value is Saved {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Saved).version === 1 &&
    Array.isArray((value as Saved).done)
  );
}

/** Lessons finished on this device. Kept in local storage only; nothing leaves the browser. */
class Progress {
  #done: ReadonlySet<string> = $state.raw(new Set());

  get count(): number {
    return this.#done.size;
  }

  has(id: string): boolean {
    return this.#done.has(id);
  }

  /** Reads what was saved; call once in the browser. */
  load(): void {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "null");
      const known = new Set(allLessons.map((lesson) => lesson.id));
      if (isSaved(saved)) this.#done = new Set(saved.done.filter((id) => known.has(id)));
    } catch {
      // Storage may be blocked or hold something else: progress then starts empty.
    }
  }

  complete(id: string): void {
    if (this.#done.has(id)) return;
    this.#done = new Set([...this.#done, id]);
    const saved: Saved = { version: 1, done: [...this.#done] };
    try {
      localStorage.setItem(storageKey, JSON.stringify(saved));
    } catch {
      // Without storage the progress lasts as long as the page.
    }
  }
}

export const progress: Progress = new Progress();
