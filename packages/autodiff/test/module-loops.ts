import { laneMemoryOpcodes, laneOpcodes, memoryOpcodes, plainOpcodes } from "../src/compile/wasm/opcodes.ts";
import type { Instruction, WasmModule } from "./disassemble.ts";

/** What stands in a piece of code, each instruction counted once however often it runs. */
export interface Counts {
  readonly instructions: number;
  /** Whole vectors. */
  readonly vectorLoads: number;
  readonly vectorStores: number;
  /** Single numbers, also those loaded into all lanes or one, and stored from one lane. */
  readonly scalarLoads: number;
  readonly scalarStores: number;
  /** `memory.copy` and `memory.fill`. */
  readonly copies: number;
  /** Arithmetic, comparisons, conversions and moves between lanes, by the instruction's name. */
  readonly arithmetic: Readonly<Record<string, number>>;
  /** Multiplications and additions in one. */
  readonly fused: number;
  /** Calls by the index of the function. */
  readonly calls: Readonly<Record<number, number>>;
}

export interface Loop {
  /** 1 for a loop that is in no other. */
  readonly depth: number;
  /** Index of the function that it is in. */
  readonly within: number;
  /** Its own instructions, without those of the loops in it. */
  readonly own: Counts;
  readonly inner: readonly Loop[];
}

export interface Summary {
  /** All loops, the outer ones before those in them. */
  readonly loops: readonly Loop[];
  /** Loops that load, store or copy themselves, not just in loops inside them or functions that they call. */
  readonly passes: readonly Loop[];
  /** Calls of imported functions, by name. */
  readonly importedCalls: Readonly<Record<string, number>>;
  readonly total: Counts;
}

const isControl: ReadonlySet<string> = new Set(["unreachable", "nop", "return", "drop", "select"]);
const isArithmetic = (name: string): boolean =>
  (name in plainOpcodes || name in laneOpcodes || name === "i8x16.shuffle") && !isControl.has(name);
const isAccess = (name: string): boolean =>
  name in memoryOpcodes || name in laneMemoryOpcodes || name.includes(".atomic.");

/** Counts a list of instructions and everything in blocks; loops too, or their insides are left out. */
export function count(body: readonly Instruction[], withLoops = true): Counts {
  const counts = {
    instructions: 0,
    vectorLoads: 0,
    vectorStores: 0,
    scalarLoads: 0,
    scalarStores: 0,
    copies: 0,
    fused: 0,
    arithmetic: {} as Record<string, number>,
    calls: {} as Record<number, number>,
  };
  const add = ({ name, target, body: inside, otherwise }: Instruction): void => {
    counts.instructions++;
    if (name === "v128.load") counts.vectorLoads++;
    else if (name === "v128.store") counts.vectorStores++;
    else if (name === "memory.copy" || name === "memory.fill") counts.copies++;
    else if (isAccess(name)) counts[name.includes("store") ? "scalarStores" : "scalarLoads"]++;
    else if (isArithmetic(name)) counts.arithmetic[name] = (counts.arithmetic[name] ?? 0) + 1;
    if (/relaxed_n?madd/.test(name)) counts.fused++;
    if (target !== undefined) counts.calls[target] = (counts.calls[target] ?? 0) + 1;
    if (name === "loop" && !withLoops) return;
    inside?.forEach(add);
    otherwise?.forEach(add);
  };
  body.forEach(add);
  return counts;
}

function loopsIn(body: readonly Instruction[], within: number, depth: number): Loop[] {
  return body.flatMap(({ name, body: inside = [], otherwise = [] }): Loop[] => {
    if (name !== "loop") return loopsIn([...inside, ...otherwise], within, depth);
    return [{ depth, within, own: count(inside, false), inner: loopsIn(inside, within, depth + 1) }];
  });
}

const withInner = (loop: Loop): Loop[] => [loop, ...loop.inner.flatMap(withInner)];

/** Whether code reads or writes memory itself. */
export const touchesMemory = (counts: Counts): boolean =>
  counts.vectorLoads + counts.vectorStores + counts.scalarLoads + counts.scalarStores + counts.copies > 0;

/** What a module does with memory, and how often it leaves the emitted code. */
export function summarize({ imports, functions }: WasmModule): Summary {
  const loops = functions.flatMap(({ index, body }) => loopsIn(body, index, 1)).flatMap(withInner);
  const total = count(functions.flatMap(({ body }) => body));
  const imported = imports.filter(({ type }) => type !== undefined);
  const importedCalls: Record<string, number> = {};
  for (const [index, { name }] of imported.entries())
    if (total.calls[index] !== undefined) importedCalls[name] = total.calls[index];
  return { loops, passes: loops.filter(({ own }) => touchesMemory(own)), importedCalls, total };
}
