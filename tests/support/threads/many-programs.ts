// Makes many programs for one pool and keeps none of them. Prints the megabytes in use after each tenth, as JSON.
import process from "node:process";
import { workerPool } from "../../../packages/autodiff/src/compile/threads/pool.ts";
import { pause, threadedProgram } from "../../../packages/autodiff/test/threaded-program.ts";

const programs = Number(process.argv[2]);
const pool = workerPool(2);
const samples: number[] = [];
for (let count = 1; count <= programs; count++) {
  const program = threadedProgram(pool, 16384, 1);
  program.run();
  if (count % 10 === 0) {
    globalThis.gc?.();
    await pause();
  }
  if (count % (programs / 10) === 0) samples.push(Math.round(process.memoryUsage().rss / 2 ** 20));
}
process.stdout.write(JSON.stringify(samples));
