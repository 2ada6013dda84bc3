import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "../schedule.ts";
import { accumulator, isSum, totalBytes, type Accumulator } from "./accumulators.ts";
import {
  bytesPerElement,
  innerStride,
  lanesOf,
  loadVector,
  storeVector,
  vectorBytes,
  type Access,
  type Address,
} from "./access.ts";
import type { Body } from "./body.ts";
import { advance, repeatBelow } from "./counter.ts";
import type { Local } from "./encoder.ts";
import type { Expression } from "./math/vector-function.ts";
import { chainsOf, innerLevel, isCombined, resultStrides, type PassPlan } from "./pass-plan.ts";
import type { Surroundings } from "./pass.ts";

/** A reduction over the inner levels of a nest: in registers from `level` on, one result for every run through it. */
interface Row {
  readonly node: Tensor;
  readonly accumulator: Accumulator;
  readonly access: Access;
  readonly level: number;
  /** True when several runs make one result: they join its total, or are compared with it. */
  readonly isJoined: boolean;
  readonly isCombined: boolean;
}

/** Elements of a row of at most 16 chunks. */
const shortRow = 1024;

/** Where the elements at work are, in memory. */
type Locate = (access: Access) => Address;

/**
 * The reductions of a pass. Those over the whole index space have a total for every group of its steps; those over inner
 * levels leave registers at the end of a run; those over outer levels are added to vectors in memory, f32 sums in f64.
 */
export class Reductions {
  readonly #body: Body;
  readonly #plan: PassPlan;
  readonly #pass: Pass;
  readonly #around: Surroundings;
  readonly #totals: readonly (readonly [Tensor, Accumulator])[];
  /** By what they reduce to, with those of rows. */
  readonly #accumulators: Map<Tensor, Accumulator>;
  readonly #rows: Row[] = [];
  /** Reductions over outer levels alone: their results are vectors in memory. */
  readonly #columns = new Map<Tensor, Access>();

  constructor(body: Body, pass: Pass, plan: PassPlan, around: Surroundings) {
    this.#body = body;
    this.#pass = pass;
    this.#plan = plan;
    this.#around = around;
    // In a flat pass of several groups, blocks are short.
    const isShort = plan.extents.length === 1 && (plan.groups > 1 || pass.size <= shortRow);
    const chains = chainsOf(pass, plan);
    this.#totals = plan.totals.map((node) => [node, accumulator(body.vector, node, isShort, chains)]);
    this.#accumulators = new Map(this.#totals);
    for (const node of pass.reductions) if (!this.#accumulators.has(node)) this.#addPartial(node);
    for (const { node, accumulator: each } of this.#rows) this.#accumulators.set(node, each);
  }

  #addPartial(node: Tensor): void {
    const { extents, wide, joined } = this.#plan;
    const strides = resultStrides(node, extents);
    const level = innerLevel(strides);
    const inBytes = (bytes: number): number[] => strides.map((stride) => stride * bytes);
    const { format } = this.#pass;
    const own = { ...this.#around.accessOf(node, []), strides: inBytes(bytesPerElement[format]) };
    const inWorkspace = (bytes: number): Access => ({
      address: this.#placeOf(node),
      format: "f64",
      strides: inBytes(bytes),
    });
    if (level === extents.length) {
      this.#columns.set(node, wide.includes(node) ? inWorkspace(8) : own);
      return;
    }
    const isJoined = joined.includes(node);
    const isShort = level === extents.length - 1 && (extents.at(-1) as number) <= shortRow;
    this.#rows.push({
      node,
      accumulator: accumulator(this.#body.vector, node, isShort, chainsOf(this.#pass, this.#plan)),
      access: isJoined ? inWorkspace(totalBytes) : own,
      level,
      isJoined,
      isCombined: isCombined(strides),
    });
  }

  #placeOf(node: Tensor): number {
    return this.#around.workspaceOf(this.#pass) + (this.#plan.places.get(node) as number);
  }

