import { ShapeError } from "../errors.ts";
import { formatShape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/**
 * Calls a function with trees of tensors, and what else it takes. Where it calls a tensor's method on something else,
 * `x.mul is not a function`, while a tree holds an array of scalars, the error says what the array is.
 *
 * @throws {ShapeError} in place of such a TypeError, which is its cause
 */
export function explainingArrays(
  f: (...all: never[]) => unknown,
  trees: readonly unknown[],
  rest: readonly unknown[] = [],
): unknown {
  try {
    return (f as (...all: unknown[]) => unknown)(...trees, ...rest);
  } catch (error) {
    if (!(error instanceof TypeError && missesTensorMethod(error))) throw error;
    const found = trees
      .map((tree, position) => firstArray(tree, `argument ${position}`))
      .find((each) => each);
    if (found === undefined) throw error;
    const { path, shape } = found;
    const count = shape.reduce((product, extent) => product * extent, 1);
    throw new ShapeError(
      `${error.message}; ${path} is a plain array, which is a tree of ${count} scalar tensors; ` +
        `where the function means one tensor of shape ${formatShape(shape)}, pass tensor([…]) instead of […]`,
      { cause: error },
    );
  }
}

/** All engines write `….name is not a function`. */
function missesTensorMethod({ message }: TypeError): boolean {
  const name = /\.([A-Za-z0-9]+) is not a function/.exec(message)?.[1];
  return name !== undefined && name in Tensor.prototype;
}

interface Found {
  readonly path: string;
  readonly shape: readonly number[];
}

/** The first array in a tree that could have been a tensor: nothing but scalars in rows of one length. */
function firstArray(tree: unknown, path: string): Found | undefined {
  if (typeof tree !== "object" || tree === null || tree instanceof Tensor) return undefined;
  const shape = shapeOf(tree);
  if (shape !== undefined && shape.length > 0) return { path, shape };
  for (const [key, child] of Object.entries(tree)) {
    const found = firstArray(child, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shapeOf(value: unknown): readonly number[] | undefined {
  if (value instanceof Tensor) return value.shape.length === 0 ? value.shape : undefined;
  if (!Array.isArray(value)) return undefined;
  const [first, ...others] = value.map(shapeOf);
  if (first === undefined || others.some((other) => other?.join() !== first.join())) return undefined;
  return [value.length, ...first];
}
