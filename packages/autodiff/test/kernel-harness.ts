import { expect } from "vitest";
import { ModuleBuilder } from "../src/compile/wasm/encoder.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import type { Kernel, KernelContext, Operand } from "../src/compile/wasm/kernel.ts";
import type { Op, Signature } from "../src/ops/op.ts";
import type { DType, TypedArray } from "../src/tensor/dtype.ts";
import { sizeOf, stridesOf } from "../src/tensor/shape.ts";
import type { Tensor } from "../src/tensor/tensor.ts";

type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

export interface KernelOptions {
  readonly fma?: boolean;
  /** The numbers that truth values are kept as. */
  readonly format?: "f64" | "f32";
}

export interface CompiledKernel {
  readonly kernel: Kernel;
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
  /** Does some of the units. */
  run(from: number, to: number): void;
  /** Whether it has asked for the interpreter since the last time. */
  refused(): boolean;
  /** Fills all memory that belongs to nobody, and the scratch memory, and returns what checks that the former is left. */
  guard(): () => void;
}

function formatOf(dtype: DType, ofTruth: "f64" | "f32"): "f64" | "f32" {
  if (dtype === "bool") return ofTruth;
  return dtype === "f32" ? "f32" : "f64";
}

/** An operation's kernel in a module of its own, on operands with numbers that are no part of them all around. */
export function compileKernel<A>(
  op: Op<A>,
  inputSignatures: readonly Signature[],
  outputSignature: Signature,
  attributes: A,
  { fma = false, format = "f32" }: KernelOptions = {},
): CompiledKernel {
  const engine = webAssembly() as WebAssemblyEngine;
  const gap = 64;
  const refusal = gap;
  let end = 2 * gap;
  const operandOf = ({ shape, dtype }: Signature): Operand => {
    const address = end;
    const own = formatOf(dtype, format);
    end += Math.ceil((sizeOf(shape) * (own === "f64" ? 8 : 4)) / 16) * 16 + gap;
    return { address, shape, strides: stridesOf(shape), dtype, format: own };
  };
  const inputs = inputSignatures.map(operandOf);
  const output = operandOf(outputSignature);
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 1 });
  const context: KernelContext = { module, fma, format: output.format, refusal };
  const kernel = op.kernel?.(context, inputs, output, attributes);
  if (kernel === undefined) throw new Error(`${op.name} has no kernel`);
  module.export("work", kernel.work);
  const scratch = end;
  const pages = Math.ceil((scratch + kernel.scratchBytes + gap) / 65536);
  const memory = new engine.Memory({ initial: pages });
  const instance = new engine.Instance(new engine.Module(module.toBytes()), { env: { memory } });
  const work = instance.exports["work"] as (from: number, to: number, scratch: number) => void;
  const view = ({ address, shape, format: own }: Operand): Numbers =>
    own === "f64"
      ? new Float64Array(memory.buffer, address, sizeOf(shape))
      : new Float32Array(memory.buffer, address, sizeOf(shape));
  const everything = new Uint8Array(memory.buffer, 0, scratch + kernel.scratchBytes + gap);
  const refusalWord = new Int32Array(memory.buffer, refusal, 1);
  return {
    kernel,
    inputs: inputs.map(view),
    output: view(output),
    run: (from, to) => void work(from, to, scratch),
    refused: () => {
      const refused = refusalWord[0] !== 0;
      refusalWord[0] = 0;
      return refused;
    },
    guard: () => {
      const saved = inputs.map((each) => view(each).slice());
      // Not a number, whatever the format.
      everything.fill(0xff);
      refusalWord[0] = 0;
      inputs.forEach((each, index) => {
        view(each).set(saved[index] as Numbers);
      });
      const before = everything.slice();
      return () => {
        const own = [
          [output.address, output.address + view(output).byteLength],
          [scratch, scratch + kernel.scratchBytes],
          [refusal, refusal + (kernel.mayRefuse === true ? 4 : 0)],
        ] as const;
        const changed = everything.findIndex(
          (byte, at) => byte !== before[at] && !own.some(([from, to]) => at >= from && at < to),
        );
        expect(changed, "first byte that is not the kernel's to write").toBe(-1);
      };
    },
  };
}

export interface KernelRun {
  readonly kernel: TypedArray;
  readonly reference: TypedArray;
  readonly shape: readonly number[];
}

/**
 * The result of an operation's kernel. Checks that it writes nothing but its result and that every split of its units
 * gives the same bits.
 */
export function runKernel<A>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attributes: A,
  options: KernelOptions = {},
): KernelRun {
  const signature = op.infer(inputs, attributes);
  const compiled = compileKernel(op, inputs, signature, attributes, options);
  inputs.forEach((input, index) => compiled.inputs[index]?.set(input.data));
  const { units } = compiled.kernel;
  const check = compiled.guard();
  compiled.run(0, units);
  check();
  expect(compiled.refused()).toBe(false);
  const result = compiled.output.slice();
  for (const step of [1, Math.ceil(units / 3)]) {
    const checkSplit = compiled.guard();
    for (let to = units; to > 0; to -= step) compiled.run(Math.max(0, to - step), to);
    checkSplit();
    expect(new Uint8Array(compiled.output.slice().buffer)).toEqual(new Uint8Array(result.buffer));
  }
  const value = op.evaluate(inputs, attributes, signature);
  const reference = typeof value === "number" ? Float64Array.of(value) : value;
  return { kernel: result, reference, shape: signature.shape };
}

/** Whether an operation's kernel asks for the interpreter, with its units all at once and one by one. */
export function kernelRefuses<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): boolean {
  const compiled = compileKernel(op, inputs, op.infer(inputs, attributes), attributes);
  inputs.forEach((input, index) => compiled.inputs[index]?.set(input.data));
  const { units } = compiled.kernel;
  const check = compiled.guard();
  compiled.run(0, units);
  check();
  const refused = compiled.refused();
  for (let unit = 0; unit < units; unit++) compiled.run(unit, unit + 1);
  expect(compiled.refused()).toBe(refused);
  return refused;
}
