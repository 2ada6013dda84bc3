import { compile, jvp, PlaceholderError, type Tensor } from "@steepest/autodiff";
import type { Model, Tensors } from "./model.ts";

/** Derivatives from which on compiling pays for itself. */
const COMPILE_FROM = 20_000;

/**
 * The model and its exact derivatives ∂ model / ∂ parameter for each of the named parameters, by forward mode: one
 * column of length `rows` each.
 */
export function linearize(
  model: Model,
  predictors: Tensors,
  parameters: Tensors,
  names: readonly string[],
  rows: number,
): { value: Float64Array; columns: Float64Array[] } {
  const outputs = (varied: readonly Tensor[]): Tensor[] => {
    const values = { ...parameters, ...Object.fromEntries(names.map((name, k) => [name, varied[k]!])) };
    const slopes = names.map((name, k) => {
      // Only this parameter is a variable, so that the others carry no tangents along.
      const along = jvp((one: Tensor) => model.evaluate(predictors, { ...values, [name]: one }, rows));
      return along(varied[k]!, 1)[1];
    });
    return [model.evaluate(predictors, values, rows), ...slopes];
  };
  const point = names.map((name) => parameters[name]!);
  const [value, ...columns] = run(outputs, point, rows * names.length >= COMPILE_FROM).map((tensor) =>
    Float64Array.from(tensor.data),
  );
  return { value: value!, columns };
}

/** Compiled when that pays, unless the model takes decisions on parameter values and so cannot be compiled. */
function run(
  f: (point: readonly Tensor[]) => Tensor[],
  point: readonly Tensor[],
  compiled: boolean,
): Tensor[] {
  if (compiled) {
    try {
      return compile(f)(point);
    } catch (error) {
      if (!(error instanceof PlaceholderError)) throw error;
    }
  }
  return f(point);
}
