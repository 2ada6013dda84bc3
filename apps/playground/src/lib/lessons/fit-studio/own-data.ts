/** The user's own tables stay on the device, in the browser's database, so that a reload or a link finds them again. */

export interface OwnData {
  readonly fingerprint: string;
  readonly name: string;
  readonly text: string;
}

const databaseName = "steepest";
const storeName = "own-data";
const kept = 6;

/** A 53-bit hash of the text: enough to recognise a file again, not a secret. */
export function fingerprintOf(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database gave no reason"));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: "fingerprint" }).createIndex("time", "time");
  };
  return result(request);
}

/** Keeps a table and forgets the oldest of more than a few. False when the browser does not let anything be kept. */
export async function keep(data: OwnData): Promise<boolean> {
  try {
    const database = await open();
    const store = database.transaction(storeName, "readwrite").objectStore(storeName);
    await result(store.put({ ...data, time: Date.now() }));
    const oldestFirst = await result(store.index("time").getAllKeys());
    for (const key of oldestFirst.slice(0, Math.max(0, oldestFirst.length - kept)))
      await result(store.delete(key));
    database.close();
    return true;
  } catch {
    return false;
  }
}

/** A table kept earlier, if it is still there. */
export async function recall(fingerprint: string): Promise<OwnData | undefined> {
  try {
    const database = await open();
    const found: unknown = await result(
      database.transaction(storeName).objectStore(storeName).get(fingerprint),
    );
    database.close();
    return found as OwnData | undefined;
  } catch {
    return undefined;
  }
}
