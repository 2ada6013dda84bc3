import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { afterAll, describe, expect, it } from "vitest";
import { environment, root } from "../scripts/workspace.js";

const scratch = mkdtempSync(join(tmpdir(), "steepest-bundle-"));

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Bundles a program against the built packages as an app would, with dead code dropped, and runs it. */
async function bundle(name: string, program: string): Promise<{ output: string; gzip: number }> {
  const entry = join(scratch, `${name}.entry.mjs`);
  const built = (module: string): string =>
    pathToFileURL(join(root, "packages/autodiff/dist", `${module}.mjs`)).pathname;
  writeFileSync(
    entry,
    program
      .replaceAll('"@steepest/autodiff/formula"', JSON.stringify(built("formula")))
      .replaceAll('"@steepest/autodiff"', JSON.stringify(built("index"))),
  );
  const file = join(scratch, `${name}.mjs`);
  const build = await rolldown({ input: entry });
  const { output } = await build.write({ file, minify: true });
  const { stdout } = await promisify(execFile)("node", [file], { env: environment() });
  return { output: stdout.trim(), gzip: gzipSync(output[0].code, { level: 9 }).length };
}

describe("an app that bundles @steepest/autodiff", () => {
  it("keeps the tensor's methods, and pays 15 KB for derivatives alone", async () => {
    const { output, gzip } = await bundle(
      "grad",
      `import { grad } from "@steepest/autodiff"; console.log(grad((x) => x.mul(x).sin())(3).item());`,
    );
    expect(Number(output)).toBeCloseTo(6 * Math.cos(9), 14);
    expect(gzip).toBeLessThanOrEqual(15 * 1024);
  });

  it("pays 40 KB with the compiler", async () => {
    const { output, gzip } = await bundle(
      "compile",
      `import { compile, grad, tensor } from "@steepest/autodiff";
       console.log(JSON.stringify(compile(grad((x) => x.mul(x).sum()))(tensor([1, 2]))));`,
    );
    expect(output).toBe("[2,4]");
    expect(gzip).toBeLessThanOrEqual(40 * 1024);
  });

  it("keeps the methods where only formulas are used", async () => {
    const { output } = await bundle(
      "formula",
      `import { parse } from "@steepest/autodiff/formula"; console.log(parse("2*x^2").evaluate({ x: 3 }).item());`,
    );
    expect(output).toBe("18");
  });
});
