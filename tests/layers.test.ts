import { RuleTester } from "eslint";
import typescript from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { importsPointDown } from "../scripts/lint/imports-point-down.js";
import { below, layers, numeric } from "../scripts/lint/layers.js";
import { members, root } from "../scripts/workspace.js";

RuleTester.describe = describe;
RuleTester.it = it;

const imports = (filename: string, specifier: string) => ({
  filename: `${root}${filename}`,
  code: `import { anything } from "${specifier}";`,
});
const breach = (messageId: string, filename: string, specifier: string) => ({
  ...imports(filename, specifier),
  errors: [{ messageId }],
});

new RuleTester().run("imports-point-down", importsPointDown, {
  valid: [
    imports("packages/optim/src/minimize.js", "@steepest/autodiff"),
    imports("packages/nn/src/train.js", "@steepest/optim"),
    imports("packages/fit/src/fit.js", "@steepest/nn"),
    imports("packages/fit/src/fit.js", "@steepest/autodiff/formula"),
    imports("packages/fit/src/report/text.js", "../model.js"),
    imports("packages/fit/test/fit.test.js", "../src/index.js"),
    imports("packages/fit/test/fit.test.js", "node:fs"),
    imports("packages/autodiff/test/grad.test.js", "@steepest/autodiff"),
    imports("packages/autodiff/test/grad.test.js", "fast-check"),
    imports("packages/optim/test/minimize.test.js", "../../../tests/support/browser.js"),
    imports("packages/datasets/src/csv.js", "zod"),
    imports("apps/cli/src/main.js", "@steepest/datasets"),
    imports("apps/cli/src/main.js", "node:fs"),
    imports("apps/playground/src/lib/fit.js", "@steepest/fit"),
    imports("apps/playground/src/routes/page.js", "#lib/fit.js"),
    imports("apps/playground/src/routes/page.js", "$app/paths"),
    imports("scripts/anything.js", "../packages/fit/src/index.js"),
    { ...imports("packages/fit/src/fit.js", ""), code: `import("./" + name); new URL(name, base);` },
  ],
  invalid: [
    breach("up", "packages/autodiff/src/index.js", "@steepest/optim"),
    breach("up", "packages/autodiff/test/grad.test.js", "@steepest/fit"),
    breach("up", "packages/optim/src/minimize.js", "@steepest/nn"),
    breach("up", "packages/nn/src/train.js", "@steepest/fit"),
    breach("up", "packages/fit/src/fit.js", "@steepest/datasets"),
    breach("up", "packages/datasets/src/csv.js", "@steepest/autodiff"),
    breach("up", "packages/fit/src/fit.js", "@steepest/fit"),
    breach("up", "packages/fit/src/fit.js", "steepest"),
    breach("up", "apps/playground/src/lib/fit.js", "steepest"),
    breach("up", "apps/cli/src/main.js", "@steepest/bench"),
    breach("deep", "packages/fit/src/fit.js", "@steepest/autodiff/src/index.ts"),
    breach("deep", "apps/cli/src/main.js", "@steepest/fit/report"),
    breach("leaves", "packages/fit/src/fit.js", "../../autodiff/src/index.js"),
    breach("leaves", "packages/fit/test/fit.test.js", "../../autodiff/src/index.js"),
    breach("leaves", "packages/fit/src/fit.js", "../../../tests/support/browser.js"),
    breach("leaves", "apps/playground/e2e/fit.e2e.js", "../../cli/src/main.js"),
    breach("leaves", "packages/fit/src/fit.js", "/absolute.js"),
    breach("builtin", "packages/fit/src/fit.js", "node:fs"),
    breach("builtin", "packages/autodiff/src/index.js", "fs"),
    breach("external", "packages/optim/src/minimize.js", "lodash"),
    breach("undeclared", "packages/datasets/src/csv.js", "lodash"),
    ...[
      `export { anything } from "@steepest/fit";`,
      `export * from "@steepest/fit";`,
      `const fit = await import("@steepest/fit");`,
    ].map((code) => ({ ...breach("up", "packages/nn/src/train.js", ""), code })),
    {
      ...breach("up", "packages/nn/src/train.ts", ""),
      languageOptions: { parser: typescript.parser },
      code: `type Result = import("@steepest/fit").FitResult;`,
    },
    {
      ...breach("leaves", "packages/nn/src/train.js", ""),
      code: `new URL("../../fit/src/index.js", import.meta.url);`,
    },
  ],
});

describe("the layers", () => {
  it("name every package", () => {
    const packages = members().map(({ folder }) => folder);
    expect(Object.keys(layers).sort()).toEqual(packages.filter((folder) => folder.startsWith("packages/")));
  });

  it("are an order: what lies below a layer lies wholly below it", () => {
    for (const [folder, lower] of Object.entries(layers)) {
      expect(lower).not.toContain(folder);
      for (const other of lower) expect(lower).toEqual(expect.arrayContaining([...below(other)]));
    }
  });

  it.each(members().map(({ folder, manifest }) => [folder, manifest] as const))(
    "hold for the dependencies of %s",
    (folder, manifest) => {
      const own = new Map(members().map((member) => [member.manifest.name as string, member.folder]));
      const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies } as object);
      for (const name of names) {
        if (own.has(name)) expect(below(folder)).toContain(own.get(name));
        else if (numeric.includes(folder))
          expect.fail(`${folder} depends on more than the layers below: ${name}`);
      }
    },
  );
});
