import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jvp, linspace, type Tensor } from "../src/index.ts";
import { ModuleBuilder, type FunctionBuilder, type Local } from "../src/compile/wasm/encoder.ts";
import { supportsRelaxedMadd } from "../src/compile/wasm/features.ts";
import {
  laneMemoryOpcodes,
  laneOpcodes,
  memoryOpcodes,
  plainOpcodes,
  type LaneInstruction,
  type LaneMemoryInstruction,
  type MemoryInstruction,
  type PlainInstruction,
} from "../src/compile/wasm/opcodes.ts";
import { planOf } from "./compile-with.ts";
import { disassemble, type Instruction } from "./disassemble.ts";
import { summarize } from "./module-loops.ts";
import { toText } from "./module-text.ts";

const engine = (globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } })
  .WebAssembly;
const isValid = (bytes: Uint8Array): boolean => engine.validate(bytes);

/** A module of one function without parameters, and a memory. */
function moduleWith(build: (code: FunctionBuilder) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 1 });
  module.function([], [], build);
  return module.toBytes();
}

/** What is read of one instruction, in code that is never reached: there the engine accepts any operands. */
function roundTrip(write: (code: FunctionBuilder) => void): [text: string, isValid: boolean] {
  const bytes = moduleWith((code) => {
    code.op("unreachable");
    write(code);
    code.op("unreachable");
  });
  const body = disassemble(bytes).functions[0]?.body as Instruction[];
  expect(body).toHaveLength(3);
  const { name, immediates } = body[1] as Instruction;
  return [[name, ...immediates].join(" "), isValid(bytes)];
}

const isRelaxed = (name: string): boolean => name.includes("relaxed");

describe("every instruction that can be written is read again, and is one that engines know", () => {
  it.each(Object.keys(plainOpcodes) as PlainInstruction[])("%s", (name) => {
    expect(roundTrip((code) => code.op(name))).toEqual([name, !isRelaxed(name) || supportsRelaxedMadd()]);
  });

  it.each(Object.keys(memoryOpcodes) as MemoryInstruction[])("%s", (name) => {
    expect(roundTrip((code) => code.memory(name))).toEqual([name, true]);
    expect(roundTrip((code) => code.memory(name, 70_000, 0))[0]).toMatch(`${name} offset=70000`);
  });

  it.each(Object.keys(laneMemoryOpcodes) as LaneMemoryInstruction[])("%s", (name) => {
    expect(roundTrip((code) => code.memoryLane(name, 1, 8))).toEqual([`${name} offset=8 1`, true]);
  });

  it.each(Object.keys(laneOpcodes) as LaneInstruction[])("%s", (name) => {
    expect(roundTrip((code) => code.lane(name, 1))).toEqual([`${name} 1`, true]);
  });

  it.each<[string, (code: FunctionBuilder) => void]>([
    ["i8x16.shuffle 4 5 6 7 0 1 2 3 16 17 18 19 28 29 30 31", (code) => code.shuffle32([1, 0, 4, 7])],
    ["v128.const i8x16" + " 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0xc0".repeat(2), (code) => code.f64x2(-2)],
    ["memory.copy", (code) => code.memoryCopy()],
    ["memory.fill", (code) => code.memoryFill()],
    ["f32.const 0.5", (code) => code.f32(0.5)],
    ["f64.const -0", (code) => code.f64(-0)],
  ])("%s", (text, write) => {
    expect(roundTrip(write)).toEqual([text, true]);
  });

  it("constants of any size", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.double(),
        (i, l, d) => {
          expect(roundTrip((code) => code.i32(i))[0]).toBe(`i32.const ${i}`);
          expect(roundTrip((code) => code.i64(l))[0]).toBe(`i64.const ${l}`);
          expect(roundTrip((code) => code.f64(d))[0]).toBe(`f64.const ${Object.is(d, -0) ? "-0" : d}`);
        },
      ),
    );
  });

  it("offsets of any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (offset) => {
        expect(roundTrip((code) => code.memory("f64.load", offset))).toEqual([
          `f64.load offset=${offset}`,
          true,
        ]);
      }),
    );
  });
});

