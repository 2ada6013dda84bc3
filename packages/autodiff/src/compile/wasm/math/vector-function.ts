import type { FunctionBuilder, FunctionReference, Local, ModuleBuilder } from "../encoder.ts";
import type { PlainInstruction } from "../opcodes.ts";

export type LaneType = "f64x2" | "f32x4";

/** A vector value that is computed where it is used; use it once, or keep it with `VectorFunction.let`. */
export class Expression {
  #write: (() => void) | undefined;

  constructor(write: () => void) {
    this.#write = write;
  }

  /** Appends the code that leaves the value on the stack. */
  write(): void {
    if (this.#write === undefined) throw new Error("an expression used twice: let() keeps it");
    const write = this.#write;
    this.#write = undefined;
    write();
  }
}

/** A vector operand: a local, an expression, or a number that stands in every lane. */
export type Operand = Local | Expression | number;

/** A mask operand: all ones or all zeros in each lane. */
export type Mask = Local | Expression;

type Arithmetic = "add" | "sub" | "mul" | "div" | "pmin" | "pmax" | "min" | "max";
type Rounding = "ceil" | "floor" | "trunc" | "nearest" | "sqrt" | "abs" | "neg";
type Comparison = "eq" | "ne" | "lt" | "gt" | "le" | "ge";
type IntegerComparison = "eq" | "ne" | "lt_s" | "gt_s";

export interface VectorOptions {
  readonly module: ModuleBuilder;
  readonly code: FunctionBuilder;
  readonly lane: LaneType;
  /** Use relaxed_madd, which is one rounding on machines with FMA. */
  readonly fma: boolean;
  /**
   * Load constants into locals once at the entry of the function instead of at each use (default true): faster for a
   * function that loops, slower for one that is called once per vector.
   */
  readonly hoistConstants?: boolean;
}

/**
 * Writes vector arithmetic into a function: the same source for two f64 or four f32 lanes. Methods return expressions
 * that write themselves in stack order when they are used.
 *
 * `mulAdd` may or may not round the product, so nothing that must be exact may be built on it.
 */
export class VectorFunction {
  readonly module: ModuleBuilder;
  readonly code: FunctionBuilder;
  readonly lane: LaneType;
  readonly fma: boolean;
  readonly hoistConstants: boolean;
  /** The integer vector type with lanes of the same width. */
  readonly integer: "i64x2" | "i32x4";

  constructor(options: VectorOptions) {
    this.module = options.module;
    this.code = options.code;
    this.lane = options.lane;
    this.fma = options.fma;
    this.hoistConstants = options.hoistConstants ?? true;
    this.integer = options.lane === "f64x2" ? "i64x2" : "i32x4";
  }

  /** The same function, seen as two f64 lanes. */
  wide(): VectorFunction {
    const { module, code, fma, hoistConstants } = this;
    return new VectorFunction({ module, code, lane: "f64x2", fma, hoistConstants });
  }

  /** The same kind of lanes, writing into another function without hoisting constants. */
  into(code: FunctionBuilder): VectorFunction {
    const { module, lane, fma } = this;
    return new VectorFunction({ module, code, lane, fma, hoistConstants: false });
  }

  /** The value for this kind of lane. */
  pick<T>(f64: T, f32: T): T {
    return this.lane === "f64x2" ? f64 : f32;
  }

  /** Leaves the operand on the stack. */
  push(operand: Operand): void {
    if (typeof operand === "number") this.#constant(this.#repeat(operand));
    else if (operand instanceof Expression) operand.write();
    else this.code.get(operand);
  }

  /** A number, or a bit pattern, in every lane. */
  #repeat(value: number | bigint): Uint8Array {
    const wide = this.lane === "f64x2";
    if (typeof value === "number") {
      const lanes = wide ? Float64Array.of(value, value) : Float32Array.of(value, value, value, value);
      return new Uint8Array(lanes.buffer);
    }
    const low = wide ? value : BigInt.asUintN(32, value) | (value << 32n);
    return new Uint8Array(BigUint64Array.of(low, low).buffer);
  }

