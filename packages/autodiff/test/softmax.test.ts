import fc from "fast-check";
import { all as everything, create, type BigNumber, type FactoryFunctionMap } from "mathjs";
import { describe, expect, it } from "vitest";
import {
  compile,
  elu,
  gelu,
  grad,
  hessian,
  jacobian,
  leakyRelu,
  logSoftmax,
  logsumexp,
  ShapeError,
  silu,
  softmax,
  softplus,
  tensor,
  toArrays,
  zeros,
  type Tensor,
} from "../src/index.ts";

const math = create(everything as FactoryFunctionMap, { number: "BigNumber", precision: 120 });

/** The double itself, not the decimal number it prints as. */
function exact(x: number): BigNumber {
  let [scaled, power] = [x, 0];
  while (!Number.isInteger(scaled)) [scaled, power] = [2 * scaled, power + 1];
  const two = math.bignumber(2);
  return math.bignumber(String(BigInt(scaled))).div(two.pow(power));
}

const total = (terms: readonly BigNumber[]): BigNumber =>
  terms.reduce((sum, term) => sum.add(term), math.bignumber(0));

/** The error in units of 2⁻⁵³ of the scale. */
function inUnits(found: number, expected: BigNumber, scale: number): number {
  return scale === 0 ? found : exact(found).sub(expected).abs().toNumber() / (2 ** -53 * scale);
}

/** Full doubles, but none so tiny that 120 digits are too few beside 1. */
const element = fc.integer({ min: -100 * 2 ** 46, max: 100 * 2 ** 46 }).map((each) => each * 2 ** -46);
const lines = fc.array(element, { minLength: 1, maxLength: 9 });

