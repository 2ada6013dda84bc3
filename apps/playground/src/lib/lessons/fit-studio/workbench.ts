import type { Reply, Request } from "./protocol.ts";

/** What ended a task early. */
export class Stopped extends Error {
  override readonly name: string = "Stopped";

  constructor() {
    super("stopped");
  }
}

type LastReply = Exclude<Reply, { kind: "step" }>;

/** One worker, one task at a time. Stopping ends the worker at once, whatever it is doing. */
export class Workbench {
  #worker: Worker | undefined;
  #reject: ((reason: Error) => void) | undefined;

  /** Starts the worker ahead of its first task, so that the task does not wait for it. */
  prepare(): void {
    this.#worker ??= new Worker(new URL("./fit.worker.ts", import.meta.url), { type: "module" });
  }

  /**
   * Runs a task; `onstep` hears of each step on the way. A running task is stopped first.
   *
   * @throws Stopped when `stop` ends it; an Error with the worker's message when the task fails
   */
  run(request: Request, onstep: (reply: Extract<Reply, { kind: "step" }>) => void): Promise<LastReply> {
    if (this.#reject !== undefined) this.stop();
    this.prepare();
    const worker = this.#worker!;
    return new Promise<LastReply>((resolve, reject) => {
      this.#reject = reject;
      worker.onmessage = (event: MessageEvent<Reply>) => {
        const reply = event.data;
        if (reply.kind === "step") {
          onstep(reply);
          return;
        }
        this.#reject = undefined;
        if (reply.kind === "error") reject(new Error(reply.message));
        else resolve(reply);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.#end(new Error(event.message || "the worker could not be started"));
      };
      worker.postMessage(request);
    });
  }

  /** Ends the running task, if any. */
  stop(): void {
    if (this.#reject !== undefined) this.#end(new Stopped());
  }

  /** Ends the worker for good. */
  close(): void {
    this.#end(new Stopped());
  }

  #end(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const reject = this.#reject;
    this.#reject = undefined;
    reject?.(reason);
  }
}
