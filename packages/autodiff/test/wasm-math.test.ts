import { describe, expect, it } from "vitest";
import {
  emitSinCos,
  powInteger,
  vectorCode,
  vectorMath,
  type ElementwiseName,
} from "../src/compile/wasm/math/index.ts";
import type { LaneType } from "../src/compile/wasm/math/vector-function.ts";
import { arityOf, precise, binaryNames, codeOf, prepare, unaryNames, type MeasuredName } from "./ulp.ts";
import { compileElementwise } from "./wasm-harness.ts";
import * as ops from "../src/index.ts";
import { sechSquared } from "../src/ops/sech-squared.ts";

const lanes: readonly LaneType[] = ["f64x2", "f32x4"];
const everyWay = lanes.flatMap((lane) => [true, false].map((fma) => ({ lane, fma })));

type Name = ElementwiseName | MeasuredName;

const compiled = (name: Name, way: { lane: LaneType; fma: boolean }) =>
  compileElementwise(codeOf(name).emit, arityOf(name), way);

describe("accuracy of vector functions, against a reference of 100 bits", () => {
  const count: Readonly<Record<LaneType, number>> = { f64x2: 25_000, f32x4: 100_000 };
  for (const name of [...unaryNames, ...binaryNames]) {
    it.each(lanes)(`${name} is off by at most one unit in the last place (%s)`, (lane) => {
      const measure = prepare(name, lane, count[lane]);
      for (const fma of [true, false]) {
        const { largest, at, points } = measure(fma);
        expect(largest, `at ${at.join()}`).toBeLessThanOrEqual(1);
        expect(points).toBeGreaterThan(0.4 * count[lane]);
      }
    });
  }

  it.each(["lgamma", "digamma"] as const)(
    "%s of negative numbers is off by little more than the last place of 1, near its zeros as well",
    (name) => {
      const zeros = {
        lgamma: [-2.4570247382208, -2.7476826467274, -3.1435808883499],
        digamma: [-0.5040830082644, -1.5734984731623, -2.6107208684441],
      }[name];
      const x = Array.from({ length: 20_000 }, (_, i) => {
        const zero = zeros[i % 3] ?? 0;
        return i % 2 === 0 ? zero * (1 + 2 ** -(i % 50)) : -0.0007 * i - 1e-4;
      }).filter((value) => !Number.isInteger(value));
      for (const fma of [true, false]) {
        const result = compiled(name, { lane: "f64x2", fma })(x);
        x.forEach((value, i) => {
          const [high, low] = precise(name)(value);
          const error = Math.abs((result[i] ?? NaN) - high - low);
          expect(error / Math.max(1, Math.abs(high)), `at ${value}`).toBeLessThanOrEqual(1.5 * 2 ** -53);
        });
      }
    },
  );
});

describe("the vector code of an operation", () => {
  it("is in the table, or comes with the operation, or is nowhere", () => {
    expect(vectorCode(ops.tanh.op)).toBe(vectorMath.tanh);
    expect(vectorCode(sechSquared.op)).toBe(vectorMath.sechSquared);
    for (const name of ["lgamma", "digamma", "normalCdf", "erf", "erfc", "asinh", "cbrt", "hypot"] as const)
      expect(vectorCode(ops[name].op)).toBe(codeOf(name));
    expect(vectorCode(ops.gamma.op)).toBeUndefined();
  });
});

const inf = Infinity;
const nan = NaN;

