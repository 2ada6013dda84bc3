/**
 * Atomic accesses to a word of 32 bits, by their WebAssembly text names: what follows the prefix byte 0xfe. Beside the
 * other opcodes they would be in every bundle; only programs for several threads use them.
 */
export const atomicOpcodes = {
  /** Stack: [address, count] → [how many threads it woke]. */
  "memory.atomic.notify": 0x00,
  /** Stack: [address, expected, i64 nanoseconds] → [0: woken, 1: another value was there, 2: timed out]. */
  "memory.atomic.wait32": 0x01,
  "i32.atomic.load": 0x10,
  "i32.atomic.store": 0x17,
  "i32.atomic.rmw.sub": 0x25,
  /** Stack: [address, expected, replacement] → [what was there]. */
  "i32.atomic.rmw.cmpxchg": 0x48,
} as const;

export type AtomicOpcode = (typeof atomicOpcodes)[keyof typeof atomicOpcodes];
