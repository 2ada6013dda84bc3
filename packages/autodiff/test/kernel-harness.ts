import { expect } from "vitest";
import { ModuleBuilder } from "../src/compile/wasm/encoder.ts";
import { webAssembly, type WebAssemblyEngine } from "../src/compile/wasm/features.ts";
import type { Kernel, KernelContext, Operand } from "../src/compile/wasm/kernel.ts";
import type { Op } from "../src/ops/op.ts";
import type { TypedArray } from "../src/tensor/dtype.ts";
import { sizeOf, stridesOf, type Shape } from "../src/tensor/shape.ts";
import type { Tensor } from "../src/tensor/tensor.ts";

type Numbers = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

export interface CompiledKernel {
  readonly kernel: Kernel;
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
  /** Does some of the units. */
  run(from: number, to: number): void;
  /** Fills all memory that belongs to nobody, and the scratch memory, and returns what checks that the former is left. */
  guard(): () => void;
}

/** An operation's kernel in a module of its own, on operands with numbers that are no part of them all around. */
export function compileKernel<A>(
  op: Op<A>,
  shapes: readonly Shape[],
  outputShape: Shape,
  attributes: A,
  { format, fma }: { format: "f64" | "f32"; fma: boolean },
): CompiledKernel {
  const engine = webAssembly() as WebAssemblyEngine;
  const NumberArray = format === "f64" ? Float64Array : Float32Array;
  const bytes = NumberArray.BYTES_PER_ELEMENT;
  const gap = 64;
  let end = gap;
  const operandOf = (shape: Shape): Operand => {
    const address = end;
    end += Math.ceil((sizeOf(shape) * bytes) / 16) * 16 + gap;
    return { address, shape, strides: stridesOf(shape) };
  };
  const inputs = shapes.map(operandOf);
  const output = operandOf(outputShape);
  const module = new ModuleBuilder();
  module.importMemory("env", "memory", { minimum: 1 });
  const context: KernelContext = { module, fma, format };
  const kernel = op.kernel?.(context, inputs, output, attributes);
  if (kernel === undefined) throw new Error(`${op.name} has no kernel`);
  module.export("work", kernel.work);
  const scratch = end;
  const pages = Math.ceil((scratch + kernel.scratchBytes + gap) / 65536);
  const memory = new engine.Memory({ initial: pages });
  const instance = new engine.Instance(new engine.Module(module.toBytes()), { env: { memory } });
  const work = instance.exports["work"] as (from: number, to: number, scratch: number) => void;
  const view = ({ address, shape }: Operand): Numbers =>
    new NumberArray(memory.buffer, address, sizeOf(shape));
  const everything = new Uint8Array(memory.buffer);
  return {
    kernel,
    inputs: inputs.map(view),
    output: view(output),
    run: (from, to) => void work(from, to, scratch),
    guard: () => {
      const saved = inputs.map((each) => view(each).slice());
      // Not a number, whatever the format.
      everything.fill(0xff);
      inputs.forEach((each, index) => view(each).set(saved[index] as Numbers));
      const before = everything.slice();
      return () => {
        const after = everything.slice();
        // What the kernel may write.
        for (const [from, length] of [
          [output.address, sizeOf(outputShape) * bytes],
          [scratch, kernel.scratchBytes],
        ] as const)
          after.set(before.subarray(from, from + length), from);
        expect(firstDifference(after, before), "first byte that is not the kernel's to write").toBe(-1);
      };
    },
  };
}

/** The first index where two arrays differ, or −1. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/**
 * The result of an operation's kernel. Checks that it writes nothing but its result and that every split of its units
 * gives the same bits.
 */
export function runKernel<A>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attributes: A,
  options: { format: "f64" | "f32"; fma: boolean },
): { kernel: TypedArray; reference: TypedArray; shape: Shape } {
  const signature = op.infer(inputs, attributes);
  const compiled = compileKernel(
    op,
    inputs.map((input) => input.shape),
    signature.shape,
    attributes,
    options,
  );
  inputs.forEach((input, index) => compiled.inputs[index]?.set(input.data));
  const { units } = compiled.kernel;
  const check = compiled.guard();
  compiled.run(0, units);
  check();
  const result = compiled.output.slice();
  const checkSplit = compiled.guard();
  for (let unit = units - 1; unit >= 0; unit--) compiled.run(unit, unit + 1);
  checkSplit();
  const bits = ({ buffer }: Numbers): Uint8Array => new Uint8Array(buffer);
  expect(firstDifference(bits(compiled.output.slice()), bits(result)), "byte that depends on the split").toBe(
    -1,
  );
  const value = op.evaluate(inputs, attributes, signature);
  const reference = typeof value === "number" ? Float64Array.of(value) : value;
  return { kernel: result, reference, shape: signature.shape };
}
