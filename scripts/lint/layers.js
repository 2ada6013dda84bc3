// The layers of the workspace: what each package may import. An import never points up or sideways.

/** @type {Readonly<Record<string, readonly string[]>>} */
export const layers = {
  "packages/autodiff": [],
  "packages/optim": ["packages/autodiff"],
  "packages/nn": ["packages/optim", "packages/autodiff"],
  "packages/fit": ["packages/nn", "packages/optim", "packages/autodiff"],
  "packages/datasets": [],
};

/** The packages that run unchanged in Node, browsers and workers, and have no dependencies but each other. */
export const numeric = ["packages/autodiff", "packages/optim", "packages/nn", "packages/fit"];

/**
 * What a member of the workspace may import.
 * @param {string} folder of the importing package or app, relative to the root
 * @returns {readonly string[]} folders; apps may import every package, and a package without an entry nothing
 */
export function below(folder) {
  if (folder.startsWith("apps/")) return Object.keys(layers);
  return layers[folder] ?? [];
}
