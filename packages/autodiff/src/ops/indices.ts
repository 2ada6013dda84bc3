import { DTypeError } from "../errors.ts";
import { tensor } from "../tensor/convert.ts";
import { Tensor, type TensorLike } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";

/**
 * Indices as an `i32` tensor; plain numbers and arrays of them are welcome when they are whole.
 *
 * @throws {DTypeError} for a tensor of another dtype, or numbers that are not whole.
 */
export function asIndices(indices: TensorLike, operation: string): Tensor {
  const given = tensor(indices);
  if (given.dtype === "i32") return given;
  if (given.dtype === "bool")
    throw new DTypeError(`${operation}: expected i32 indices; choose by a condition with where: bool`);
  if (indices instanceof Tensor)
    throw new DTypeError(
      `${operation}: expected i32 indices; cast them with cast(indices, "i32"): ${given.dtype}`,
    );
  const broken = given.data.find((index) => index !== (index | 0));
  if (broken !== undefined)
    throw new DTypeError(`${operation}: expected whole numbers as indices: ${broken}`);
  return cast(given, "i32");
}
