import fc from "fast-check";
import {
  softplus,
  atan2,
  erf,
  concatenate,
  cumsum,
  einsum,
  flip,
  fori,
  logsumexp,
  pad,
  prod,
  scan,
  softmax,
  sort,
  stack,
  take,
  tensor,
  where,
  type Tensor,
} from "../src/index.ts";

/** How many numbers a program works on. */
export const width = 4;

const mixing = tensor([
  [0.5, -1, 0.25, 2],
  [1, 0.5, -0.75, 0],
  [-0.5, 0.25, 1, 0.5],
  [0, 1, -1, 0.75],
]);

/** Smooth steps from two vectors of `width` numbers to one: what random programs are made of. */
const steps: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b.square().add(1)),
  sin: (a) => a.sin(),
  tanh: (a, b) => a.mul(b.tanh()),
  exp: (a) => a.tanh().exp(),
  log: (a, b) => a.square().add(1).log().sub(b),
  sqrt: (a) => a.square().add(0.5).sqrt(),
  power: (a, b) => a.square().add(1).pow(b.tanh()),
  atan2: (a, b) => atan2(a, b.square().add(1)),
  sigmoid: (a, b) => a.sigmoid().mul(softplus(b)),
  erf: (a) => erf(a),
  mean: (a, b) => a.mean().mul(b),
  prod: (a, b) => prod(a).tanh().add(b),
  logsumexp: (a, b) => logsumexp(a).mul(b.cos()),
  softmax: (a) => softmax(a),
  cumsum: (a) => cumsum(a),
  matmul: (a) => mixing.matmul(a),
  outer: (a, b) => a.reshape([width, 1]).mul(b).tanh().sum({ axis: 0 }),
  einsum: (a, b) => einsum("i,j,ij->j", a, b, mixing).sin(),
  transpose: (a, b) => stack([a, b]).transpose().reshape([2, width]).sum({ axis: 0 }),
  shift: (a, b) => pad(a.slice([1]), [[0, 1]]).add(b),
  take: (a, b) => take(a, [2, 0, 0, 3]).sub(b),
  flip: (a, b) => flip(a).mul(b),
  sort: (a, b) => sort(a.add(tensor([0, 10, 20, 30]))).mul(b.cos()),
  halves: (a, b) => concatenate([b.slice([2]), a.slice([0, 2])]),
  where: (a, b) => where(tensor([true, false, true, false]), a, b.sin()),
  fori: (a, b) => fori<Tensor>(0, 3, (_, x) => x.mul(0.5).add(b).sin(), a),
  scan: (a, b) => scan<Tensor, Tensor, Tensor>((sum, x) => [sum.mul(x).tanh(), sum.add(x)], a.mean(), b)[1],
};

interface Instruction {
  readonly step: string;
  readonly left: number;
  readonly right: number;
}

/** A straight-line program: every instruction works on the argument or on results before it. */
export const programs: fc.Arbitrary<{ readonly text: string; run(x: Tensor): Tensor }> = fc
  .array(
    fc.record({
      step: fc.constantFrom(...Object.keys(steps)),
      left: fc.nat(),
      right: fc.nat(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((instructions: Instruction[]) => ({
    text: instructions
      .map(({ step, left, right }, i) => `${step}(${left % (i + 1)}, ${right % (i + 1)})`)
      .join("; "),
    run: (x: Tensor): Tensor => {
      const values = [x];
      for (const { step, left, right } of instructions) {
        const pick = (index: number): Tensor => values[index % values.length] as Tensor;
        values.push((steps[step] as (a: Tensor, b: Tensor) => Tensor)(pick(left), pick(right)));
      }
      return values.at(-1) as Tensor;
    },
  }));

/** A vector to run it on, and directions to move it in. */
export const vectors: fc.Arbitrary<Tensor> = fc
  .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: width, maxLength: width })
  .map((numbers) => tensor(numbers.map((x) => (Math.abs(x) < 1e-3 ? 0.3 : x))));
