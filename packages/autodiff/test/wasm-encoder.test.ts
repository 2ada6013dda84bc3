import { describe, expect, it } from "vitest";
import { atomicOpcodes } from "../src/compile/wasm/atomics.ts";
import { ByteWriter } from "../src/compile/wasm/bytes.ts";
import type { FunctionBuilder } from "../src/compile/wasm/encoder.ts";
import { ModuleBuilder } from "../src/compile/wasm/encoder.ts";
import {
  supportsRelaxedMadd,
  supportsSimd,
  webAssembly,
  webAssemblyAvailable,
  type WebAssemblyEngine,
  type WebAssemblyImports,
} from "../src/compile/wasm/features.ts";
import { plainOpcodes, laneOpcodes, type PlainInstruction } from "../src/compile/wasm/opcodes.ts";
import { publishedOpcodes } from "./published-opcodes.ts";

const engine = webAssembly() as WebAssemblyEngine;

function run(module: ModuleBuilder, imports?: WebAssemblyImports): (...args: number[]) => number | undefined {
  const bytes = module.toBytes();
  expect(engine.validate(bytes)).toBe(true);
  const instance = new engine.Instance(new engine.Module(bytes), imports);
  const main = instance.exports["main"];
  if (main === undefined) throw new Error("no export main");
  return main;
}

