import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass, Store } from "../schedule.ts";
import { runsOf, stridesOver } from "../view.ts";
import { accumulator, isSum, totalBytes, type Accumulator, type Address } from "./accumulators.ts";
import { bytesPerElement, innerStride, lanesOf, loadVector, storeVector, vectorBytes, type Access } from "./access.ts";
import { Body } from "./body.ts";
import type { FunctionBuilder, FunctionReference, Local, ModuleBuilder } from "./encoder.ts";

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

/** Vectors in a block of a flat pass. */
const blockVectors = 512;
/** Elements up to which a pass is one group. */
const smallSize = 8192;
/** Groups of a large pass: the units of work that may be done side by side. Every total of a group is its own. */
const mostGroups = 64;
/** Vectors of a row that are written out one after another instead of as a loop. */
const unrolledVectors = 4;

/** The shape of a pass's code, before it is written. */
export interface PassPlan {
  /** Extents of the nest, outermost first. */
  readonly extents: readonly number[];
  /** Steps of the outermost level: rows, or blocks of a flat pass. */
  readonly steps: number;
  readonly stepsPerGroup: number;
  readonly groups: number;
  readonly totals: readonly Tensor[];
  /** Sums in f32 that are added up in memory, in f64: their number of elements. */
  readonly wideColumns: readonly Tensor[];
  readonly workspaceBytes: number;
  /** True when its groups have nothing to do with each other. */
  readonly isParallel: boolean;
}

export function extentsOf({ size, cuts }: Pick<Pass, "size" | "cuts">): number[] {
  const ends = [1, ...cuts, size];
  return ends
    .slice(1)
    .map((end, index) => end / (ends[index] as number))
    .reverse();
}

/** Strides of a reduction's result over the levels of the nest, 0 along reduced ones, in elements. */
function resultStrides(node: Tensor, extents: readonly number[]): number[] {
  const { shape } = node.inputs[0] as Tensor;
  const axes = node.attributes as readonly number[];
  let stride = 1;
  const strides = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--)
    if (!axes.includes(axis)) {
      strides[axis] = stride;
      stride *= shape[axis] as number;
    }
  return stridesOver(runsOf({ shape, strides }), extents);
}

/** Everything that the work of a pass reads. */
export function operandsOf({ elementwise, reductions, stores }: Pass): Tensor[] {
  const inputs = [...elementwise, ...reductions].flatMap((node) => node.inputs);
  return [...new Set([...inputs, ...stores.map(({ operand }) => operand)])];
}

/** True for one element that is the same for the whole pass. */
function isFixed({ strides }: Access): boolean {
  return strides.every((stride) => stride === 0);
}

/** True for an access that goes backwards: an instruction cannot subtract from a position. */
function isAbsolute({ strides }: Access): boolean {
  return strides.some((stride) => stride < 0);
}

function positionKey(access: Access): string {
  return access.strides.join() + (isAbsolute(access) ? `@${access.address}` : "");
}

export function planPass(pass: Pass): PassPlan {
  const extents = extentsOf(pass);
  const lanes = lanesOf(pass.format);
  const isFlat = extents.length === 1;
  const steps = isFlat ? Math.max(1, Math.ceil(pass.size / lanes / blockVectors)) : (extents[0] as number);
  const totals = pass.reductions.filter((node) => resultStrides(node, extents).every((stride) => stride === 0));
  const others = pass.reductions.filter((node) => !totals.includes(node));
  const isParallel = others.every((node) => resultStrides(node, extents)[0] !== 0);
  const wanted = pass.size <= smallSize || !isParallel ? 1 : Math.min(mostGroups, steps);
  const stepsPerGroup = Math.ceil(steps / wanted);
  const groups = Math.ceil(steps / stepsPerGroup);
  const wideColumns = others.filter(
    (node) => pass.format === "f32" && isSum(node) && resultStrides(node, extents).at(-1) !== 0,
  );
  return {
    extents,
    steps,
    stepsPerGroup,
    groups,
    totals,
    wideColumns,
    isParallel,
    workspaceBytes:
      (groups > 1 ? groups * totals.length * totalBytes : 0) +
      wideColumns.reduce((sum, { size }) => sum + wideBytes(size), 0),
  };
}

