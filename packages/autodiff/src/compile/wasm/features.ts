import { ModuleBuilder, type FunctionBuilder } from "./encoder.ts";

/**
 * The part of the WebAssembly JavaScript API that the compiler uses. Declared here, because the numeric packages are
 * typed without the DOM library.
 */
export interface WebAssemblyEngine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WebAssemblyModule;
  readonly Instance: new (module: WebAssemblyModule, imports?: WebAssemblyImports) => WebAssemblyInstance;
  readonly Memory: new (limits: { initial: number; maximum?: number; shared?: boolean }) => WebAssemblyMemory;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssemblyModule>;
  instantiate(module: WebAssemblyModule, imports?: WebAssemblyImports): Promise<WebAssemblyInstance>;
}

/** A compiled module: opaque. */
export type WebAssemblyModule = object;

export type WebAssemblyFunction = (...args: number[]) => number | undefined;

export type WebAssemblyImports = Record<string, Record<string, WebAssemblyMemory | WebAssemblyFunction>>;

export interface WebAssemblyInstance {
  readonly exports: Readonly<Record<string, WebAssemblyFunction>>;
}

export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The engine's WebAssembly object, or undefined where there is none. */
export function webAssembly(): WebAssemblyEngine | undefined {
  return (globalThis as unknown as { WebAssembly?: WebAssemblyEngine }).WebAssembly;
}

/** Computes once, on first use. */
function lazily<T>(compute: () => T): () => T {
  let known: { value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

function validates(build: (f: FunctionBuilder) => void): boolean {
  const module = new ModuleBuilder();
  module.function([], ["v128"], build);
  return webAssembly()?.validate(module.toBytes()) ?? false;
}

/**
 * True when modules can be compiled now: there is an engine and no Content-Security-Policy without `wasm-unsafe-eval`
 * forbids it (then compiling throws).
 */
export function canCompile(): boolean {
  const engine = webAssembly();
  if (engine === undefined) return false;
  try {
    return Boolean(new engine.Module(new ModuleBuilder().toBytes()));
  } catch {
    return false;
  }
}

/** Whether they could when it was asked first. */
export const webAssemblyAvailable: () => boolean = lazily(canCompile);

/** True when the engine knows 128-bit vectors. */
export const supportsSimd: () => boolean = lazily(() => validates((f) => f.f64x2(0)));

/**
 * True when the engine knows relaxed SIMD. `relaxed_madd` may then be one rounding or two, as the machine likes, so
 * results may differ between machines in the last place and error-free transformations must not rely on it.
 */
export const supportsRelaxedMadd: () => boolean = lazily(() =>
  validates((f) => {
    for (let i = 0; i < 3; i++) f.f64x2(0);
    f.op("f64x2.relaxed_madd");
  }),
);
