import comments from "@eslint-community/eslint-plugin-eslint-comments/configs";
import js from "@eslint/js";
import prettier from "eslint-config-prettier/flat";
import svelte from "eslint-plugin-svelte";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import typescript from "typescript-eslint";
import { importsPointDown } from "./scripts/lint/imports-point-down.js";
import { numeric } from "./scripts/lint/layers.js";

/** What browsers, workers and Node.js share, and what only one of them has. */
const shared = globals["shared-node-browser"];
const hostOnly = Object.keys({ ...globals.browser, ...globals.node }).filter((name) => !(name in shared));

const typed = ["**/*.ts", "**/*.svelte"];

export default defineConfig(
  globalIgnores(["**/dist/", "**/build/", "**/.svelte-kit/", "**/generated/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },

  js.configs.recommended,
  typescript.configs.strict,
  typescript.configs.stylistic,
  svelte.configs["flat/recommended"],
  comments.recommended,
  {
    rules: {
      "@eslint-community/eslint-comments/require-description": ["error", { ignore: ["eslint-enable"] }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      // Published coefficients keep all their digits.
      "no-loss-of-precision": "off",
      "prefer-const": "error",
      "object-shorthand": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-inferrable-types": "off",
      "@typescript-eslint/consistent-type-definitions": "off",
      // isolatedDeclarations wants the type on the left.
      "@typescript-eslint/consistent-generic-constructors": "off",
      // `values[i]!` in a loop over an array's own indices is the price of noUncheckedIndexedAccess.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
    },
  },

  // Rules that need to know types.
  {
    files: typed,
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/only-throw-error": [
        "error",
        // An AbortSignal's reason is unknown.
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // The compiler knows better which names exist.
    files: typed,
    rules: { "no-undef": "off" },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    // Props are declared with `let`.
    rules: { "prefer-const": "off", "svelte/prefer-const": "error" },
  },

  // The layers.
  {
    plugins: { steepest: { rules: { "imports-point-down": importsPointDown } } },
    rules: { "steepest/imports-point-down": "error" },
  },
  {
    // Terminal colours are control characters.
    files: ["**/test/**"],
    rules: { "no-control-regex": "off" },
  },
  {
    files: ["packages/*/src/**"],
    rules: { "no-console": "error" },
  },
  {
    files: numeric.map((folder) => `${folder}/src/**`),
    rules: {
      "no-restricted-globals": [
        "error",
        ...hostOnly.map((name) => ({ name, message: "this package runs in browsers, workers and Node.js" })),
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.config.ts"],
    languageOptions: { globals: globals.node },
  },
  prettier,
  svelte.configs["flat/prettier"],
);