function wideBytes(size: number): number {
  return Math.ceil(size / 2) * 16;
}

/** Writes a pass: `work` does groups from … to − 1, `finish` (in the caller's code) what comes after all of them. */
export function emitPass(
  pass: Pass,
  plan: PassPlan,
  around: Surroundings,
): { work: FunctionReference; begin(code: FunctionBuilder): void; finish(code: FunctionBuilder): void } {
  const work = around.module.function(["i32", "i32", "i32"], [], (code) => {
    new PassEmitter(code, pass, plan, around).emit();
  });
  const on = (write: (emitter: PassEmitter) => void) => (code: FunctionBuilder) =>
    code.scope(() => write(new PassEmitter(code, pass, plan, around)));
  return { work, begin: on((emitter) => emitter.begin()), finish: on((emitter) => emitter.finish()) };
}

/** Arithmetic on scalars: straight-line code in which every lane holds the same number. */
export function emitScalars(code: FunctionBuilder, pass: Pass, around: Surroundings): void {
  code.scope(() => {
    const outside = {
      ownSource: (operand: Tensor) => around.ownSource(pass, operand),
      load: (operand: Tensor): Local => {
        if (typeof operand.storage === "number") return body.vector.let(operand.storage);
        const access = around.accessOf(operand, [1]);
        return loadVector(body.vector, access, { position: undefined, offset: access.address }, lanesOf(pass.format));
      },
    };
    const body = new Body(code, pass.format, pass.elementwise, around, outside, false);
    const store = (value: Local, node: Tensor, offset: number): void => {
      const access = { ...around.accessOf(node, []), strides: [vectorBytes] };
      storeVector(body.vector, value, access, { position: undefined, offset: access.address + offset }, 1);
    };
    for (const node of pass.elementwise) body.compute(node);
    const placed = pass.stores.map(({ operand }) => body.numbers(operand));
    for (const node of pass.elementwise) if (around.isStored(node)) store(body.numbers(node), node, 0);
    pass.stores.forEach(({ node, offset }, index) => {
      store(placed[index] as Local, node, offset * bytesPerElement[pass.format]);
    });
  });
}

/** A reduction whose results are many: where they go, and from which level of the nest on it runs in registers. */
interface Partial {
  readonly node: Tensor;
  readonly accumulator: Accumulator;
  readonly access: Access;
  readonly level: number;
  /** True when several results of the registers make one in memory. */
  readonly isCombined: boolean;
}

class PassEmitter {
  readonly #code: FunctionBuilder;
  readonly #pass: Pass;
  readonly #plan: PassPlan;
  readonly #around: Surroundings;
  readonly #body: Body;
  readonly #lanes: number;
  /** What comes from outside. */
  readonly #operands: readonly Tensor[];
  readonly #positions = new Map<string, { local: Local; access: Access }>();
  readonly #totals: readonly (readonly [Tensor, Accumulator])[];
  readonly #rows: readonly Partial[];
  /** Reductions over outer levels alone: their results are vectors in memory. */
  readonly #columns: readonly Omit<Partial, "accumulator" | "level">[];
  /** Vectors from the position to the one at work, and how many of its lanes count. */
  #ahead = 0;
  #valid: number;

