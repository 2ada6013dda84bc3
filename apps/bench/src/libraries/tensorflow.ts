import * as tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";

/**
 * TensorFlow.js on its WebAssembly backend, with SIMD (it detects it) and on one thread. The backend works at once, so
 * `dataSync()` is the fastest way to the results: `data()` adds a promise to it.
 */
setThreadsCount(1);
if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js did not start its WebAssembly backend");

export { tf };

export const tensorflow = "TensorFlow.js";

/** Its tensors have no such elements. */
export const noDoubles: Readonly<Record<string, string>> = { [tensorflow]: "has no f64" };