  #constant(bytes: Uint8Array): void {
    const index = this.module.vectorConstant(bytes);
    const read = (): void => this.code.global(index);
    if (this.hoistConstants) this.code.get(this.code.hoist(`constant ${index}`, "v128", read));
    else read();
  }

  /** Computes an operand now, into a new local. */
  let(operand: Operand): Local {
    const local = this.code.local("v128");
    this.assign(local, operand);
    return local;
  }

  /** A local as an expression. */
  value(local: Local): Expression {
    return new Expression(() => this.code.get(local));
  }

  assign(local: Local, operand: Operand): void {
    this.push(operand);
    this.code.set(local);
  }

  /** An instruction on vector operands. */
  op(name: PlainInstruction, ...operands: Operand[]): Expression {
    return new Expression(() => {
      for (const operand of operands) this.push(operand);
      this.code.op(name);
    });
  }

  // — floating point —

  #lane(name: Arithmetic | Rounding | Comparison, ...operands: Operand[]): Expression {
    return this.op(`${this.lane}.${name}`, ...operands);
  }

  add(a: Operand, b: Operand): Expression {
    return this.#lane("add", a, b);
  }

  sub(a: Operand, b: Operand): Expression {
    return this.#lane("sub", a, b);
  }

  mul(a: Operand, b: Operand): Expression {
    return this.#lane("mul", a, b);
  }

  div(a: Operand, b: Operand): Expression {
    return this.#lane("div", a, b);
  }

  sqrt(a: Operand): Expression {
    return this.#lane("sqrt", a);
  }

  abs(a: Operand): Expression {
    return this.#lane("abs", a);
  }

  neg(a: Operand): Expression {
    return this.#lane("neg", a);
  }

  floor(a: Operand): Expression {
    return this.#lane("floor", a);
  }

  ceil(a: Operand): Expression {
    return this.#lane("ceil", a);
  }

  /** To the nearest integer, ties to even. */
  nearest(a: Operand): Expression {
    return this.#lane("nearest", a);
  }

  /** The smaller one; NaN if any is NaN. */
  min(a: Operand, b: Operand): Expression {
    return this.#lane("min", a, b);
  }

  /** The larger one; NaN if any is NaN. */
  max(a: Operand, b: Operand): Expression {
    return this.#lane("max", a, b);
  }

  /** b < a ? b : a, one machine instruction: a NaN in `a` is kept. */
  pmin(a: Operand, b: Operand): Expression {
    return this.#lane("pmin", a, b);
  }

  /** a < b ? b : a, one machine instruction: a NaN in `a` is kept. */
  pmax(a: Operand, b: Operand): Expression {
    return this.#lane("pmax", a, b);
  }

  /** a·b + c, with one rounding or two. */
  mulAdd(a: Operand, b: Operand, c: Operand): Expression {
    return this.fma ? this.op(`${this.lane}.relaxed_madd`, a, b, c) : this.add(this.mul(a, b), c);
  }

  /** c − a·b, with one rounding or two. */
  subMul(c: Operand, a: Operand, b: Operand): Expression {
    return this.fma ? this.op(`${this.lane}.relaxed_nmadd`, a, b, c) : this.sub(c, this.mul(a, b));
  }

  /**
   * c₀ + c₁x + c₂x² + … by Horner's rule. Of long ones, what is multiplied by x is taken as even and odd powers, each a
   * polynomial in x²: the chains of products that wait for each other are half as long then, for one product more.
   * Coefficients are written with as many digits as change the sum, on the interval they are made for, by more than a
   * sixty-fourth of its error.
   */
  polynomial(x: Local, coefficients: readonly number[]): Expression {
    const [constant, ...rest] = coefficients as readonly [number, ...number[]];
    if (rest.length === 0) return new Expression(() => this.push(constant));
    if (rest.length < 6) return this.mulAdd(this.polynomial(x, rest), x, constant);
    const square = this.let(this.mul(x, x));
    const [even, odd] = [0, 1].map((parity) =>
      this.polynomial(
        square,
        rest.filter((_, power) => power % 2 === parity),
      ),
    ) as [Expression, Expression];
    return this.mulAdd(this.mulAdd(odd, x, even), x, constant);
  }

  // — masks —

  equal(a: Operand, b: Operand): Expression {
    return this.#lane("eq", a, b);
  }

  notEqual(a: Operand, b: Operand): Expression {
    return this.#lane("ne", a, b);
  }

  less(a: Operand, b: Operand): Expression {
    return this.#lane("lt", a, b);
  }

  lessEqual(a: Operand, b: Operand): Expression {
    return this.#lane("le", a, b);
  }

  greater(a: Operand, b: Operand): Expression {
    return this.#lane("gt", a, b);
  }

  greaterEqual(a: Operand, b: Operand): Expression {
    return this.#lane("ge", a, b);
  }

  /** Set where a number that is not negative is greater than a positive limit or NaN: one comparison of their bits. */
  beyond(magnitude: Operand, limit: number): Expression {
    return this.integerCompare("gt_s", magnitude, limit);
  }

  and(a: Operand, b: Operand): Expression {
    return this.op("v128.and", a, b);
  }

  or(a: Operand, b: Operand): Expression {
    return this.op("v128.or", a, b);
  }

  xor(a: Operand, b: Operand): Expression {
    return this.op("v128.xor", a, b);
  }

  /** a and not b. */
  andNot(a: Operand, b: Operand): Expression {
    return this.op("v128.andnot", a, b);
  }

  not(a: Operand): Expression {
    return this.op("v128.not", a);
  }

  /** Lane by lane: `a` where the mask is set, else `b`. */
  select(mask: Mask, a: Operand, b: Operand): Expression {
    return this.op("v128.bitselect", a, b, mask);
  }

  // — bits and integers of the lane's width —

  /** The same bit pattern in every lane: 64 bits for f64x2, 32 for f32x4. */
  bits(pattern: bigint): Expression {
    return new Expression(() => this.#constant(this.#repeat(pattern)));
  }

  /** The sign bit of every lane. */
  get signBit(): Expression {
    return this.bits(this.pick(1n << 63n, 1n << 31n));
  }

  integerAdd(a: Operand, b: Operand): Expression {
    return this.op(`${this.integer}.add`, a, b);
  }

  integerSub(a: Operand, b: Operand): Expression {
    return this.op(`${this.integer}.sub`, a, b);
  }

  integerCompare(name: IntegerComparison, a: Operand, b: Operand): Expression {
    return this.op(`${this.integer}.${name}`, a, b);
  }

  shift(name: "shl" | "shr_u" | "shr_s", a: Operand, count: number): Expression {
    return new Expression(() => {
      this.push(a);
      this.code.i32(count);
      this.code.op(`${this.integer}.${name}`);
    });
  }

  // — control —

  /** Writes `build` as a branch that is entered when the mask is set in any lane. */
  whenAny(mask: Mask, build: () => void): void {
    this.push(mask);
    this.code.op(`${this.integer}.bitmask`);
    this.code.if(build);
  }

  /** The results, as new locals, of calling a function of vectors. */
  call(target: FunctionReference, ...operands: Operand[]): Local[] {
    for (const operand of operands) this.push(operand);
    this.code.call(target);
    const results = target.resultTypes.map((type) => this.code.local(type));
    for (let i = results.length - 1; i >= 0; i--) this.code.set(results[i] as Local);
    return results;
  }

  /** Replaces a local by the result of a function of vectors. */
  callInto(target: Local, called: FunctionReference, ...operands: Operand[]): void {
    for (const operand of operands) this.push(operand);
    this.code.call(called);
    this.code.set(target);
  }

  /**
   * A function of vectors, out of line: built once per module, lane type and choice of FMA. `build` leaves the
   * results on the stack.
   */
  helper(
    name: string,
    arity: number,
    build: (v: VectorFunction, ...args: Local[]) => void,
    results = 1,
  ): FunctionReference {
    const { module, lane, fma } = this;
    const vectors = (count: number): "v128"[] => Array<"v128">(count).fill("v128");
    return module.helper(`${name} ${lane} ${fma}`, vectors(arity), vectors(results), (code) => {
      build(this.into(code), ...code.parameters);
    });
  }
}