  constructor(code: FunctionBuilder, pass: Pass, plan: PassPlan, around: Surroundings) {
    this.#code = code;
    this.#pass = pass;
    this.#plan = plan;
    this.#around = around;
    this.#operands = operandsOf(pass).filter((operand) => around.ownSource(pass, operand) === undefined);
    this.#lanes = lanesOf(pass.format);
    this.#valid = this.#lanes;
    this.#body = new Body(
      code,
      pass.format,
      pass.elementwise,
      around,
      {
        ownSource: (operand) => around.ownSource(pass, operand),
        load: (operand) =>
          typeof operand.storage === "number"
            ? this.#body.vector.let(operand.storage)
            : this.#load(this.#accessOf(operand)),
      },
      true,
    );
    const { vector } = this.#body;
    const { extents, totals } = plan;
    this.#totals = totals.map((node) => [node, accumulator(vector, node)]);
    const rows: Partial[] = [];
    const columns: Omit<Partial, "accumulator" | "level">[] = [];
    for (const node of pass.reductions) {
      if (totals.includes(node)) continue;
      const strides = resultStrides(node, extents);
      const level = strides.findLastIndex((stride) => stride !== 0) + 1;
      const isCombined = strides.slice(0, level).includes(0);
      const bytes = bytesPerElement[pass.format];
      const own = around.accessOf(node, []);
      const inBytes = strides.map((stride) => stride * bytes);
      if (level < extents.length)
        rows.push({ node, accumulator: accumulator(vector, node), access: { ...own, strides: inBytes }, level, isCombined });
      else {
        const isWide = plan.wideColumns.includes(node);
        const access: Access = isWide
          ? { address: this.#wideAddress(node), format: "f64", strides: strides.map((stride) => stride * 8) }
          : { ...own, strides: inBytes };
        columns.push({ node, access, isCombined });
      }
    }
    this.#rows = rows;
    this.#columns = columns;
  }

