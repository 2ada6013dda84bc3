import { treeLeaves, treePaths, type Tensor, type Tree } from "@steepest/autodiff";
import { OptimizationError } from "../errors.ts";

/**
 * Chooses some parameters among all: a tree of truth values like that of the parameters, in which one value may stand for a
 * whole branch, or a function of a parameter's path, such as `layers.0.weights` (see `treePaths`), and of the parameter, whose
 * shape and dtype are known even while a step is compiled.
 *
 * @example
 * const noBiases = (path, leaf) => leaf.shape.length > 1;
 * const noHead = { body: true, head: false };
 */
export type Mask = Tree<boolean> | ((path: string, leaf: Tensor) => boolean);

/**
 * Whether each leaf of the parameters is chosen, in the order of `treeLeaves`; all are without a mask.
 *
 * @throws {OptimizationError} for a parameter that the mask does not speak of
 */
export function chosenLeaves(mask: Mask | undefined, params: unknown): readonly boolean[] {
  const paths = treePaths(params);
  if (mask === undefined) return paths.map(() => true);
  if (typeof mask === "function") {
    const leaves = treeLeaves(params);
    return paths.map((path, index) => mask(path, leaves[index] as Tensor));
  }
  const choices = treeLeaves(mask).map((choice) => choice.item() !== 0);
  const branches = treePaths(mask);
  return paths.map((path) => {
    const choice = choices[branches.findIndex((branch) => isWithin(path, branch))];
    if (choice === undefined)
      throw new OptimizationError(
        `the mask must have a truth value for every parameter or a branch it is on: ${path || "a single tensor"}`,
      );
    return choice;
  });
}

function isWithin(path: string, branch: string): boolean {
  return branch === "" || path === branch || path.startsWith(`${branch}.`);
}
