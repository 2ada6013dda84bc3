import { availableParallelism } from "node:os";
import { compile, workerPool, type Tensor } from "@steepest/autodiff";
import { contender, type Contender, type Numbers } from "../benchmark.ts";

const threads = Math.min(4, availableParallelism());
let pool: ReturnType<typeof workerPool> | undefined;

/** Ours on several threads, beside ours on one; none on a machine that has only one. */
export function ourThreads(
  f: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  numbers: (data: Numbers) => Numbers,
): Contender[] {
  if (threads < 2) return [];
  const compiled = compile(f, { threads: (pool ??= workerPool(threads)) });
  return [
    contender({
      label: `Steepest, ${threads} threads`,
      run: () => compiled(...args),
      numbers: ({ data }) => numbers(data),
    }),
  ];
}
