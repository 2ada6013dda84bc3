// A lint rule of this workspace: every import of a package or app points down, to a door that is open.
import { isBuiltin } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import { members, root } from "../workspace.js";
import { below, numeric } from "./layers.js";

const workspace = members();

/** @param {string} path */
const fromRoot = (path) => relative(root, path).split(sep).join("/");

/** @param {string} path */
const within = (path) => workspace.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));

/**
 * Which rule an import breaks, if any.
 * @param {string} file relative to the root
 * @param {string} specifier
 * @returns {{ messageId: string, data: Record<string, string> } | undefined}
 */
function breach(file, specifier) {
  const importer = within(file);
  if (!importer) return undefined;
  const { folder, manifest } = importer;
  const shipped = file.startsWith(`${folder}/src/`);

  if (/^\.{0,2}\//.test(specifier)) {
    const target = specifier.startsWith("/") ? specifier : fromRoot(resolve(root, dirname(file), specifier));
    if (target === folder || target.startsWith(`${folder}/`)) return undefined;
    // Tests share helpers; what is shipped does not.
    if (!shipped && !within(target) && !target.startsWith("..") && !target.startsWith("/")) return undefined;
    return { messageId: "leaves", data: { folder, specifier } };
  }

  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const target = workspace.find((member) => member.manifest.name === name);
  if (target) {
    const itself = target === importer;
    if (itself ? shipped : !below(folder).includes(target.folder)) {
      const allowed = below(folder).join(", ") || "no other package";
      return { messageId: "up", data: { folder, target: target.folder, allowed } };
    }
    const door = `.${specifier.slice(name.length)}`;
    const doors = Object.keys(target.manifest.exports ?? {});
    if (!doors.includes(door)) {
      return { messageId: "deep", data: { name, doors: doors.join(", "), specifier } };
    }
    return undefined;
  }

  if (shipped && numeric.includes(folder)) {
    if (isBuiltin(specifier)) return { messageId: "builtin", data: { folder, specifier } };
    if (!specifier.startsWith("#")) return { messageId: "external", data: { folder, specifier } };
  }
  if (shipped && !isBuiltin(specifier) && !/^[#$]|^virtual:/.test(specifier)) {
    const declared = { ...manifest.dependencies, ...(manifest.private ? manifest.devDependencies : {}) };
    if (!(name in declared)) return { messageId: "undeclared", data: { folder, specifier } };
  }
  return undefined;
}

/** @type {import("eslint").Rule.RuleModule} */
export const importsPointDown = {
  meta: {
    type: "problem",
    docs: { description: "an import points down the layers, to what a package exports" },
    schema: [],
    messages: {
      up: "an import never points up or sideways: {{folder}} may import {{allowed}}: {{target}}",
      leaves: "a relative path stays in {{folder}}: import the package by its name: {{specifier}}",
      deep: "{{name}} exports {{doors}}: import one of these: {{specifier}}",
      builtin: "{{folder}} runs in browsers too: do without the Node.js module: {{specifier}}",
      external: "{{folder}} has no dependencies but the layers below: {{specifier}}",
      undeclared: "list the package in the dependencies of {{folder}}: {{specifier}}",
    },
  },
  create(context) {
    const file = fromRoot(context.filename);
    /** @param {any} source */
    const check = (source) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const found = breach(file, source.value);
      if (found) context.report({ node: source, ...found });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      /** @param {any} node */
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      /** @param {any} node */
      "NewExpression[callee.name='URL'][arguments.1.object.type='MetaProperty']": (node) => {
        // A module for a worker; data may lie anywhere.
        if (/^\.{1,2}\/.*\.[jt]s$/.test(node.arguments[0].value)) check(node.arguments[0]);
      },
    };
  },
};
