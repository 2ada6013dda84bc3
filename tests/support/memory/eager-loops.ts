/**
 * Runs eager loops and prints, for each, how much memory is in use after every tenth of it, garbage collected:
 *
 *     node --expose-gc --conditions=@steepest/source tests/support/memory/eager-loops.ts [gradients]
 */
import { grad, hvp, jvp, tensor, valueAndGrad, vjp, where, type Tensor } from "@steepest/autodiff";

const gradients = Number(process.argv[2] ?? 1_000_000);

/** Thirty operations on a scalar. */
function rounds(x: Tensor): Tensor {
  let y = x;
  for (let round = 0; round < 10; round++) y = y.mul(x).add(1).sin();
  return y;
}

const vector = tensor(Array.from({ length: 10 }, (_, index) => index / 10));
const chosen = (x: Tensor): Tensor => where(x.greater(0.5), x.log(), x.square()).sum();

/** Loops by name: what one turn does with the state that the turn before left, and in how many turns a gradient is taken. */
const loops: Readonly<Record<string, { share: number; start: Tensor; turn: (state: Tensor) => Tensor }>> = {
  "gradients of a scalar function": {
    share: 1,
    start: tensor(0.5),
    turn: (x) => {
      grad(rounds)(x);
      return x;
    },
  },
  // A value or a step that kept its history would keep all steps before it alive.
  "gradient descent": {
    share: 0.2,
    start: vector,
    turn: (x) => {
      const [value, slope] = valueAndGrad(chosen)(x);
      return x.sub(slope.mul(1e-3)).add(value.mul(1e-9));
    },
  },
  "gradients of gradients, forward derivatives and pulled-back cotangents": {
    share: 0.05,
    start: vector,
    turn: (x) => {
      grad((y: Tensor) => grad(rounds)(y.sum()))(x);
      hvp(chosen)(x, vector);
      jvp(chosen)(x, vector);
      const [value, pullBack] = vjp((y: Tensor) => y.sin())(x);
      pullBack(value);
      return x;
    },
  },
  "functions that throw under a gradient": {
    share: 0.2,
    start: tensor(0.5),
    turn: (x) => {
      try {
        grad((y: Tensor): Tensor => {
          throw new Error(String(rounds(y).item()));
        })(x);
      } catch {
        return x;
      }
      throw new Error("nothing was thrown");
    },
  },
};

const collect = (globalThis as unknown as { gc: () => void }).gc;

function bytesInUse(): number {
  // Array buffers are given back when the objects that own them have been collected.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const report = Object.entries(loops).map(([name, { share, start, turn }]) => {
  const turns = Math.ceil((gradients * share) / 10);
  let state = start;
  const samples: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let index = 0; index < turns; index++) state = turn(state);
    samples.push(bytesInUse());
  }
  return { name, turns: 10 * turns, samples };
});
console.log(JSON.stringify(report));