describe("softmax and its relatives", () => {
  it("are right to the last digits, against 120 digits", () => {
    fc.assert(
      fc.property(lines, (x) => {
        const powers = x.map((each) => exact(each).exp());
        const sum = total(powers);
        const logarithm = sum.ln();
        const largest = Math.max(...x.map(Math.abs), Math.abs(logarithm.toNumber()));
        expect(inUnits(logsumexp(x).item(), logarithm, largest)).toBeLessThan(2.5);
        const [shares, logs] = [softmax(x).data, logSoftmax(x).data];
        x.forEach((each, i) => {
          const share = (powers[i] as BigNumber).div(sum);
          const depth = Math.max(...x) - each;
          expect(inUnits(shares[i] as number, share, share.toNumber())).toBeLessThan(4 + depth);
          // The logarithm of nearly 1 is as uncertain as the smallest share beside it.
          const width = Math.max(...x) - Math.min(...x);
          const log = share.ln();
          if (x.length > 1)
            expect(inUnits(logs[i] as number, log, Math.abs(log.toNumber()))).toBeLessThan(4 + width);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("keep what is small beside the largest", () => {
    expect(logsumexp([0, -40]).item()).toBe(softplus(-40).item());
    expect(logSoftmax([40, 0]).toArray()).toEqual([-softplus(-40).item(), -40 - softplus(-40).item()]);
    expect(logsumexp([1e300, 1e300]).item()).toBe(1e300);
    expect(softmax([-1000, -1000]).toArray()).toEqual([0.5, 0.5]);
    expect(logSoftmax([-1000, 1000]).toArray()).toEqual([-2000, 0]);
  });

  const logarithm = (t: Tensor): Tensor => logsumexp(t);
  const [up, down] = [Infinity, -Infinity];
  it.each([
    [[down, down], down, [0.5, 0.5]],
    [[up, 1, up], up, [0.5, 0, 0.5]],
    [[down, 2], 2, [0, 1]],
    [[up, down], up, [1, 0]],
    [[NaN, 1], NaN, [NaN, NaN]],
    [[NaN, up], NaN, [NaN, NaN]],
  ])("have values and derivatives at %j", (x, value, shares) => {
    const results = (t: Tensor): Tensor[] => [logsumexp(t), softmax(t), logSoftmax(t), grad(logarithm)(t)];
    for (const run of [results, compile(results)])
      expect(toArrays(run(tensor(x)))).toEqual([value, shares, shares.map(Math.log), shares]);
    const curvature = shares.map((p, i) => shares.map((q, j) => (i === j ? p : 0) - p * q + 0));
    expect(hessian(logarithm)(tensor(x)).add(0).toArray()).toEqual(curvature);
    expect(
      jacobian((t: Tensor) => logSoftmax(t))(tensor(x))
        .add(0)
        .toArray(),
    ).toEqual(
      shares.map((p, i) => shares.map((q, j) => (Number.isNaN(p) ? NaN : (i === j ? 1 : 0) - q + 0))),
    );
  });

  it("have softmax as gradient, and shares that add up to 1", () => {
    fc.assert(
      fc.property(lines, (x) => {
        expect(grad(logarithm)(tensor(x)).toArray()).toEqual(softmax(x).toArray());
        expect(Math.abs(softmax(x).sum().item() - 1)).toBeLessThan(1e-15 * (1 + x.length));
      }),
    );
  });

  it("take f32, integers, and axes as they come", () => {
    expect(softmax(tensor(Float32Array.of(1, 2))).dtype).toBe("f32");
    expect(softmax(tensor(Int32Array.of(0, 0))).toArray()).toEqual([0.5, 0.5]);
    expect(logsumexp(zeros([2, 3]), { axis: [0, 1] }).item()).toBeCloseTo(Math.log(6), 15);
    expect(logsumexp(7).item()).toBe(7);
    expect(() => softmax(1)).toThrow(ShapeError);
    expect(() => logSoftmax([1], { axis: 1 })).toThrow("logSoftmax: no such axis in a tensor of 1 axes: 1");
  });

  it("compile into passes of emitted code", () => {
    const plan = compile(grad((t: Tensor) => logsumexp(t).square())).describe(zeros([100]));
    expect(plan).not.toContain("interpreted");
  });
});

describe("activations", () => {
  const functions: Record<string, (x: Tensor) => Tensor> = {
    gelu: (x) => gelu(x),
    "gelu by tanh": (x) => gelu(x, { approximation: "tanh" }),
    silu: (x) => silu(x),
    elu: (x) => elu(x, 1.5),
    leakyRelu: (x) => leakyRelu(x, 0.1),
  };

  it.each([
    // x Φ(x) with Φ from Abramowitz & Stegun, table 26.1.
    ["gelu", 1, 0.841344746068543],
    ["gelu", 2, 2 * 0.97724986805182],
    ["gelu", -1, -(1 - 0.841344746068543)],
    ["gelu by tanh", 1, 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * 1.044715))],
    ["silu", 2, 2 / (1 + Math.exp(-2))],
    ["elu", -1, 1.5 * (1 / Math.E - 1)],
    ["leakyRelu", -2, -0.2],
  ] as const)("%s(%d) is %d", (name, x, value) => {
    expect((functions[name] as (x: Tensor) => Tensor)(tensor(x)).item()).toBeCloseTo(value, 14);
  });

  it.each([
    ["gelu", [-0, Infinity], [0, 0.5, 1]],
    ["gelu by tanh", [-0, Infinity], [0, 0.5, 1]],
    ["silu", [-0, Infinity], [0, 0.5, 1]],
    ["elu", [-1.5, Infinity], [0, 1.5, 1]],
    ["leakyRelu", [-Infinity, Infinity], [0.1, 0.1, 1]],
  ] as const)("%s has limits, slopes and NaN", (name, limits, slopes) => {
    const f = functions[name] as (x: Tensor) => Tensor;
    expect(f(tensor([-Infinity, Infinity])).toArray()).toEqual(limits);
    const slope = grad((x: Tensor) => f(x).sum());
    expect(slope(tensor([-Infinity, 0, Infinity])).toArray()).toEqual(slopes);
    expect(f(tensor(NaN)).item()).toBeNaN();
    expect(slope(tensor([-1e200, 1e200])).toArray()).toEqual([slopes[0], slopes[2]]);
  });
});