/** Arguments and the result that IEEE 754 (section 9.2) or the definition demands; compared with Object.is. */
const unarySpecials: Partial<Record<Name, readonly (readonly [number, number])[]>> = {
  neg: [
    [0, -0],
    [-0, 0],
    [inf, -inf],
    [nan, nan],
  ],
  abs: [
    [-0, 0],
    [-inf, inf],
    [nan, nan],
    [-2, 2],
  ],
  sign: [
    [-0, -0],
    [0, 0],
    [-inf, -1],
    [inf, 1],
    [nan, nan],
    [-0.5, -1],
    [7, 1],
  ],
  floor: [
    [-0.5, -1],
    [0.5, 0],
    [-0, -0],
    [-inf, -inf],
    [nan, nan],
  ],
  ceil: [
    [-0.5, -0],
    [0.5, 1],
    [-0, -0],
    [inf, inf],
    [nan, nan],
  ],
  round: [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [1.25, 1],
    [inf, inf],
    [nan, nan],
  ],
  sqrt: [
    [-0, -0],
    [0, 0],
    [4, 2],
    [inf, inf],
    [-1, nan],
    [nan, nan],
  ],
  cbrt: [
    [-0, -0],
    [0, 0],
    [27, 3],
    [-8, -2],
    [1000, 10],
    [inf, inf],
    [-inf, -inf],
    [nan, nan],
  ],
  square: [
    [-0, 0],
    [-3, 9],
    [inf, inf],
    [nan, nan],
  ],
  exp: [
    [0, 1],
    [-0, 1],
    [inf, inf],
    [-inf, 0],
    [nan, nan],
    [800, inf],
    [-800, 0],
  ],
  expm1: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -1],
    [nan, nan],
    [800, inf],
    [-800, -1],
  ],
  log: [
    [1, 0],
    [0, -inf],
    [-0, -inf],
    [-1, nan],
    [-inf, nan],
    [inf, inf],
    [nan, nan],
  ],
  log1p: [
    [0, 0],
    [-0, -0],
    [-1, -inf],
    [-2, nan],
    [-inf, nan],
    [inf, inf],
    [nan, nan],
  ],
  log2: [
    [1, 0],
    [8, 3],
    [0.25, -2],
    [0, -inf],
    [-1, nan],
    [inf, inf],
    [nan, nan],
  ],
  log10: [
    [1, 0],
    [1000, 3],
    [100000, 5],
    [0, -inf],
    [-0, -inf],
    [-1, nan],
    [inf, inf],
    [nan, nan],
  ],
  sin: [
    [0, 0],
    [-0, -0],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
  ],
  cos: [
    [0, 1],
    [-0, 1],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
  ],
  tan: [
    [0, 0],
    [-0, -0],
    [inf, nan],
    [-inf, nan],
    [nan, nan],
  ],
  asin: [
    [0, 0],
    [-0, -0],
    [1.5, nan],
    [-1.5, nan],
    [inf, nan],
    [nan, nan],
  ],
  acos: [
    [1, 0],
    [1.5, nan],
    [-1.5, nan],
    [-inf, nan],
    [nan, nan],
  ],
  atan: [
    [0, 0],
    [-0, -0],
    [nan, nan],
  ],
  sinh: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -inf],
    [800, inf],
    [-800, -inf],
    [nan, nan],
  ],
  cosh: [
    [0, 1],
    [-0, 1],
    [inf, inf],
    [-inf, inf],
    [-800, inf],
    [nan, nan],
  ],
  tanh: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
    [40, 1],
    [-40, -1],
    [nan, nan],
  ],
  asinh: [
    [0, 0],
    [-0, -0],
    [inf, inf],
    [-inf, -inf],
    [nan, nan],
  ],
  acosh: [
    [1, 0],
    [0.5, nan],
    [-inf, nan],
    [inf, inf],
    [nan, nan],
  ],
  atanh: [
    [0, 0],
    [-0, -0],
    [1, inf],
    [-1, -inf],
    [1.5, nan],
    [-inf, nan],
    [nan, nan],
  ],
  erf: [
    [0, 0],
    [-0, -0],
    [inf, 1],
    [-inf, -1],
    [7, 1],
    [nan, nan],
  ],
  erfc: [
    [0, 1],
    [-0, 1],
    [inf, 0],
    [-inf, 2],
    [30, 0],
    [-7, 2],
    [nan, nan],
  ],
  sigmoid: [
    [0, 0.5],
    [-0, 0.5],
    [inf, 1],
    [-inf, 0],
    [800, 1],
    [-800, 0],
    [nan, nan],
  ],
  sechSquared: [
    [0, 1],
    [-0, 1],
    [inf, 0],
    [-inf, 0],
    [800, 0],
    [-800, 0],
    [nan, nan],
  ],
  lgamma: [
    [0, inf],
    [-0, inf],
    [1, 0],
    [2, 0],
    [-1, inf],
    [-2, inf],
    [-1e300, inf],
    [inf, inf],
    [-inf, inf],
    [nan, nan],
  ],
  digamma: [
    [0, -inf],
    [-0, inf],
    [-1, nan],
    [-2, nan],
    [-1e300, nan],
    [inf, inf],
    [-inf, nan],
    [nan, nan],
  ],
  normalCdf: [
    [0, 0.5],
    [-0, 0.5],
    [inf, 1],
    [-inf, 0],
    [40, 1],
    [-40, 0],
    [nan, nan],
  ],
  softplus: [
    [inf, inf],
    [-inf, 0],
    [1000, 1000],
    [-1000, 0],
    [nan, nan],
  ],
  relu: [
    [-0, 0],
    [0, 0],
    [-3, 0],
    [3, 3],
    [inf, inf],
    [-inf, 0],
    [nan, nan],
  ],
};

