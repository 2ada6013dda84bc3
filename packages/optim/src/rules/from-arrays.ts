import { Tensor, tensor, type NestedArray } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";

/**
 * The tree of tensors that `toArrays` wrote, back from JSON, say: with the structure, shapes and dtypes of `like`, such as
 * `rule.init(params)` for the state of a rule. Numbers come back to the last bit.
 *
 * @example
 * import { tensor, toArrays } from "@steepest/autodiff";
 * const rule = adam({ learningRate: 0.1 });
 * const params = { weights: tensor([1, 2]) };
 * const { state } = rule.update({ weights: tensor([20, 0]) }, rule.init(params), params);
 * const text = JSON.stringify(toArrays(state));
 * fromArrays(rule.init(params), JSON.parse(text)); // → { step: 1, mean: { weights: [2, 0] } }
 *
 * @throws {OptimizationError} naming the place where the data do not fit
 */
export function fromArrays<X>(like: X, data: unknown): X {
  return read(like, data, "") as X;
}

function read(like: unknown, data: unknown, path: string): unknown {
  const within = (key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);
  if (like instanceof Tensor) return readTensor(like, data, path);
  if (Array.isArray(like)) {
    if (!Array.isArray(data) || data.length !== like.length)
      throw misfit(`a list of ${like.length}`, data, path);
    return like.map((part, index) => read(part, data[index], within(index)));
  }
  if (typeof like !== "object" || like === null)
    throw new OptimizationError(`expected a tree of tensors to read data like: ${String(like)}`);
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw misfit("a record", data, path);
  const parts = data as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(like).map(([name, part]) => [name, read(part, parts[name], within(name))]),
  );
}

function readTensor({ shape, dtype, size }: Tensor, data: unknown, path: string): Tensor {
  const expected = `numbers of shape [${shape.join(", ")}]`;
  let found: Tensor;
  try {
    found = tensor(data as NestedArray, { dtype });
  } catch (cause) {
    throw misfit(expected, data, path, cause);
  }
  // Nested arrays without elements do not say all of their shape.
  if (found.shape.join() !== shape.join() && !(size === 0 && found.size === 0))
    throw misfit(expected, data, path);
  return found.reshape(shape);
}

function misfit(expected: string, data: unknown, path: string, cause?: unknown): OptimizationError {
  const found = JSON.stringify(data) ?? String(data);
  return new OptimizationError(
    `expected ${expected}${path === "" ? "" : ` at ${path}`}: ${found.length > 60 ? `${found.slice(0, 60)}…` : found}`,
    { cause },
  );
}
