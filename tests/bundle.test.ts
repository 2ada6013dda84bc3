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

  it.each([
    ["tensor", `tensor(3).mul(2).item()`, "6"],
    ["linspace", `linspace(0, 2, 3).sum().item()`, "3"],
    ["vmap", `vmap((x) => x.mul(x))(Float64Array.of(3)).item()`, "9"],
    ["scan", `scan((sum, x) => [sum.add(x), sum], 0, Float64Array.of(1, 2, 3))[0].item()`, "6"],
    ["qr", `qr([[3, 0], [4, 5]]).r.slice(0, 0).item()`, "5"],
    ["jvp", `jvp((x) => x.sin())(0, 2)[1].item()`, "2"],
    ["graphOf", `graphOf((x) => x.mul(x))(3).steps.length`, "2"],
  ])("keeps the methods where only %s is used", async (name, expression, expected) => {
    const program = `import { ${name} } from "@steepest/autodiff"; console.log(${expression});`;
    expect((await bundle(name, program)).output).toBe(expected);
  });

  it("keeps the methods where only formulas are used", async () => {
    const { output } = await bundle(
      "formula",
      `import { parse } from "@steepest/autodiff/formula"; console.log(parse("2*x^2").evaluate({ x: 3 }).item());`,
    );
    expect(output).toBe("18");
  });
});