  #wideAddress(node: Tensor): number {
    const { wideColumns, workspaceBytes } = this.#plan;
    const from = wideColumns.slice(wideColumns.indexOf(node)).reduce((sum, { size }) => sum + wideBytes(size), 0);
    return this.#around.workspaceOf(this.#pass) + workspaceBytes - from;
  }

  /** Before any group: what is added up in memory starts from nothing. */
  begin(): void {
    const code = this.#code;
    for (const { node, access } of [...this.#columns, ...this.#rows.filter(({ isCombined }) => isCombined)]) {
      const bytes = node.size * bytesPerElement[access.format];
      if (isSum(node)) {
        code.i32(access.address);
        code.i32(0);
        code.i32(bytes);
        code.memoryFill();
      } else {
        const { vector } = this.#body;
        const identity = vector.let(node.op.name === "max" ? -Infinity : Infinity);
        this.#eachVector(access, node.size, (at, valid) =>
          storeVector(vector, identity, { ...access, strides: [bytesPerElement[access.format]] }, at, valid),
        );
      }
    }
  }

  /** A loop over elements that lie one after another. */
  #eachVector(access: Access, size: number, visit: (at: Address, valid: number) => void): void {
    const code = this.#code;
    const whole = Math.floor(size / this.#lanes);
    const step = this.#lanes * bytesPerElement[access.format];
    const position = code.local("i32");
    code.i32(0);
    code.set(position);
    const at = { position, offset: access.address };
    if (whole > 0)
      code.loop((again) => {
        visit(at, this.#lanes);
        this.#add(position, step);
        code.get(position);
        code.i32(whole * step);
        code.op("i32.lt_u");
        code.brIf(again);
      });
    if (size % this.#lanes > 0) visit(at, size % this.#lanes);
  }

  /** After all groups: their totals become one, and wide sums are rounded. */
  finish(): void {
    const code = this.#code;
    const { groups, wideColumns, totals } = this.#plan;
    if (groups > 1)
      this.#totals.forEach(([node, each], index) => {
        const position = code.local("i32");
        code.i32(0);
        code.set(position);
        const stride = totals.length * totalBytes;
        const first = this.#totalAt(index, undefined);
        code.loop((again) => {
          this.#add(position, stride);
          each.loadTotal({ position, offset: first.offset });
          each.joinTotal(first);
          code.get(position);
          code.i32((groups - 1) * stride);
          code.op("i32.lt_u");
          code.brIf(again);
        });
        each.loadTotal(first);
        this.#storeResult(node, each);
      });
    for (const node of wideColumns) {
      const { vector } = this.#body;
      const from: Access = { address: this.#wideAddress(node), format: "f64", strides: [8] };
      const to = this.#around.accessOf(node, []);
      this.#eachVector({ ...to, strides: [4] }, node.size, (at, valid) => {
        code.scope(() => {
          const twice = code.local("i32");
          code.get(at.position as Local);
          code.i32(1);
          code.op("i32.shl");
          code.set(twice);
          const sums = loadVector(vector, from, { position: twice, offset: from.address }, valid);
          storeVector(vector, sums, { ...to, strides: [4] }, at, valid);
        });
      });
    }
  }

  #totalAt(index: number, position: Local | undefined): Address {
    return { position, offset: this.#around.workspaceOf(this.#pass) + index * totalBytes };
  }

  #storeResult(node: Tensor, each: Accumulator): void {
    const { vector } = this.#body;
    const access = this.#around.accessOf(node, []);
    const local = node.dtype === "i32" ? this.#body.toInteger(each.result()) : each.result();
    storeVector(vector, local, { ...access, strides: [vectorBytes] }, { position: undefined, offset: access.address }, 1);
  }

  /** The function's body: groups from … to − 1. */
  emit(): void {
    const code = this.#code;
    const { extents, steps, stepsPerGroup, groups, totals } = this.#plan;
    const [from, to] = code.parameters as [Local, Local, Local];
    this.#gatherPositions(from);
    this.#loadFixed();
    if (groups === 1) {
      for (const [, each] of this.#totals) each.start();
      this.#steps(steps);
      for (const [node, each] of this.#totals) this.#storeResult(node, each);
      return;
    }
    const group = code.local("i32");
    const total = code.local("i32");
    code.get(from);
    code.set(group);
    code.get(from);
    code.i32(totals.length * totalBytes);
    code.op("i32.mul");
    code.set(total);
    code.loop((again) => {
      for (const [, each] of this.#totals) each.start();
      this.#totals.forEach(([, each], index) => {
        each.storeTotal(this.#totalAt(index, total));
      });
      const count = code.local("i32");
      this.#behindGroup(group, steps, stepsPerGroup, count);
      this.#least(count, stepsPerGroup);
      code.set(count);
      if (extents.length === 1) this.#flatSteps(count, total, group);
      else {
        this.#level(0, count);
        this.#totals.forEach(([, each], index) => {
          each.joinTotal(this.#totalAt(index, total));
        });
      }
      this.#add(total, totals.length * totalBytes);
      this.#add(group, 1);
      code.get(group);
      code.get(to);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  /** All there is, as one group. */
  #steps(count: number): void {
    if (this.#plan.extents.length > 1) this.#level(0, count);
    else this.#innerRun(Math.floor(this.#pass.size / this.#lanes), false);
  }

  /** Blocks of a flat pass; the last one of all may be shorter, and has the elements that fill no vector. */
  #flatSteps(count: Local, total: Local, group: Local): void {
    const code = this.#code;
    const whole = Math.floor(this.#pass.size / this.#lanes);
    const done = code.local("i32");
    // Vectors that are left from the group's first one on.
    const left = code.local("i32");
    this.#behindGroup(group, whole, this.#plan.stepsPerGroup * blockVectors, left);
    code.i32(0);
    code.set(done);
    code.loop((again) => {
      const vectors = code.local("i32");
      this.#least(left, blockVectors);
      code.set(vectors);
      for (const [, each] of this.#totals) each.start();
      code.get(vectors);
      code.if(() => this.#vectors(vectors));
      if (this.#pass.size % this.#lanes > 0) {
        code.get(left);
        code.i32(blockVectors);
        code.op("i32.lt_s");
        code.if(() => this.#tail(0));
      }
      this.#totals.forEach(([, each], index) => {
        each.joinTotal(this.#totalAt(index, total));
      });
      this.#add(left, -blockVectors);
      this.#add(done, 1);
      code.get(done);
      code.get(count);
      code.op("i32.lt_u");
      code.brIf(again);
    });
  }

  /** One level of the nest, `count` steps of it; positions end where the level began plus `count` strides. */
  #level(level: number, count: number | Local): void {
    const { extents } = this.#plan;
    const rows = this.#rows.filter((row) => row.level === level);
    for (const { accumulator: each } of rows) each.start();
    if (level === extents.length - 1) this.#innerRun(Math.floor((count as number) / this.#lanes), true);
    else {
      const code = this.#code;
      const left = code.local("i32");
      this.#push(count);
      code.set(left);
      const inner = extents[level + 1] as number;
      code.loop((again) => {
        this.#level(level + 1, inner);
        for (const { local, access } of this.#positions.values()) {
          const own = access.strides[level] as number;
          this.#add(local, own - this.#advanceOf(access, level + 1));
        }
        this.#add(left, -1);
        code.get(left);
        code.brIf(again);
      });
    }
    for (const row of rows) this.#storeRow(row);
  }

  /** How far a position is moved by a whole run through the given level. */
  #advanceOf({ strides }: Access, level: number): number {
    const { extents } = this.#plan;
    if (level < extents.length - 1) return (extents[level] as number) * (strides[level] as number);
    const whole = Math.floor((extents[level] as number) / this.#lanes);
    return whole <= unrolledVectors ? 0 : whole * this.#lanes * (strides[level] as number);
  }

  #storeRow({ node, accumulator: each, access, level, isCombined }: Partial): void {
    const { vector } = this.#body;
    this.#code.scope(() => {
      // At the end of a level its positions have moved; results have no stride there.
      const at = this.#at(access);
      let result = each.result();
      if (isCombined) {
        const before = loadVector(vector, { ...access, strides: [0] }, at, 1);
        result = vector.let(this.#combined(node, before, result));
      }
      if (node.dtype === "i32") result = this.#body.toInteger(result);
      storeVector(vector, result, { ...access, strides: [vectorBytes] }, at, 1);
    });
    if (level === 0) throw new Error("a total is no row");
  }

  #combined(node: Tensor, a: Local, b: Local): ReturnType<Body["vector"]["add"]> {
    const { vector } = this.#body;
    if (isSum(node)) return vector.add(a, b);
    return node.op.name === "max" ? vector.max(a, b) : vector.min(a, b);
  }

  /** A run through the innermost level. */
  #innerRun(whole: number, mayUnroll: boolean): void {
    const { extents } = this.#plan;
    const rest = (extents.at(-1) as number) % this.#lanes;
    this.#code.scope(() => {
      const uniform = this.#loadUniform();
      if (mayUnroll && whole <= unrolledVectors) {
        for (this.#ahead = 0; this.#ahead < whole; this.#ahead++) this.#iteration();
        if (rest > 0) this.#tail(whole);
        this.#ahead = 0;
        for (const each of this.#accumulators()) each.endChunk();
      } else {
        if (whole > 0) this.#vectors(whole);
        if (rest > 0) this.#tail(0);
      }
      for (const operand of uniform) this.#body.values.delete(operand);
    });
  }

  #accumulators(): Accumulator[] {
    return [...this.#totals.map(([, each]) => each), ...this.#rows.map(({ accumulator: each }) => each)];
  }

  /** So many vectors, chunk by chunk where there are sums. */
  #vectors(count: number | Local): void {
    const code = this.#code;
    const chunk = this.#chunkVectors();
    const isLong = typeof count !== "number" || count > chunk;
    const accumulators = this.#accumulators();
    const left = code.local("i32");
    this.#push(count);
    code.set(left);
    const run = (remaining: Local): void => {
      code.loop((again) => {
        code.scope(() => {
          this.#iteration();
          for (const { local, access } of this.#positions.values())
            this.#add(local, this.#lanes * innerStride(access));
        });
        this.#add(remaining, -1);
        code.get(remaining);
        code.brIf(again);
      });
      for (const each of accumulators) each.endChunk();
    };
    if (!isLong || accumulators.length === 0) return run(left);
    const now = code.local("i32");
    code.loop((again) => {
      code.get(left);
      this.#least(left, chunk);
      code.tee(now);
      code.op("i32.sub");
      code.set(left);
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
    for (const each of this.#accumulators()) each.endChunk();
  }

  #iteration(): void {
    const body = this.#body;
    const kept = body.values;
    body.values = new Map(kept);
    const { elementwise, reductions, stores } = this.#pass;
    const deferred = new Set<Tensor>();
    if (body.vector.fma) for (const node of elementwise) if (this.#isSummedProduct(node)) deferred.add(node);
    for (const node of elementwise) if (!deferred.has(node)) body.compute(node);
    for (const node of reductions) this.#accumulate(node);
    // Stored last: what replaces an operand may be stored over it.
    const placed = stores.map((each) => body.numbers(each.operand));
    for (const node of elementwise)
      if (this.#around.isStored(node)) this.#store(body.numbers(node), this.#accessOf(node));
    stores.forEach((each, index) => this.#store(placed[index] as Local, this.#target(each)));
    body.values = kept;
  }

  #store(value: Local, access: Access): void {
    storeVector(this.#body.vector, value, access, this.#at(access), this.#valid);
  }

  #load(access: Access): Local {
    return loadVector(this.#body.vector, access, this.#at(access), this.#valid);
  }

  /** Where the vector at work has its first element. */
  #at(access: Access): Address {
    const { position, offset } = this.#positionOf(access);
    return { position, offset: offset + this.#ahead * this.#lanes * innerStride(access) };
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
      this.#around.isUsedOnce(node) &&
      !this.#around.isStored(node) &&
      this.#pass.reductions.some(
        (reduction) => isSum(reduction) && this.#around.ownSource(this.#pass, reduction.inputs[0] as Tensor) === node,
      )
    );
  }

  #accumulate(node: Tensor): void {
    const body = this.#body;
    const { vector } = body;
    const operand = node.inputs[0] as Tensor;
    const source = this.#around.ownSource(this.#pass, operand);
    const isPartial = this.#valid < this.#lanes;
    const each =
      this.#totals.find(([total]) => total === node)?.[1] ??
      this.#rows.find((row) => row.node === node)?.accumulator;
    if (each === undefined) return this.#accumulateColumn(node, body.numbers(operand));
    if (source !== undefined && vector.fma && this.#isSummedProduct(source)) {
      const [x, y = x] = source.inputs as [Tensor, Tensor | undefined];
      const factors: [Local, Local] = [body.numbers(x), body.numbers(y)];
      if (!isPartial) return each.addProduct(...factors);
      return each.add(vector.select(this.#laneMask(), vector.mul(...factors), each.identity));
    }
    const value = body.numbers(operand);
    each.add(isPartial ? vector.select(this.#laneMask(), value, each.identity) : value);
  }

  #accumulateColumn(node: Tensor, value: Local): void {
    const { vector } = this.#body;
    const { access } = this.#columns.find((column) => column.node === node) as Omit<Partial, "accumulator" | "level">;
    if (access.format === this.#pass.format) {
      const before = loadVector(vector, access, this.#at(access), this.#valid);
      const result = vector.let(this.#combined(node, before, value));
      return this.#store(node.dtype === "i32" ? this.#body.toInteger(result) : result, access);
    }
    // f32 elements are added to f64 sums, two by two.
    const wide = vector.wide();
    for (const half of [0, 2]) {
      if (half >= this.#valid) break;
      const at = this.#at(access);
      const place = { position: at.position, offset: at.offset + half * innerStride(access) };
      const valid = Math.min(2, this.#valid - half);
      const before = loadVector(wide, access, place, valid);
      vector.push(value);
      if (half > 0) {
        vector.push(value);
        vector.code.shuffle64([1, 1]);
      }
      vector.code.op("f64x2.promote_low_f32x4");
      const promoted = vector.code.local("v128");
      vector.code.set(promoted);
      storeVector(wide, wide.let(wide.add(before, promoted)), access, place, valid);
    }
  }

  /** All ones in the lanes that count. */
  #laneMask(): Local {
    const code = this.#code;
    const bytes = this.#valid * bytesPerElement[this.#pass.format];
    code.v128(Array.from({ length: 16 }, (_, byte) => (byte < bytes ? 0xff : 0)));
    const mask = code.local("v128");
    code.set(mask);
    return mask;
  }

  // — positions —

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

  /** Accesses that move alike share a position; one that moves backwards has its address in it. */
  #positionOf(access: Access): Address {
    const { strides, address } = access;
    if (isFixed(access)) return { position: undefined, offset: address };
    const known = this.#positions.get(positionKey(access));
    if (known === undefined) throw new Error(`no position moves by ${strides.join()}`);
    return { position: known.local, offset: isAbsolute(access) ? 0 : address };
  }

  /** Sets all positions to where the group begins. */
  #gatherPositions(from: Local): void {
    const code = this.#code;
    const { extents, stepsPerGroup } = this.#plan;
    const isFlat = extents.length === 1;
    const accesses = this.#operands
      .filter(({ storage }) => typeof storage !== "number")
      .map((operand) => this.#accessOf(operand));
    for (const node of this.#pass.elementwise) if (this.#around.isStored(node)) accesses.push(this.#accessOf(node));
    for (const each of this.#pass.stores) accesses.push(this.#target(each));
    for (const { access } of [...this.#rows, ...this.#columns]) accesses.push(access);
    for (const access of accesses) {
      const key = positionKey(access);
      if (isFixed(access) || this.#positions.has(key)) continue;
      const local = code.local("i32");
      const step = isFlat ? blockVectors * this.#lanes : 1;
      code.i32(isAbsolute(access) ? access.address : 0);
      code.get(from);
      code.i32(stepsPerGroup * step * (access.strides[0] as number));
      code.op("i32.mul");
      code.op("i32.add");
      code.set(local);
      this.#positions.set(key, { local, access });
    }
  }

  /** Loads what is the same everywhere. */
  #loadFixed(): void {
    for (const operand of this.#operands)
      if (typeof operand.storage === "number" || isFixed(this.#accessOf(operand))) this.#body.read(operand);
  }

  /** Loads what stays the same along the innermost level, for one run through it. */
  #loadUniform(): Tensor[] {
    const uniform = this.#operands.filter((operand) => {
      if (typeof operand.storage === "number") return false;
      const access = this.#accessOf(operand);
      return innerStride(access) === 0 && !isFixed(access);
    });
    for (const operand of uniform) this.#body.read(operand);
    return uniform;
  }

  /** result = all − group · each */
  #behindGroup(group: Local, all: number, each: number, result: Local): void {
    const code = this.#code;
    code.i32(all);
    code.get(group);
    code.i32(each);
    code.op("i32.mul");
    code.op("i32.sub");
    code.set(result);
  }

  /** Leaves the smaller one on the stack. */
  #least(count: Local, most: number): void {
    const code = this.#code;
    code.get(count);
    code.i32(most);
    code.get(count);
    code.i32(most);
    code.op("i32.lt_s");
    code.op("select");
  }

  #add(local: Local, amount: number): void {
    if (amount === 0) return;
    const code = this.#code;
    code.get(local);
    code.i32(amount);
    code.op("i32.add");
    code.set(local);
  }

  #push(count: number | Local): void {
    if (typeof count === "number") this.#code.i32(count);
    else this.#code.get(count);
  }
}
