import { ShapeError, splitKey, type Shape } from "@steepest/autodiff";
import { inLayer, NetworkError, type Layer, type Params } from "../layer.ts";

/**
 * One layer after another; itself a layer, with the list of its layers' parameters.
 *
 * @throws {NetworkError} without layers
 */
export function sequential(...layers: readonly Layer[]): Layer {
  if (layers.length === 0) throw new NetworkError("sequential needs at least one layer: none given");
  return {
    name: `sequential(${layers.map(({ name }) => name).join(", ")})`,
    init: (key, inputShape, dtype) => {
      const keys = splitKey(key, layers.length);
      let shape: Shape = inputShape;
      const params = layers.map((layer, index) =>
        inLayer(index, layer, () => {
          const made = layer.init(keys[index] as (typeof keys)[0], shape, dtype);
          shape = made.outputShape;
          return made.params;
        }),
      );
      return { params, outputShape: shape };
    },
    apply: (params, x) => {
      const each = params as readonly Params[];
      if (!Array.isArray(params) || each.length !== layers.length)
        throw new ShapeError(
          `sequential of ${layers.length} layers needs as many parameter trees: found ${Array.isArray(params) ? each.length : typeof params}`,
        );
      return layers.reduce(
        (value, layer, index) => inLayer(index, layer, () => layer.apply(each[index] as Params, value)),
        x,
      );
    },
  };
}