describe("ByteWriter", () => {
  const written = (write: (w: ByteWriter) => void): number[] => {
    const writer = new ByteWriter(1);
    write(writer);
    return [...writer.written];
  };

  it("writes the LEB128 examples of the DWARF standard", () => {
    expect(written((w) => w.unsigned(2))).toEqual([2]);
    expect(written((w) => w.unsigned(127))).toEqual([127]);
    expect(written((w) => w.unsigned(128))).toEqual([0x80, 1]);
    expect(written((w) => w.unsigned(12857))).toEqual([0xb9, 0x64]);
    expect(written((w) => w.unsigned(0xffffffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(written((w) => w.signed(-2))).toEqual([0x7e]);
    expect(written((w) => w.signed(127))).toEqual([0xff, 0]);
    expect(written((w) => w.signed(-127))).toEqual([0x81, 0x7f]);
    expect(written((w) => w.signed(-129))).toEqual([0xff, 0x7e]);
    expect(written((w) => w.signed64(-(2n ** 63n)))).toEqual([...Array<number>(9).fill(0x80), 0x7f]);
  });

  it("writes floats little-endian", () => {
    expect(written((w) => w.f64(1))).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    expect(written((w) => w.f32(-2))).toEqual([0, 0, 0, 0xc0]);
  });

  it("refuses names that are not ASCII", () => {
    expect(() => new ByteWriter().name("ä")).toThrow("ASCII: ä");
  });
});

describe("ModuleBuilder", () => {
  it("runs a loop with branches: gcd(1071, 462) = 21", () => {
    const module = new ModuleBuilder();
    const gcd = module.function(["i32", "i32"], ["i32"], (f) => {
      const [a, b] = f.parameters as [(typeof f.parameters)[0] & object, (typeof f.parameters)[0] & object];
      const rest = f.local("i32");
      f.block((done) => {
        f.loop((again) => {
          f.get(b);
          f.op("i32.eqz");
          f.brIf(done);
          f.get(a);
          f.get(b);
          f.op("i32.rem_u");
          f.set(rest);
          f.get(b);
          f.set(a);
          f.get(rest);
          f.set(b);
          f.br(again);
        });
      });
      f.get(a);
    });
    module.export("main", gcd);
    expect(run(module)(1071, 462)).toBe(21);
  });

  it("imports memory and functions, copies data, shares helpers", () => {
    const module = new ModuleBuilder();
    module.importMemory("env", "memory", { minimum: 1, maximum: 2 });
    const double = module.importFunction("env", "double", ["f64"], ["f64"]);
    module.data(16, new Uint8Array(new Float64Array([3, 4]).buffer));
    const square = (): FunctionBuilder =>
      module.helper("square", ["f64"], ["f64"], (f) => {
        const [x] = f.parameters;
        if (x === undefined) throw new Error("no parameter");
        f.get(x);
        f.get(x);
        f.op("f64.mul");
      });
    const main = module.function([], ["f64"], (f) => {
      for (const offset of [16, 24]) {
        f.i32(0);
        f.memory("f64.load", offset);
        f.call(square());
      }
      f.op("f64.add");
      f.call(double);
    });
    expect(square()).toBe(square());
    module.export("main", main);
    const memory = new engine.Memory({ initial: 1, maximum: 2 });
    expect(run(module, { env: { memory, double: (x) => 2 * (x ?? 0) } })()).toBe(50);
  });

  it("recycles the locals of a scope and keeps hoisted ones", () => {
    const module = new ModuleBuilder();
    const main = module.function([], ["f64"], (f) => {
      const first = f.scope(() => f.local("f64"));
      expect(f.scope(() => f.local("f64"))).toBe(first);
      const total = f.local("f64");
      f.loop(() => {
        const half = f.hoist("half", "f64", () => f.f64(0.5));
        expect(f.hoist("half", "f64", () => f.f64(7))).toBe(half);
        f.get(half);
        f.get(half);
        f.op("f64.add");
        f.set(total);
      });
      f.get(total);
    });
    module.export("main", main);
    expect(run(module)()).toBe(1);
  });

  it("keeps equal vector constants once, as globals", () => {
    const module = new ModuleBuilder();
    const bytes = new Uint8Array(Float64Array.of(20, 22).buffer);
    const index = module.vectorConstant(bytes);
    expect(module.vectorConstant(bytes.slice())).toBe(index);
    expect(module.vectorConstant(new Uint8Array(16))).toBe(index + 1);
    const main = module.function([], ["f64"], (f) => {
      for (const lane of [0, 1]) {
        f.global(index);
        f.lane("f64x2.extract_lane", lane);
      }
      f.op("f64.add");
    });
    module.export("main", main);
    expect(run(module)()).toBe(42);
  });

  it("names the mistake when blocks or locals do not match", () => {
    const module = new ModuleBuilder();
    const other = module.function(["i32"], []);
    const f = module.function([], []);
    expect(() => other.parameters.forEach((p) => f.get(p))).toThrow("a local of another function: 0");
    f.block((outer) => {
      f.block(() => f.br(outer));
      expect(() => other.br(outer)).toThrow("no such block around: 0");
    });
    expect(() => f.shuffle([0, 1])).toThrow("16 bytes: 2");
    expect(() => f.v128([1])).toThrow("16 bytes: 1");
    expect(() => module.importFunction("a", "late", [], [])).toThrow("before defining any: late");
    expect(() => module.importMemory("a", "b", { minimum: 1, shared: true })).toThrow("maximum");
  });

  it("encodes every vector instruction so that the engine accepts it with the operands its name implies", () => {
    const rejected = (Object.keys(plainOpcodes) as PlainInstruction[])
      .filter((name) => /^[iuf]\d+x\d+\.|^v128\./.test(name))
      .filter((name) => !acceptsSomeOperands(name));
    expect(rejected).toEqual([]);
  });

  it("has the opcodes of the specification", () => {
    expect(plainOpcodes).toEqual(publishedOpcodes);
  });

  it("encodes lane instructions", () => {
    const module = new ModuleBuilder();
    const main = module.function([], ["f64"], (f) => {
      f.f64x2(1);
      f.f64(41);
      f.lane("f64x2.replace_lane", 1);
      f.f64x2(1);
      f.op("f64x2.add");
      f.lane("f64x2.extract_lane", 1);
    });
    module.export("main", main);
    expect(run(module)()).toBe(42);
    expect(laneOpcodes["f64x2.replace_lane"]).toBe(0xfd22);
  });

  it("reaches addresses beyond 2 GiB", () => {
    const module = new ModuleBuilder();
    module.function([], ["i32"], (f) => f.i32(2 ** 32 - 16));
    const main = module.function([], ["i32"], (f) => {
      f.i32(3e9);
      f.i32(2e9);
      f.op("i32.gt_u");
    });
    module.export("main", main);
    expect(run(module)()).toBe(1);
  });

  it("encodes atomic accesses and shared memory as the threads proposal has them", () => {
    const module = new ModuleBuilder();
    module.importMemory("env", "memory", { minimum: 1, maximum: 3, shared: true });
    const main = module.function([], ["i32"], (f) => {
      const at = (address: number, ...values: number[]): void =>
        [address, ...values].forEach((n) => f.i32(n));
      at(8, 43);
      f.atomic(atomicOpcodes["i32.atomic.store"]);
      at(8, 1);
      f.atomic(atomicOpcodes["i32.atomic.rmw.sub"]);
      f.op("drop");
      at(0, 42, 7);
      f.atomic(atomicOpcodes["i32.atomic.rmw.cmpxchg"], 8);
      f.op("drop");
      at(0, 1);
      f.atomic(atomicOpcodes["memory.atomic.notify"], 8);
      f.op("drop");
      at(8, 6);
      f.i64(-1n);
      f.atomic(atomicOpcodes["memory.atomic.wait32"]);
      at(8);
      f.atomic(atomicOpcodes["i32.atomic.load"]);
      f.i32(10);
      f.op("i32.mul");
      f.op("i32.add");
    });
    module.export("main", main);
    const hex = [...module.toBytes()].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    // "env" "memory", shared with a maximum, from 1 to 3 pages
    expect(hex).toContain("03 65 6e 76 06 6d 65 6d 6f 72 79 02 03 01 03");
    // prefix, opcode, log₂ of the alignment, offset
    for (const access of [
      "fe 17 02 00",
      "fe 25 02 00",
      "fe 48 02 08",
      "fe 00 02 08",
      "fe 01 02 00",
      "fe 10 02 00",
    ])
      expect(hex).toContain(access);
    const memory = new engine.Memory({ initial: 1, maximum: 3, shared: true });
    // 7 · 10, and 1 for a wait that ended at once, since the word is not 6. The main thread of a page may not wait.
    const inPage = "document" in globalThis;
    if (inPage) expect(() => run(module, { env: { memory } })()).toThrow("wait");
    else expect(run(module, { env: { memory } })()).toBe(71);
  });

  it("shuffles lanes of 32 and 64 bits", () => {
    const module = new ModuleBuilder();
    const main = module.function([], ["i32"], (f) => {
      f.v128([0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
      f.v128([4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0]);
      f.shuffle32([6, 1, 1, 1]);
      f.i32x4(9);
      f.shuffle64([2, 0]);
      f.lane("i32x4.extract_lane", 2);
    });
    module.export("main", main);
    expect(run(module)()).toBe(6);
  });
});

/** Tries the operand lists that vector instructions have. */
function acceptsSomeOperands(name: PlainInstruction): boolean {
  const operands = ["v", "vv", "vvv", "vi", "i", "I", "f", "F"];
  return operands.some((types) =>
    (["v128", "i32"] as const).some((result) => {
      const module = new ModuleBuilder();
      module.function([], [result], (f) => {
        for (const type of types) {
          if (type === "v") f.f64x2(1);
          else if (type === "i") f.i32(1);
          else if (type === "I") f.i64(1n);
          else if (type === "f") f.f32(1);
          else f.f64(1);
        }
        f.op(name);
      });
      return engine.validate(module.toBytes());
    }),
  );
}

describe("features", () => {
  it("finds WebAssembly with SIMD and relaxed SIMD in this engine", () => {
    expect(webAssemblyAvailable()).toBe(true);
    expect(supportsSimd()).toBe(true);
    expect(supportsRelaxedMadd()).toBe(true);
  });
});