/** A module with a bit of everything. */
function example(): ModuleBuilder {
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 1 });
  const interpret = module.importFunction("env", "interpret", ["i32"], []);
  const two = module.vectorConstant(new Uint8Array(16).fill(2));
  const main = module.function(["i32", "i32"], ["f64"]);
  const [from, to] = main.parameters as [Local, Local];
  const vector = main.local("v128");
  main.loop((again) => {
    main.loop((inner) => {
      main.get(from);
      main.memory("v128.load", 16);
      main.global(two);
      main.op("f64x2.mul");
      main.set(vector);
      main.get(from);
      main.brIf(inner);
    });
    main.get(to);
    main.if(
      () => {
        main.get(to);
        main.call(interpret);
      },
      () => main.br(again),
    );
  });
  main.block(() => main.f64(0.25), "f64");
  module.export("run", main);
  module.data(8, Uint8Array.of(1, 2, 3));
  return module;
}

describe("a disassembled module", () => {
  it("reads like the text format", () => {
    expect(isValid(example().toBytes())).toBe(true);
    expect(toText(disassemble(example().toBytes()))).toBe(
      `(module
  (import "env" "memory" (memory))
  (import "env" "interpret" (func (param i32)))
  (global (;0;) v128 v128.const i8x16${" 0x02".repeat(16)})
  (export "run" (func 1))
  (func (;1;) (param i32 i32) (result f64)
    (local v128)
    loop
      loop
        local.get 0
        v128.load offset=16
        global.get 0
        f64x2.mul
        local.set 2
        local.get 0
        br_if 0
      end
      local.get 1
      if
        local.get 1
        call 0
      else
        br 1
      end
    end
    block (result f64)
      f64.const 0.25
    end
  )
  (data (i32.const 8) (;3 bytes;))
)`,
    );
  });

  it("tells its loops, what they do with memory, and how often emitted code is left", () => {
    const { loops, passes, importedCalls, total } = summarize(disassemble(example().toBytes()));
    expect(loops.map(({ depth, within }) => [depth, within])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(passes.map(({ depth, own }) => [depth, own.vectorLoads, own.arithmetic])).toEqual([
      [2, 1, { "f64x2.mul": 1 }],
    ]);
    expect(loops[0]?.own.calls).toEqual({ 0: 1 });
    expect(importedCalls).toEqual({ interpret: 1 });
    expect(total.instructions).toBe(16);
  });
});

describe("what no engine takes is not read", () => {
  it("modules that end too early", () => {
    const whole = example().toBytes();
    for (let length = 0; length <= whole.length; length++) {
      const part = whole.slice(0, length);
      if (isValid(part)) disassemble(part);
      else expect(() => disassemble(part), `${length} bytes`).toThrow("malformed module at byte");
    }
  });

  const unknown = Array.from({ length: 256 }, (_, byte) => byte).filter(
    (byte) => !Object.values<number>(plainOpcodes).includes(byte),
  );

  it.each(unknown)("byte %d in place of an instruction without immediates", (byte) => {
    const bytes = moduleWith((code) => code.op("nop"));
    const at = bytes.length - 2;
    expect(bytes[at]).toBe(plainOpcodes.nop);
    bytes[at] = byte;
    expect(isValid(bytes)).toBe(false);
    expect(() => disassemble(bytes)).toThrow("malformed module at byte");
  });

  it.each<[string, number[]]>([
    ["a vector instruction that there is not", [0xfd, 0x9a, 0x01]],
    ["an atomic instruction that there is not", [0xfe, 0x4f]],
    ["a local variable that there is not", [0x20, 0x00]],
    ["a function that there is not", [0x10, 0x01]],
    ["a branch out of the function", [0x0c, 0x01]],
  ])("%s", (_, replacement) => {
    expect(() => disassemble(patched(replacement))).toThrow("malformed module at byte");
  });
});

/** A function with some bytes of code in place of as many `nop`s. */
function patched(replacement: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = moduleWith((code) => {
    code.op("unreachable");
    replacement.forEach(() => code.op("nop"));
    code.op("unreachable");
  });
  bytes.set(replacement, bytes.length - 2 - replacement.length);
  return bytes;
}

describe("atomic instructions are read", () => {
  // Numbers and names of the threads proposal; the alignment must be the natural one.
  it.each<[number, number, string]>([
    [0x00, 2, "memory.atomic.notify"],
    [0x01, 2, "memory.atomic.wait32"],
    [0x02, 3, "memory.atomic.wait64"],
    [0x10, 2, "i32.atomic.load"],
    [0x12, 0, "i32.atomic.load8_u"],
    [0x17, 2, "i32.atomic.store"],
    [0x1d, 2, "i64.atomic.store32"],
    [0x1e, 2, "i32.atomic.rmw.add"],
    [0x25, 2, "i32.atomic.rmw.sub"],
    [0x2f, 1, "i32.atomic.rmw16.and_u"],
    [0x34, 3, "i64.atomic.rmw.or"],
    [0x3a, 2, "i32.atomic.rmw.xor"],
    [0x41, 2, "i32.atomic.rmw.xchg"],
    [0x48, 2, "i32.atomic.rmw.cmpxchg"],
    [0x4e, 2, "i64.atomic.rmw32.cmpxchg_u"],
  ])("0xfe 0x%x", (code, alignment, name) => {
    const bytes = patched([0xfe, code, alignment, 4]);
    expect(isValid(bytes)).toBe(true);
    const { name: read, immediates } = disassemble(bytes).functions[0]?.body[1] as Instruction;
    expect([read, ...immediates]).toEqual([name, "offset=4"]);
  });
});

describe("emitted programs", () => {
  const x = linspace(0, 1, 1000);
  const of = (f: (...args: Tensor[]) => unknown, ...args: Tensor[]): ReturnType<typeof summarize> => {
    const { bytes } = planOf(f, args);
    expect(isValid(bytes)).toBe(true);
    return summarize(disassemble(bytes));
  };

  it("read and write once for elementwise arithmetic of any length", () => {
    const { passes, total } = of((a) => a.mul(2).add(1).square().sub(a).sqrt(), x);
    expect(passes).toHaveLength(1);
    expect([total.vectorLoads, total.vectorStores]).toEqual([1, 1]);
  });

  it("sum products as they are formed, in one instruction where there is one", () => {
    const { passes } = of((a, b) => a.mul(b).sum(), x, x.mul(3));
    // Four vectors at a time, then one by one what is left of them.
    expect(passes.map(({ own }) => [own.vectorLoads, own.vectorStores])).toEqual([
      [8, 0],
      [2, 0],
    ]);
    expect(passes[0]?.own.fused).toBeGreaterThanOrEqual(supportsRelaxedMadd() ? 1 : 0);
  });

  it("go three times over the numbers of a softmax: the largest, the sum, the quotients", () => {
    const { passes } = of((a) => {
      const e = a.sub(a.max()).exp();
      return e.div(e.sum());
    }, x);
    // The largest one is looked for in four vectors at a time, then one by one in what is left.
    expect(passes.map(({ own }) => own.vectorLoads)).toEqual([4, 1, 1, 1]);
  });

  it("go once over the data of a model and its derivatives", () => {
    const model = (a: Tensor, b: Tensor): Tensor => a.mul(x.mul(b).neg().exp());
    const sums = (a: Tensor, b: Tensor): Tensor[] => {
      const [value, slope] = jvp<Tensor, Tensor, []>((c: Tensor) => model(c, b))(a, 1);
      return [value.square().sum(), value.mul(slope).sum(), slope.square().sum()];
    };
    const { passes } = of(sums, x.slice(0), x.slice(1));
    expect(passes).toHaveLength(1);
    expect(passes[0]?.own).toMatchObject({ vectorLoads: 1, vectorStores: 0 });
  });
});
