import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass, Store } from "../schedule.ts";
import { stridesOver } from "../view.ts";
import { isSum, totalBytes } from "./accumulators.ts";
import {
  bytesPerElement,
  innerStride,
  lanesOf,
  loadVector,
  storeVector,
  type Access,
  type Address,
} from "./access.ts";
import { Body } from "./body.ts";
import { advance, atMost, countDown, repeatBelow } from "./counter.ts";
import type { FunctionBuilder, FunctionReference, Local, ModuleBuilder } from "./encoder.ts";
import { blockVectors, chainsOf, operandsOf, type PassPlan } from "./pass-plan.ts";
import { isFixed, Positions } from "./positions.ts";
import { Reductions } from "./reductions.ts";

/** What the code of a pass needs to know about its surroundings. */
export interface Surroundings {
  readonly module: ModuleBuilder;
  readonly fma: boolean;
  /** The node itself where the pass computes it, the same elements in the same order; nothing for all others. */
  ownSource(pass: Pass, operand: Tensor): Tensor | undefined;
  /** Where and how a pass with such levels finds an operand, or leaves a result, in memory. */
  accessOf(operand: Tensor, extents: readonly number[]): Access;
  /** True when something outside the pass needs the node. */
  isStored(node: Tensor): boolean;
  /** True when the only consumer of the node is the one that asks. */
  isUsedOnce(node: Tensor): boolean;
  /** Address of working space that belongs to a pass alone. */
  workspaceOf(pass: Pass): number;
}

/** Vectors of a row that are written out one after another instead of as a loop. */
const unrolledVectors = 4;

/** Rows that are added up together. */
const rowsTogether = 4;

/** A pass as code: `begin`, then `work` on groups from … to − 1 of it until all are done, then `finish`. */
export interface EmittedPass {
  readonly work: FunctionReference;
  begin(code: FunctionBuilder): void;
  finish(code: FunctionBuilder): void;
}

export function emitPass(pass: Pass, plan: PassPlan, around: Surroundings): EmittedPass {
  const work = around.module.function(["i32", "i32", "i32"], [], (code) => {
    new PassEmitter(code, pass, plan, around).emit();
  });
  const on = (write: (reductions: Reductions) => void) => (code: FunctionBuilder) => {
    if (pass.reductions.length > 0)
      code.scope(() => write(new PassEmitter(code, pass, plan, around).reductions));
  };
  return {
    work,
    begin: on((reductions) => reductions.begin()),
    finish: on((reductions) => reductions.finish()),
  };
}

class PassEmitter {
  readonly reductions: Reductions;
  readonly #code: FunctionBuilder;
  readonly #pass: Pass;
  readonly #plan: PassPlan;
  readonly #around: Surroundings;
  readonly #body: Body;
  readonly #lanes: number;
  /** What comes from outside. */
  readonly #operands: readonly Tensor[];
  readonly #positions: Positions;
  /** What the pass computes and adds up. */
  readonly #summed: ReadonlySet<Tensor | undefined>;
  /** Vectors from the position to the one at work, and how many of its lanes count. */
  #ahead = 0;
  #valid: number;
  /** Rows that are added up before sums in memory are, and the one of them at work. */
  #together = 1;
  #row = 0;

  constructor(code: FunctionBuilder, pass: Pass, plan: PassPlan, around: Surroundings) {
    this.#code = code;
    this.#pass = pass;
    this.#plan = plan;
    this.#around = around;
    this.#operands = operandsOf(pass).filter((operand) => around.ownSource(pass, operand) === undefined);
    this.#summed = new Set(
      pass.reductions.filter(isSum).map(({ inputs }) => around.ownSource(pass, inputs[0] as Tensor)),
    );
    this.#lanes = lanesOf(pass.format);
    this.#valid = this.#lanes;
    this.#positions = new Positions(code);
    const outside = {
      ownSource: (operand: Tensor) => around.ownSource(pass, operand),
      load: (operand: Tensor) => this.#load(operand),
    };
    this.#body = new Body(code, pass.format, pass.elementwise, around, outside, true);
    this.reductions = new Reductions(this.#body, pass, plan, around);
  }

