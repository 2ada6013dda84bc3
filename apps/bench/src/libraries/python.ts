import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Benchmark, Contender, Input, Notes } from "../benchmark.ts";

const runner = fileURLToPath(new URL("../python/runner.py", import.meta.url));

interface About {
  readonly versions: Readonly<Record<string, string>>;
  readonly missing: Notes;
}

/** A Python process beside this one that does the same work when it is its turn, and otherwise waits. */
export interface Python {
  /** Versions of what is there, and why something is not. */
  readonly about: About;
  /** The benchmark with what Python brings to it. */
  join(benchmark: Benchmark): Promise<Benchmark>;
  end(): void;
}

/** @returns a reason where there is no Python with NumPy: arrays go through it. */
export async function startPython(command = "python3"): Promise<Python | string> {
  const child = spawn(command, [runner], { stdio: ["pipe", "pipe", "pipe"] });
  try {
    await once(child, "spawn");
  } catch {
    return `there is no ${command}`;
  }
  const conversation = new Conversation(child);
  try {
    const about = await conversation.ask<About>({ do: "about" });
    if (!("NumPy" in about.versions)) {
      conversation.end();
      return `${command} has no NumPy: ${about.missing["NumPy"] ?? "missing"}`;
    }
    return {
      about,
      join: (benchmark) => join(conversation, benchmark),
      end: () => {
        conversation.end();
      },
    };
  } catch (error) {
    conversation.end();
    return error instanceof Error ? error.message : String(error);
  }
}

async function join(conversation: Conversation, benchmark: Benchmark): Promise<Benchmark> {
  const { python, others, notes } = benchmark;
  if (python === undefined) return benchmark;
  const inputs = Object.entries(python.inputs ?? {});
  const made = await conversation.ask<{ contenders: string[]; notes: Notes }>(
    {
      do: "make",
      work: python.work,
      settings: python.settings ?? {},
      inputs: inputs.map(([name, { data, shape }]) => [name, dtypeOf(data), shape]),
    },
    inputs.map(([, { data }]) => data),
  );
  const contenders = made.contenders.map((label, index): Contender => ({
    label,
    result: async () =>
      (await conversation.ask<{ numbers: number[] }>({ do: "result", contender: index })).numbers,
    turn: async (repeats) =>
      (await conversation.ask<{ milliseconds: number }>({ do: "turn", contender: index, repeats }))
        .milliseconds,
  }));
  return { ...benchmark, others: [...others, ...contenders], notes: { ...made.notes, ...notes } };
}

function dtypeOf(data: Input["data"]): string {
  if (data instanceof Float32Array) return "f32";
  return data instanceof Float64Array ? "f64" : "i32";
}

/** Questions in lines of JSON, arrays behind them, and an answer to each. */
class Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #complaints = "";
  #answered: (answer: string | undefined) => void = () => {};

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface(child.stdout);
    this.#lines.on("line", (line) => {
      this.#answered(line);
    });
    child.stderr.on("data", (text: Buffer) => (this.#complaints += text.toString()));
    // What is written to a process that is gone; that it is gone is told below.
    child.stdin.on("error", () => {});
    child.on("close", () => {
      this.#answered(undefined);
    });
  }

  async ask<A>(
    question: Readonly<Record<string, unknown>>,
    arrays: readonly Input["data"][] = [],
  ): Promise<A> {
    const answer = new Promise<string | undefined>((resolve) => (this.#answered = resolve));
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    for (const { buffer, byteOffset, byteLength } of arrays)
      this.#child.stdin.write(new Uint8Array(buffer, byteOffset, byteLength));
    const line = this.#child.exitCode === null ? await answer : undefined;
    if (line === undefined) throw new Error(`Python ended without an answer\n${this.#complaints}`.trim());
    const given = JSON.parse(line) as A & { error?: string };
    if (given.error !== undefined) throw new Error(`Python: ${given.error}`);
    return given;
  }

  end(): void {
    this.#child.stdin.end();
  }
}
