import { loadLanes, storeLanes } from "./access.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { KernelContext } from "./kernel.ts";

/** Vectors of the kernel's number format, in one function. Addresses are i32 locals plus constant bytes. */
export class Lanes {
  readonly f: FunctionBuilder;
  /** Of an element. */
  readonly bytes: number;
  /** Elements in a vector. */
  readonly count: number;
  readonly type: "f64x2" | "f32x4";
  readonly #fma: boolean;

  constructor(f: FunctionBuilder, { format, fma }: KernelContext) {
    this.f = f;
    this.bytes = format === "f64" ? 8 : 4;
    this.count = 16 / this.bytes;
    this.type = format === "f64" ? "f64x2" : "f32x4";
    this.#fma = fma;
  }

  /** A new local with the value on the stack. */
  keep(): Local {
    const local = this.f.local("v128");
    this.f.set(local);
    return local;
  }

  /** Leaves a vector with the same number in every lane on the stack. */
  constant(value: number): void {
    this.f[this.type](value);
  }

  op(name: "add" | "mul" | "div" | "max" | "eq" | "ne"): void {
    this.f.op(`${this.type}.${name}`);
  }

  /** Stack: [a, b] → [a · b + c], with one rounding or two. */
  mulAdd(c: Local): void {
    if (!this.#fma) this.op("mul");
    this.f.get(c);
    if (this.#fma) this.f.op(`${this.type}.relaxed_madd`);
    else this.op("add");
  }

  load(address: Local, offset = 0): void {
    this.f.get(address);
    this.f.memory("v128.load", offset, 2);
  }

  /** The number at an address, in every lane. */
  splat(address: Local, offset = 0): void {
    this.f.get(address);
    this.f.memory(this.bytes === 8 ? "v128.load64_splat" : "v128.load32_splat", offset);
  }

  /** Elements that lie `step` elements apart, as a vector: at least the first `valid` of its lanes. */
  gather(address: Local, offset: number, step: number, valid: number = this.count): void {
    const { f, bytes, count } = this;
    if (step > 2) {
      const at = { position: address, offset };
      return loadLanes(f, { bytes, stride: step * bytes }, at, Math.min(valid, count), count);
    }
    this.load(address, offset);
    if (step === 1) return;
    this.load(address, offset + 16);
    if (bytes === 8) f.shuffle64([0, 2]);
    else f.shuffle32([0, 2, 4, 6]);
  }

  /** Stores the first `valid` lanes, `step` elements apart. */
  store(address: Local, offset: number, value: Local, valid: number, step = 1): void {
    const { f, bytes } = this;
    storeLanes(f, value, { position: address, offset }, { bytes, stride: step * bytes }, valid);
  }

  /** Leaves a mask on the stack: all ones in the first `valid` lanes. */
  firstLanes(valid: number): void {
    this.f.v128(Array.from({ length: 16 }, (_, byte) => (byte < valid * this.bytes ? 0xff : 0)));
  }
}