  /** The function's body: groups from … to − 1. */
  emit(): void {
    const code = this.#code;
    const { reductions } = this;
    const { extents, steps, stepsPerGroup, groups, totals } = this.#plan;
    const [from, to] = code.parameters as [Local, Local, Local];
    const isFlat = extents.length === 1;
    for (const access of this.#accesses())
      this.#positions.begin(access, from, stepsPerGroup * (isFlat ? blockVectors * this.#lanes : 1));
    this.#loadFixed();
    if (groups === 1) {
      reductions.startTotals();
      if (isFlat) this.#run(Math.floor(this.#pass.size / this.#lanes), false);
      else this.#level(0, steps);
      return reductions.finishTotals();
    }
    const group = code.let("i32", from);
    // Where the group's totals are, behind those of the first one.
    const total = code.let("i32", from, totals.length * totalBytes, "i32.mul");
    const count = code.local("i32");
    code.loop((again) => {
      reductions.startTotals();
      reductions.storeTotals(total);
      code.set(count, steps, group, stepsPerGroup, "i32.mul", "i32.sub");
      atMost(code, count, stepsPerGroup);
      if (isFlat) this.#blocks(count, group, total);
      else {
        this.#level(0, count);
        reductions.joinTotals(total);
      }
      advance(code, total, totals.length * totalBytes);
      advance(code, group, 1);
      repeatBelow(code, group, to, again);
    });
  }

  /** Blocks of a flat pass; the last one of all may be shorter, and has the elements that fill no vector. */
  #blocks(count: Local, group: Local, total: Local): void {
    const code = this.#code;
    const { size } = this.#pass;
    const before = [group, this.#plan.stepsPerGroup * blockVectors, "i32.mul"] as const;
    const left = code.let("i32", Math.floor(size / this.#lanes), ...before, "i32.sub");
    const vectors = code.local("i32");
    countDown(code, count, () => {
      code.set(vectors, left);
      atMost(code, vectors, blockVectors);
      this.reductions.startTotals();
      this.#vectors(vectors);
      if (size % this.#lanes > 0) {
        code.put(left, blockVectors, "i32.lt_s");
        code.if(() => this.#tail(0));
      }
      this.reductions.joinTotals(total);
      advance(code, left, -blockVectors);
    });
  }

  /** One level of the nest, `count` steps of it; positions end where the level began plus `count` strides. */
  #level(level: number, count: number | Local): void {
    const { extents } = this.#plan;
    this.reductions.startRows(level);
    if (level === extents.length - 1) this.#run(Math.floor((count as number) / this.#lanes), true);
    else {
      const steps = (times: number | Local, together: number): void => {
        countDown(this.#code, this.#code.let("i32", times), () => {
          this.#together = together;
          this.#level(level + 1, extents[level + 1] as number);
          this.#together = 1;
          this.#positions.move(
            (access) => together * (access.strides[level] as number) - this.#runThrough(access, level + 1),
          );
        });
      };
      const rows = this.#addsRows(level) ? (count as number) : 0;
      if (rows < rowsTogether) steps(count, 1);
      else {
        steps(Math.floor(rows / rowsTogether), rowsTogether);
        if (rows % rowsTogether > 0) steps(rows % rowsTogether, 1);
      }
    }
    this.reductions.storeRows(level, (access) => this.#positions.of(access));
  }

  /** True for a level of rows that are only added up: then a few of them are, before the sums in memory are. */
  #addsRows(level: number): boolean {
    const { reductions } = this.#pass;
    return (
      level === this.#plan.extents.length - 2 &&
      reductions.length > 0 &&
      reductions.every((node) => this.reductions.accumulatorOf(node) === undefined) &&
      this.reductions.accesses.every(({ strides }) => strides[level] === 0) &&
      this.#uniform.length === 0
    );
  }

  /** How far a position is moved by a whole run through the given level. */
  #runThrough({ strides }: Access, level: number): number {
    const { extents } = this.#plan;
    if (level < extents.length - 1) return (extents[level] as number) * (strides[level] as number);
    const whole = Math.floor((extents[level] as number) / this.#lanes);
    return whole <= unrolledVectors ? 0 : whole * this.#lanes * (strides[level] as number);
  }

  /** A run through the innermost level. */
  #run(whole: number, mayUnroll: boolean): void {
    const rest = (this.#plan.extents.at(-1) as number) % this.#lanes;
    this.#code.scope(() => {
      const uniform = this.#uniform;
      for (const operand of uniform) this.#body.read(operand);
      if (mayUnroll && whole <= unrolledVectors) {
        for (this.#ahead = 0; this.#ahead < whole; this.#ahead++) this.#iteration();
        this.#ahead = 0;
        if (rest > 0) this.#tail(whole);
        else this.#endChunk();
      } else {
        if (whole > 0) this.#vectors(whole);
        if (rest > 0) this.#tail(0);
      }
      for (const operand of uniform) this.#body.values.delete(operand);
    });
  }