/** pow and the others at the places that IEEE 754 lists. */
const binarySpecials: Partial<Record<Name, readonly (readonly [number, number, number])[]>> = {
  add: [
    [1, 2, 3],
    [inf, -inf, nan],
    [0, -0, 0],
  ],
  sub: [
    [1, 2, -1],
    [inf, inf, nan],
  ],
  mul: [
    [3, -2, -6],
    [0, inf, nan],
    [-1, 0, -0],
  ],
  div: [
    [1, 0, inf],
    [-1, 0, -inf],
    [0, 0, nan],
    [1, 4, 0.25],
  ],
  minimum: [
    [1, 2, 1],
    [nan, 1, nan],
    [1, nan, nan],
    [0, -0, -0],
    [-inf, 3, -inf],
  ],
  maximum: [
    [1, 2, 2],
    [nan, 1, nan],
    [1, nan, nan],
    [-0, 0, 0],
    [-inf, 3, 3],
  ],
  hypot: [
    [3, 4, 5],
    [inf, nan, inf],
    [nan, -inf, inf],
    [nan, 1, nan],
    [0, -0, 0],
    [-5, 12, 13],
  ],
  atan2: [
    [0, 1, 0],
    [-0, 1, -0],
    [0, 0, 0],
    [-0, 0, -0],
    [1, inf, 0],
    [-1, inf, -0],
    [nan, 1, nan],
    [1, nan, nan],
  ],
  pow: [
    [nan, 0, 1],
    [inf, -0, 1],
    [1, nan, 1],
    [1, inf, 1],
    [-1, inf, 1],
    [-1, -inf, 1],
    [nan, 2, nan],
    [2, nan, nan],
    [0, 3, 0],
    [-0, 3, -0],
    [-0, 2, 0],
    [0, -1, inf],
    [-0, -1, -inf],
    [-0, -2, inf],
    [-0, 0.5, 0],
    [-0, -0.5, inf],
    [0, inf, 0],
    [0, -inf, inf],
    [0.5, inf, 0],
    [0.5, -inf, inf],
    [2, inf, inf],
    [2, -inf, 0],
    [-3, inf, inf],
    [inf, 2, inf],
    [inf, -2, 0],
    [-inf, 3, -inf],
    [-inf, 2, inf],
    [-inf, -3, -0],
    [-inf, -2, 0],
    [-inf, 0.5, inf],
    [-2, 3, -8],
    [-2, 2, 4],
    [-2, 0.5, nan],
    [2, 10, 1024],
    [10, -2, 0.01],
    [4, 0.5, 2],
    [9, 1.5, 27],
    [2, 2000, inf],
    [-2, 2001, -inf],
    [2, -2000, 0],
    [-2, -2001, -0],
    [1.5, 1e300, inf],
    [0.5, 1e300, 0],
  ],
  equal: [
    [1, 1, 1],
    [1, 2, 0],
    [nan, nan, 0],
    [0, -0, 1],
  ],
  notEqual: [
    [1, 1, 0],
    [1, 2, 1],
    [nan, nan, 1],
  ],
  less: [
    [1, 2, 1],
    [2, 2, 0],
    [nan, 1, 0],
  ],
  lessEqual: [
    [1, 2, 1],
    [2, 2, 1],
    [3, 2, 0],
    [nan, 1, 0],
  ],
  greater: [
    [1, 2, 0],
    [3, 2, 1],
    [nan, 1, 0],
  ],
  greaterEqual: [
    [1, 2, 0],
    [2, 2, 1],
    [nan, 1, 0],
  ],
};

const entries = <N extends Name, T>(table: Partial<Record<N, T>>) => Object.entries(table) as [N, T][];

