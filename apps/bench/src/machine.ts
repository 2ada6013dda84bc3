import { cpus, totalmem } from "node:os";

/** The machine in a line: figures mean little without it. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${processors.length} cores, ${memory} GiB, Node.js ${process.versions.node} (V8 ${process.versions.v8}), ${process.platform}`;
}
