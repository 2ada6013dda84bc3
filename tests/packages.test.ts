import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment, members, pnpm, root } from "../scripts/workspace.js";
import { blocks, type Snippet } from "./support/snippets/extract.ts";
import { instrument } from "./support/snippets/instrument.ts";
import { runModules, untruths } from "./support/snippets/run.ts";

/** What is published: every member that is not private. */
const published = members().filter(({ manifest }) => manifest.private !== true);

const scratch = mkdtempSync(join(tmpdir(), "steepest-packages-"));
const tarballs = new Map<string, string>();

async function command([name = "", ...args]: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(name, args, { cwd, env: environment(), maxBuffer: 2 ** 26 });
  return stdout;
}

function tarball(name: string): string {
  const path = tarballs.get(name);
  if (path === undefined) throw new Error(`not packed: ${name}`);
  return path;
}

beforeAll(async () => {
  for (const { folder, manifest } of published) {
    if (!existsSync(join(root, folder, "dist"))) throw new Error(`build the packages first: ${folder}/dist`);
    const path = join(scratch, `${folder.replace("/", "-")}.tgz`);
    await command(pnpm("pack", "--out", path), join(root, folder));
    tarballs.set(manifest.name as string, path);
  }
}, 300_000);

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe.each(published.map(({ folder, manifest }) => [manifest.name as string, folder, manifest] as const))(
  "%s",
  (name, folder, manifest) => {
    const data = () => readFileSync(tarball(name));

    it("holds its build, README and licence, and nothing else", () => {
      const files = createPackageFromTarballData(data()).listFiles();
      const inside = files.map((file) => file.replace(`/node_modules/${name}/`, ""));
      expect(inside).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
      const extra = inside.filter((file) => !/^(LICENSE|README\.md|package\.json|dist\/.+)$/.test(file));
      expect(extra).toEqual([]);
    });

    it("publishes a manifest without traces of the workspace", () => {
      const text = createPackageFromTarballData(data()).readFile(`/node_modules/${name}/package.json`);
      expect(text).not.toContain("@steepest/source");
      expect(text).not.toContain("workspace:");
      const { exports, bin, engines } = JSON.parse(text) as Record<string, unknown>;
      expect(JSON.stringify({ exports, bin })).not.toContain("/src/");
      expect(engines).toEqual({ node: ">=22" });
    });

    it("carries the licence of the repository", () => {
      const text = createPackageFromTarballData(data()).readFile(`/node_modules/${name}/LICENSE`);
      expect(text).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
    });

    it("passes publint", async () => {
      const bytes = new Uint8Array(data()).buffer;
      const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
      expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
    });

    it.runIf(manifest.exports !== undefined)("has types for every way to import it", async () => {
      const result = await checkPackage(createPackageFromTarballData(data()));
      if (!result.types) expect.fail("has no types");
      // ES modules only: what CommonJS and resolution without `exports` make of it does not matter.
      const problems = result.problems.filter(
        (problem) =>
          problem.kind !== "CJSResolvesToESM" &&
          !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind)),
      );
      expect(problems).toEqual([]);
    });

    describe("installed alone", () => {
      const readme = `${folder}/README.md`;
      const snippets: Snippet[] = blocks(readFileSync(join(root, readme), "utf8")).map((block) => ({
        file: readme,
        ...block,
      }));
      const home = join(scratch, "install", folder.replace("/", "-"));

      beforeAll(async () => {
        mkdirSync(home, { recursive: true });
        // Siblings are not published yet, or not in this state: they come from their tarballs too.
        const siblings = [...tarballs].filter(([other]) => other !== name);
        const overrides = Object.fromEntries(siblings.map(([other, path]) => [other, `file:${path}`]));
        const dependencies = { [name]: `file:${tarball(name)}` };
        writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies, overrides }));
        await command(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], home);
      }, 300_000);

      it("brings the packages below and no others of the workspace", () => {
        const expected = new Set<string>();
        const add = (other: string) => {
          if (!tarballs.has(other) || expected.has(other)) return;
          expected.add(other);
          const member = published.find((candidate) => candidate.manifest.name === other);
          Object.keys((member?.manifest.dependencies ?? {}) as object).forEach(add);
        };
        add(name);
        const installed = [...tarballs.keys()].filter((other) =>
          existsSync(join(home, "node_modules", other)),
        );
        expect(installed.sort()).toEqual([...expected].sort());
      });

      it("runs the snippets of its README", { timeout: 120_000 }, async () => {
        const scripts = snippets.filter(({ language }) => language !== "sh");
        const commands = snippets
          .filter(({ language }) => language === "sh")
          .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, "").split("\n"))
          .filter((line) => line.startsWith("npx steepest "));
        expect(scripts.length + commands.length, `snippets in ${readme}`).toBeGreaterThan(0);

        const instrumented = scripts.map(({ code }) => instrument(code));
        const paths = instrumented.map(({ module }, i) => {
          const path = join(home, `${i}.mjs`);
          writeFileSync(path, module);
          return path;
        });
        const outcomes = paths.length > 0 ? await runModules(paths) : [];
        expect(
          scripts.flatMap((snippet, i) => untruths(snippet, instrumented[i]!.claims, outcomes[i])),
        ).toEqual([]);

        for (const line of commands) {
          expect(await command(["sh", "-c", line.replace("npx ", "npx --no-install ")], home)).not.toBe("");
        }
      });
    });
  },
);
