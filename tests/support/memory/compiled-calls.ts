/**
 * Calls compiled functions and has them specialised over and over, and prints, for each, how much memory is in use after
 * every tenth of it, garbage collected: what JavaScript holds, and what the process has.
 *
 *     node --expose-gc --conditions=@steepest/source tests/support/memory/compiled-calls.ts [calls]
 */
import { existsSync, readFileSync } from "node:fs";
import { compile, compileStep, grad, tensor, valueAndGrad, type Tensor } from "@steepest/autodiff";

const calls = Number(process.argv[2] ?? 1_000_000);

const energy = ([x, y]: readonly [Tensor, Tensor]): Tensor => x.square().mul(y).add(y.sin());
const slope = compile(valueAndGrad(energy));
const vectors = compile(grad((x: Tensor) => x.exp().mul(x).sum()));
const step = compileStep(
  ({ x, speed }: { x: Tensor; speed: Tensor }, rate: Tensor) => {
    const next = speed.mul(0.9).sub(x.mul(rate));
    return [{ x: x.add(next), speed: next }, x.square().sum()];
  },
  { x: tensor([1, 2, 3]), speed: tensor([0, 0, 0]) },
);
const numbers = Float64Array.of(1, 2, 3, 4);
const { run } = vectors.inPlace(numbers);
const shapes = compile(grad((x: Tensor) => x.exp().mul(x).sum()));
const states = compileStep((s: Tensor, x: Tensor) => [s.add(x.sum()), x.mul(s)], 0, { cacheSize: 4 });

/** What one turn does, by name, and in how many turns a call is made. */
const loops: Readonly<Record<string, { share: number; turn: (index: number) => void }>> = {
  "calls of compiled functions": {
    share: 1,
    turn: (index) => {
      slope([index, 2]);
      vectors(numbers);
      step(0.1);
      run();
    },
  },
  // Shapes come in turns that no cache can foresee.
  "specialisations of one function": {
    share: 0.01,
    turn: (index) => {
      shapes(new Float64Array(1 + index));
      states(new Float64Array(1 + (index % 500)));
    },
  },
  "functions compiled and dropped": {
    share: 0.005,
    turn: (index) => {
      compile((x: Tensor) => x.add(index).exp())(numbers);
    },
  },
};

const collect = (globalThis as unknown as { gc: () => void }).gc;

/** Addresses that the process has reserved, where Linux tells: some ten GiB for each memory of a program. */
function addresses(): number {
  const statistics = "/proc/self/statm";
  return existsSync(statistics) ? Number(readFileSync(statistics, "utf8").split(" ")[0]) * 4096 : 0;
}

async function sample(): Promise<{ held: number; resident: number; addresses: number }> {
  // Before anything is collected: programs that are let go hand their memory on themselves.
  const reserved = addresses();
  // Modules and memories are given back when the objects that own them have been collected, by tasks of their own.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, resident: rss, addresses: reserved };
}

const report = [];
for (const [name, { share, turn }] of Object.entries(loops)) {
  const turns = Math.ceil((calls * share) / 10);
  const samples = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let index = 0; index < turns; index++) turn(tenth * turns + index);
    samples.push(await sample());
  }
  report.push({ name, turns: 10 * turns, samples });
}
console.log(JSON.stringify(report));
