import "./navigator.ts";
import { defaultDevice, init, numpy as np, type Array as JaxArray } from "@jax-js/jax";
import type { Input } from "../benchmark.ts";

/**
 * jax-js on its WebAssembly backend, on one thread: it has more only where there is a global `Worker`. Functions own
 * their arguments: what is used again is passed as `.ref`.
 */
await init("wasm");
defaultDevice("wasm");

export {
  grad,
  hessian,
  jit,
  jvp,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
  type Array as JaxArray,
} from "@jax-js/jax";

export const jaxjs = "jax-js";

/** A row-major array of jax-js; a vector unless a shape is given. */
export function jaxArray(data: Input["data"], shape: readonly number[] = [data.length]): JaxArray {
  return np.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
}

/** What is to be known where it computes them in f64. */
export const singleAccuracy: Readonly<Record<string, string>> = {
  [jaxjs]: "its exp, log and sin of f64 are accurate to single precision only",
};
