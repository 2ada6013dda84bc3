import { bytesPerElement } from "./access.ts";
import type { FunctionBuilder, Local, ValueType } from "./encoder.ts";
import type { Kernel, KernelContext, Operand } from "./kernel.ts";
import type { PlainInstruction } from "./opcodes.ts";

/** A number: a constant, a local, or code that leaves it on the stack, which computes it again at every use. */
export type Scalar = number | Local | (() => void);

type InstructionOf<T extends string, P = PlainInstruction> = P extends `${T}.${infer Name}` ? Name : never;

/** Writes arithmetic on single numbers of one type into a function. */
export class Scalars<T extends "i32" | "f64"> {
  readonly f: FunctionBuilder;
  readonly type: T;

  constructor(f: FunctionBuilder, type: T) {
    this.f = f;
    this.type = type;
  }

  /** Leaves the number on the stack. */
  push(x: Scalar): void {
    if (typeof x === "number") this.f[this.type](x);
    else if (typeof x === "function") x();
    else this.f.get(x);
  }

  /** An instruction of the type; constants among its operands are of it too. */
  op(name: InstructionOf<T>, ...operands: Scalar[]): () => void {
    return () => {
      for (const operand of operands) this.push(operand);
      this.f.op(`${this.type}.${name}` as PlainInstruction);
    };
  }

  add(a: Scalar, b: Scalar): () => void {
    return this.op("add" as InstructionOf<T>, a, b);
  }

  sub(a: Scalar, b: Scalar): () => void {
    return this.op("sub" as InstructionOf<T>, a, b);
  }

  mul(a: Scalar, b: Scalar): () => void {
    return this.op("mul" as InstructionOf<T>, a, b);
  }

  /** `a` where the condition holds, else `b`; both are computed. */
  select(condition: () => void, a: Scalar, b: Scalar): () => void {
    return () => {
      this.push(a);
      this.push(b);
      condition();
      this.f.op("select");
    };
  }

  /** Computes a number now, into a new local. */
  let(x: Scalar): Local {
    const local = this.f.local(this.type);
    this.assign(local, x);
    return local;
  }

  assign(local: Local, x: Scalar): void {
    this.push(x);
    this.f.set(local);
  }
}

/** Arithmetic on addresses and counts, and what it steers. */
export class Integers extends Scalars<"i32"> {
  constructor(f: FunctionBuilder) {
    super(f, "i32");
  }

  /** Runs the body for every number from the first to before the last. */
  each(first: Scalar, last: Scalar, body: (index: Local) => void, step: Scalar = 1): void {
    const { f } = this;
    f.scope(() => {
      const index = this.let(first);
      const end = typeof last === "function" ? this.let(last) : last;
      f.block((done) => {
        f.loop((again) => {
          this.op("ge_s", index, end)();
          f.brIf(done);
          f.scope(() => {
            body(index);
          });
          this.assign(index, this.add(index, step));
          f.br(again);
        });
      });
    });
  }

  if(condition: () => void, whenTrue: () => void, whenFalse?: () => void): void {
    condition();
    this.f.if(
      () => {
        this.f.scope(whenTrue);
      },
      whenFalse && (() => this.f.scope(whenFalse)),
    );
  }
}

/** Numbers in memory, one after another; those in f32 are read and written as f64. */
export class Elements {
  readonly #i: Integers;
  readonly #format: "f64" | "f32" | "i32";
  readonly #offset: number;
  readonly #base: Scalar | undefined;

  /** They start at a number of bytes, from an address if there is one. */
  constructor(i: Integers, format: "f64" | "f32" | "i32", offset: number, base?: Scalar) {
    this.#i = i;
    this.#format = format;
    this.#offset = offset;
    this.#base = base;
  }

  #address(index: Scalar): void {
    const bytes = this.#format === "i32" ? 4 : bytesPerElement[this.#format];
    const inBytes = this.#i.mul(index, bytes);
    this.#i.push(this.#base === undefined ? inBytes : this.#i.add(this.#base, inBytes));
  }

  at(index: Scalar): () => void {
    return () => {
      this.#address(index);
      this.#i.f.memory(`${this.#format}.load`, this.#offset);
      if (this.#format === "f32") this.#i.f.op("f64.promote_f32");
    };
  }

  put(index: Scalar, value: Scalar): void {
    const { f } = this.#i;
    this.#address(index);
    if (typeof value === "number") f[this.#format === "i32" ? "i32" : "f64"](value);
    else if (typeof value === "function") value();
    else f.get(value);
    if (this.#format === "f32") f.op("f32.demote_f64");
    f.memory(`${this.#format}.store`, this.#offset);
  }
}

/** What the code of one unit of work is written with. */
export interface Unit {
  readonly f: FunctionBuilder;
  readonly i: Integers;
  readonly x: Scalars<"f64">;
  /** Its number. */
  readonly unit: Local;
  /** Address of working space. */
  readonly scratch: Local;
  elements(operand: Operand): Elements;
  /** Asks for the interpreter. */
  refuse(): void;
}

/** A kernel written as the code of one unit of its work. */
export function kernelOf(
  { module, refusal }: KernelContext,
  units: number,
  scratchBytes: number,
  write: (unit: Unit) => void,
): Kernel {
  let mayRefuse = false;
  const parameters: ValueType[] = ["i32", "i32", "i32"];
  const work = module.function(parameters, [], (f) => {
    const [from, to, scratch] = f.parameters as [Local, Local, Local];
    const i = new Integers(f);
    i.each(from, to, (unit) => {
      write({
        f,
        i,
        x: new Scalars(f, "f64"),
        unit,
        scratch,
        elements: ({ format, address }) => new Elements(i, format, address),
        refuse: () => {
          mayRefuse = true;
          new Elements(i, "i32", refusal).put(0, 1);
        },
      });
    });
  });
  return { units, scratchBytes, work, mayRefuse };
}

/** An element of dtype i32 as an integer. */
export function asInteger(i: Integers, element: Scalar): () => void {
  return i.op("trunc_sat_f64_s", element);
}

/** An integer as an element of dtype i32. */
export function fromInteger(x: Scalars<"f64">, integer: Scalar): () => void {
  return x.op("convert_i32_s", integer);
}

/** The number modulo 2³², as an element of dtype i32: whole numbers below 2⁶³ in size. */
export function wrapped(x: Scalars<"f64">, value: Scalar): () => void {
  return () => {
    x.push(value);
    x.f.op("i64.trunc_sat_f64_s");
    x.f.op("i32.wrap_i64");
    x.f.op("f64.convert_i32_s");
  };
}