const comparisons = new Set(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"]);

describe.each(everyWay)("special values ($lane, fma $fma)", (way) => {
  const round = way.lane === "f64x2" ? (x: number): number => x : Math.fround;

  for (const [name, cases] of entries(unarySpecials)) {
    it(name, () => {
      const x = cases.map((c) => c[0]);
      const expected = cases.map((c) => round(c[1]));
      const f = compiled(name, way);
      expect([...f(x)]).toEqual(expected);
      // beside ordinary lanes as well, where a rare path is entered for one lane only
      for (const [argument, result] of cases) {
        const mixed = f([1, argument, 1, 1]);
        const alone = f([1, 1, 1, 1]);
        expect([mixed[0], mixed[1], mixed[2]]).toEqual([alone[0], round(result), alone[2]]);
      }
    });
  }

  for (const [name, cases] of entries(binarySpecials)) {
    it(name, () => {
      const columns = [0, 1].map((i) => cases.map((c) => c[i] ?? nan));
      const toNumber = comparisons.has(name);
      const f = toNumber
        ? compileElementwise(
            (v, ...args) => {
              const mask = v.code.local("v128");
              codeOf(name).emit(v, ...args);
              v.code.set(mask);
              v.push(v.and(mask, 1));
            },
            2,
            way,
          )
        : compiled(name, way);
      expect([...f(...columns)]).toEqual(cases.map((c) => round(c[2] ?? nan)));
    });
  }

  it("where takes lanes by a mask, and masks combine", () => {
    const f = compileElementwise(
      (v, x, y) => {
        const [a, b] = [x, y].map((value) => v.let(v.greater(value ?? 0, 0)));
        if (a === undefined || b === undefined || x === undefined || y === undefined) return;
        vectorMath.logicalNot.emit(v, b);
        const notB = v.code.local("v128");
        v.code.set(notB);
        vectorMath.logicalAnd.emit(v, a, notB);
        const onlyA = v.code.local("v128");
        v.code.set(onlyA);
        vectorMath.logicalOr.emit(v, onlyA, v.let(v.equal(x, y)));
        const condition = v.code.local("v128");
        v.code.set(condition);
        vectorMath.where.emit(v, condition, x, y);
      },
      2,
      way,
    );
    expect([...f([1, 1, -1, -1], [-2, 2, -2, 2])]).toEqual([1, 2, -2, 2]);
  });

  it("small integer powers are products", () => {
    const x = [0, -0, 1, -2, 3, 0.5, inf, -inf, nan];
    for (const exponent of [-3, -2, -1, 0, 1, 2, 3, 4, 7, 10]) {
      const f = compileElementwise((v, a) => a && v.push(powInteger(v, a, exponent)), 1, way);
      expect([...f(x)]).toEqual(x.map((value) => round(exponent === 0 ? 1 : value ** exponent)));
    }
  });

  it("sine and cosine together equal sine and cosine alone", () => {
    const x = Array.from({ length: 1000 }, (_, i) => (i - 500) * 1.37 ** (i % 30));
    for (const which of ["sin", "cos"] as const) {
      const together = compileElementwise((v, a) => a && v.push(emitSinCos(v, a)[which]), 1, way);
      expect([...together(x)]).toEqual([...compiled(which, way)(x)]);
    }
  });
});

describe("values from tables", () => {
  const at = (name: Name, ...args: number[]): number =>
    compiled(name, { lane: "f64x2", fma: true })(...args.map((x) => [x]))[0] ?? nan;

  it("reduces huge angles: the hardest argument of J.-M. Muller, and 10²²", () => {
    expect(at("sin", 1e22)).toBe(-0.8522008497671888);
    expect(at("cos", 1e22)).toBe(0.523214785395139);
    // 6381956970095103·2⁷⁹⁷ is the f64 nearest to a multiple of π/2
    expect(at("cos", 6381956970095103 * 2 ** 797)).toBe(-4.687165924254628e-19);
    expect(at("sin", Number.MAX_VALUE)).toBe(0.004961954789184062);
    expect(at("sin", Math.PI)).toBe(1.2246467991473532e-16);
    expect(at("cos", Math.PI / 2)).toBe(6.123233995736766e-17);
    expect(at("tan", Math.PI / 2)).toBe(16331239353195370);
  });

  it("keeps subnormal arguments and results", () => {
    const tiny = Number.MIN_VALUE;
    for (const name of [
      "sin",
      "tan",
      "asin",
      "atan",
      "sinh",
      "tanh",
      "asinh",
      "atanh",
      "expm1",
      "log1p",
    ] as const) {
      expect(at(name, tiny), name).toBe(tiny);
      expect(at(name, -3 * tiny), name).toBe(-3 * tiny);
    }
    expect(at("exp", -745)).toBe(tiny);
    expect(at("sechSquared", 372.5)).toBe(2 * tiny);
    expect(at("lgamma", tiny)).toBe(744.4400719213812);
    expect(at("digamma", -tiny)).toBe(inf);
    expect(at("exp", -708.5)).toBe(2.006132305331306e-308);
    expect(at("log", tiny)).toBe(-744.4400719213812);
    expect(at("log2", tiny)).toBe(-1074);
    expect(at("cbrt", tiny)).toBe(1.7031839360032603e-108);
    expect(at("sqrt", tiny)).toBe(2 ** -537);
    expect(at("pow", 2, -1074)).toBe(tiny);
    expect(at("hypot", 3 * tiny, 4 * tiny)).toBe(5 * tiny);
    expect(at("atan2", tiny, 1)).toBe(tiny);
  });

  it("does not overflow before the result does", () => {
    expect(at("exp", 709.782712893384)).toBe(1.7976931348622732e308);
    expect(at("exp", 709.782712893385)).toBe(inf);
    expect(at("hypot", 3e307, 4e307)).toBe(5e307);
    expect(at("lgamma", 2.5e305)).toBe(1.7555118602376452e308);
    expect(at("lgamma", 2.6e305)).toBe(inf);
    expect(at("cosh", 710)).toBe(1.1169973830808555e308);
    expect(at("asinh", Number.MAX_VALUE)).toBe(710.475860073944);
    expect(at("atan2", Number.MAX_VALUE, -Number.MAX_VALUE)).toBe((3 * Math.PI) / 4);
    expect(at("atan", 1e300)).toBe(Math.PI / 2);
  });
});