  /** Where results go that move with the pass. */
  get accesses(): Access[] {
    return [...this.#rows.map(({ access }) => access), ...this.#columns.values()];
  }

  // — before and after all groups —

  /** What is combined in memory starts from nothing. */
  begin(): void {
    const { code } = this.#body;
    const combined = this.#rows.filter((row) => row.isCombined);
    const inMemory = [...this.#columns, ...combined.map(({ node, access }) => [node, access] as const)];
    for (const [node, access] of inMemory)
      if (isSum(node)) {
        const isJoined = this.#plan.joined.includes(node);
        code.i32(access.address);
        code.i32(0);
        code.i32(node.size * (isJoined ? totalBytes : bytesPerElement[access.format]));
        code.memoryFill();
      } else {
        const identity = this.#body.vector.let(node.op.name === "max" ? -Infinity : Infinity);
        this.#eachVector(access, node.size, (at, valid, unit) =>
          storeVector(this.#body.vector, identity, unit, at, valid),
        );
      }
  }

  /** The totals of all groups become one; joined and wide sums are rounded. */
  finish(): void {
    const { code, vector } = this.#body;
    const { groups, wide, totals } = this.#plan;
    const stride = totals.length * totalBytes;
    if (groups > 1)
      this.#totals.forEach(([node, each], index) => {
        const position = code.let("i32", 0);
        const first = this.#totalAt(index, undefined);
        code.loop((again) => {
          advance(code, position, stride);
          each.loadTotal({ position, offset: first.offset });
          each.joinTotal(first);
          repeatBelow(code, position, (groups - 1) * stride, again);
        });
        each.loadTotal(first);
        this.#storeTotal(node, each);
      });
    for (const { node, accumulator: each, isJoined } of this.#rows) {
      if (!isJoined) continue;
      const [from, to] = [code.let("i32", 0), code.let("i32", 0)];
      const { address, format } = this.#around.accessOf(node, []);
      code.loop((again) => {
        each.loadTotal({ position: from, offset: this.#placeOf(node) });
        this.#storeLane(node, each.result(), { position: to, offset: address });
        advance(code, to, bytesPerElement[format]);
        advance(code, from, totalBytes);
        repeatBelow(code, from, node.size * totalBytes, again);
      });
    }
    for (const node of wide) {
      const from: Access = { address: this.#placeOf(node), format: "f64", strides: [8] };
      this.#eachVector(this.#around.accessOf(node, []), node.size, (at, valid, unit) => {
        code.scope(() => {
          const twice = code.let("i32", at.position as Local, 1, "i32.shl");
          const sums = loadVector(vector, from, { position: twice, offset: from.address }, valid);
          storeVector(vector, sums, unit, at, valid);
        });
      });
    }
  }

  /** A loop over elements that lie one after another. */
  #eachVector(access: Access, size: number, visit: (at: Address, valid: number, unit: Access) => void): void {
    const { code } = this.#body;
    const lanes = lanesOf(access.format);
    const whole = Math.floor(size / lanes);
    const unit = { ...access, strides: [bytesPerElement[access.format]] };
    const position = code.let("i32", 0);
    const at = { position, offset: access.address };
    if (whole > 0)
      code.loop((again) => {
        visit(at, lanes, unit);
        advance(code, position, vectorBytes);
        repeatBelow(code, position, whole * vectorBytes, again);
      });
    if (size % lanes > 0) visit(at, size % lanes, unit);
  }

  // — totals —

  #totalAt(index: number, position: Local | undefined): Address {
    return { position, offset: this.#around.workspaceOf(this.#pass) + index * totalBytes };
  }

  /** Begins a block of the pass, or the whole of it. */
  startTotals(): void {
    for (const [, each] of this.#totals) each.start();
  }

  /** The totals in memory, of the group at this position, begin with nothing or take a block in. */
  storeTotals(group: Local): void {
    this.#totals.forEach(([, each], index) => {
      each.storeTotal(this.#totalAt(index, group));
    });
  }

  joinTotals(group: Local): void {
    this.#totals.forEach(([, each], index) => {
      each.joinTotal(this.#totalAt(index, group));
    });
  }

  /** Leaves the results of a pass that is one group. */
  finishTotals(): void {
    for (const [node, each] of this.#totals) this.#storeTotal(node, each);
  }

  #storeTotal(node: Tensor, each: Accumulator): void {
    const { address } = this.#around.accessOf(node, []);
    this.#storeLane(node, each.result(), { position: undefined, offset: address });
  }

  #storeLane(node: Tensor, result: Local, at: Address): void {
    const { vector } = this.#body;
    const value = node.dtype === "i32" ? this.#body.toInteger(result) : result;
    storeVector(vector, value, { address: 0, format: this.#pass.format, strides: [vectorBytes] }, at, 1);
  }

  // — rows —

  startRows(level: number): void {
    for (const row of this.#rows) if (row.level === level) row.accumulator.start();
  }

  storeRows(level: number, locate: Locate): void {
    for (const { node, accumulator: each, access, level: own, isJoined, isCombined: isOneOf } of this.#rows) {
      if (own !== level) continue;
      this.#body.code.scope(() => {
        const at = locate(access);
        if (isJoined) return each.joinTotal(at);
        let result = each.result();
        if (isOneOf) {
          const before = loadVector(this.#body.vector, { ...access, strides: [0] }, at, 1);
          result = this.#body.vector.let(this.combined(node, before, result));
        }
        this.#storeLane(node, result, at);
      });
    }
  }

  // — at work —

  /** What is being added up in registers. */
  get accumulators(): Accumulator[] {
    return [...this.#accumulators.values()];
  }

  accumulatorOf(node: Tensor): Accumulator | undefined {
    return this.#accumulators.get(node);
  }

  /** Adds one vector to results in memory. */
  accumulateColumn(node: Tensor, value: Local, locate: Locate, valid: number): void {
    const { vector, code } = this.#body;
    const access = this.#columns.get(node) as Access;
    const at = locate(access);
    if (access.format === this.#pass.format) {
      const before = loadVector(vector, access, at, valid);
      const sum = vector.let(this.combined(node, before, value));
      storeVector(vector, node.dtype === "i32" ? this.#body.toInteger(sum) : sum, access, at, valid);
      return;
    }
    // f32 elements are added to f64 sums, two by two.
    const wide = vector.wide();
    for (let first = 0; first < valid; first += 2) {
      const place = { position: at.position, offset: at.offset + first * innerStride(access) };
      const count = Math.min(2, valid - first);
      const before = loadVector(wide, access, place, count);
      vector.push(value);
      if (first > 0) {
        vector.push(value);
        code.shuffle64([1, 1]);
      }
      code.op("f64x2.promote_low_f32x4");
      const promoted = code.local("v128");
      code.set(promoted);
      storeVector(wide, wide.let(wide.add(before, promoted)), access, place, count);
    }
  }

  combined(node: Tensor, a: Local, b: Local): Expression {
    const { vector } = this.#body;
    if (isSum(node)) return vector.add(a, b);
    return node.op.name === "max" ? vector.max(a, b) : vector.min(a, b);
  }
}