  #endChunk(): void {
    for (const each of this.reductions.accumulators) each.endChunk();
  }

  /** So many vectors, or none, chunk by chunk where there are sums. */
  #vectors(count: number | Local): void {
    const code = this.#code;
    const chunk = this.#chunkVectors();
    const left = code.let("i32", count);
    const several = chainsOf(this.#pass, this.#plan);
    const turns = (times: Local, together: number): void => {
      code.get(times);
      code.if(() =>
        countDown(code, times, () => {
          code.scope(() => {
            for (this.#ahead = 0; this.#ahead < together; this.#ahead++) this.#iteration();
            this.#ahead = 0;
          });
          this.#positions.move((access) => together * this.#lanes * innerStride(access));
        }),
      );
    };
    const run = (remaining: Local): void => {
      if (several > 1) {
        turns(code.let("i32", remaining, several, "i32.div_u"), several);
        code.set(remaining, remaining, several, "i32.rem_u");
      }
      turns(remaining, 1);
      this.#endChunk();
    };
    if ((typeof count === "number" && count <= chunk) || this.reductions.accumulators.length === 0)
      return run(left);
    const now = code.local("i32");
    code.loop((again) => {
      code.set(now, left);
      atMost(code, now, chunk);
      code.set(left, left, now, "i32.sub");
      run(now);
      code.get(left);
      code.brIf(again);
    });
  }

  /**
   * Vectors in a chunk, whose elements a sum adds one after another in the format of the data. Short chunks are exact, and
   * fast where few sums would wait for one addition after the other; so many f64 sums that registers run out pay for
   * their ends, and have a block for a chunk.
   */
  #chunkVectors(): number {
    if (this.#pass.format === "f32") return 8;
    return this.#pass.reductions.filter(isSum).length > 8 ? blockVectors : 32;
  }

  /** A last, partial vector: its spare lanes are computed, but neither stored nor reduced. */
  #tail(ahead: number): void {
    this.#code.scope(() => {
      this.#ahead = ahead;
      this.#valid = (this.#plan.extents.at(-1) as number) % this.#lanes;
      this.#iteration();
      this.#valid = this.#lanes;
      this.#ahead = 0;
    });
    this.#endChunk();
  }

  // — one vector —

  #iteration(): void {
    const sums = new Map<Tensor, Local>();
    for (this.#row = 0; this.#row < this.#together; this.#row++) this.#oneRow(sums);
    this.#row = 0;
    for (const [node, sum] of sums)
      this.reductions.accumulateColumn(node, sum, (access) => this.#at(access), this.#valid);
  }

  /** @param sums of the rows before, for reductions in memory */
  #oneRow(sums: Map<Tensor, Local>): void {
    const body = this.#body;
    const kept = body.values;
    body.values = new Map(kept);
    const { elementwise, reductions, stores } = this.#pass;
    const deferred = new Set<Tensor>();
    if (body.vector.fma) for (const node of elementwise) if (this.#isSummedProduct(node)) deferred.add(node);
    for (const node of elementwise) if (!deferred.has(node)) body.compute(node);
    for (const node of reductions) this.#accumulate(node, sums);
    // Stored last: what replaces an operand may be stored over it.
    const placed = stores.map((each) => body.numbers(each.operand));
    for (const node of elementwise)
      if (this.#around.isStored(node)) this.#store(body.numbers(node), this.#accessOf(node));
    stores.forEach((each, index) => {
      this.#store(placed[index] as Local, this.#target(each));
    });
    body.values = kept;
  }

  #store(value: Local, access: Access): void {
    storeVector(this.#body.vector, value, access, this.#at(access), this.#valid);
  }

  #load(operand: Tensor): Local {
    const { vector } = this.#body;
    if (typeof operand.storage === "number") return vector.let(operand.storage);
    const access = this.#accessOf(operand);
    return loadVector(vector, access, this.#at(access), this.#valid);
  }

  /** Where the vector at work has its first element. */
  #at(access: Access): Address {
    const { position, offset } = this.#positions.of(access);
    const below = access.strides.at(-2) ?? 0;
    return { position, offset: offset + this.#ahead * this.#lanes * innerStride(access) + this.#row * below };
  }

  /**
   * True for a product that only a sum consumes: the sum multiplies and adds at once. Nowhere else are a product and an
   * addition joined: x·x − y·y would then no longer be 0 where x = y, and its root not a number.
   */
  #isSummedProduct(node: Tensor): boolean {
    const { name } = node.op;
    return (
      (name === "mul" || name === "square") &&
      (node.dtype === "f64" || node.dtype === "f32") &&
      this.#summed.has(node) &&
      this.#around.isUsedOnce(node) &&
      !this.#around.isStored(node)
    );
  }

  #accumulate(node: Tensor, sums: Map<Tensor, Local>): void {
    const body = this.#body;
    const { vector } = body;
    const operand = node.inputs[0] as Tensor;
    const each = this.reductions.accumulatorOf(node);
    if (each === undefined) {
      const [value, before] = [body.numbers(operand), sums.get(node)];
      sums.set(
        node,
        before === undefined ? value : vector.let(this.reductions.combined(node, before, value)),
      );
      return;
    }
    const isPartial = this.#valid < this.#lanes;
    const source = this.#around.ownSource(this.#pass, operand);
    if (source !== undefined && vector.fma && this.#isSummedProduct(source)) {
      const [x, y = x] = source.inputs as [Tensor, Tensor | undefined];
      const factors: [Local, Local] = [body.numbers(x), body.numbers(y)];
      if (!isPartial) return each.addProduct(...factors);
      return each.add(vector.select(this.#laneMask(), vector.mul(...factors), each.identity));
    }
    const value = body.numbers(operand);
    each.add(isPartial ? vector.select(this.#laneMask(), value, each.identity) : value);
  }

  /** All ones in the lanes that count. */
  #laneMask(): Local {
    const code = this.#code;
    const bytes = this.#valid * bytesPerElement[this.#pass.format];
    code.v128(Array.from({ length: 16 }, (_, byte) => (byte < bytes ? 0xff : 0)));
    return code.let("v128");
  }

  // — memory —

  #accessOf(operand: Tensor): Access {
    return this.#around.accessOf(operand, this.#plan.extents);
  }

  /** Where a store puts its operand's elements. */
  #target({ node, runs, offset }: Store): Access {
    const bytes = bytesPerElement[this.#pass.format];
    const whole = this.#around.accessOf(node, []);
    const strides = stridesOver(runs, this.#plan.extents).map((stride) => stride * bytes);
    return { ...whole, address: whole.address + offset * bytes, strides };
  }

  /** Every way to memory that moves with the pass. */
  #accesses(): Access[] {
    const read = this.#operands.filter(({ storage }) => typeof storage !== "number");
    const stored = this.#pass.elementwise.filter((node) => this.#around.isStored(node));
    return [
      ...[...read, ...stored].map((node) => this.#accessOf(node)),
      ...this.#pass.stores.map((each) => this.#target(each)),
      ...this.reductions.accesses,
    ];
  }

  /** Loads what is the same everywhere. */
  #loadFixed(): void {
    for (const operand of this.#operands)
      if (typeof operand.storage === "number" || isFixed(this.#accessOf(operand))) this.#body.read(operand);
  }

  /** What stays the same along the innermost level, for one run through it. */
  get #uniform(): Tensor[] {
    return this.#operands.filter((operand) => {
      if (typeof operand.storage === "number") return false;
      const access = this.#accessOf(operand);
      return innerStride(access) === 0 && !isFixed(access);
    });
  }
}
