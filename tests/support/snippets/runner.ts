// Runs instrumented snippets, one after the other, in a process of their own, and sends back the values they claim.
import process from "node:process";

/** What came of a snippet: the values of its claims, or the error it threw. */
export interface Outcome {
  readonly values: readonly unknown[];
  readonly error?: string;
}

/** Tensors and typed arrays as plain arrays and numbers; functions cannot be sent and are left out. */
function plain(value: unknown): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if ("toArray" in value && typeof value.toArray === "function") return plain(value.toArray());
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

async function outcome(path: string): Promise<Outcome> {
  const values: unknown[] = [];
  Object.assign(globalThis, {
    claim: (index: number, value: unknown) => {
      values[index] = plain(value);
    },
  });
  try {
    await import(path);
    return { values };
  } catch (error) {
    return { values, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on("message", (paths: string[]) => {
  void (async () => {
    const outcomes = [];
    for (const path of paths) outcomes.push(await outcome(path));
    process.send?.(outcomes, () => process.disconnect());
  })();
});
