// Uses worker threads and comes to its end, in the state that the argument names. Nothing may keep the process alive.
import process from "node:process";
import { workerPool } from "../../../packages/autodiff/src/compile/threads/pool.ts";
import { allReady, pause, threadedProgram } from "../../../packages/autodiff/test/threaded-program.ts";

const state = process.argv[2];
const pool = workerPool(3);
const program = threadedProgram(pool, 64, 5);
if (state !== "starting") await allReady(program, pool);
if (state === "asleep") for (let turn = 0; turn < 100; turn++) await pause();
else program.run();
process.stdout.write(`${program.z.length} numbers`);
