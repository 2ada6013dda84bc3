import { join } from "node:path";
import type { Browser } from "playwright";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../scripts/workspace.js";
import { launchBrowser } from "./support/browser.ts";

const program = `
  import { compile, compileStep, grad, tensor } from "@steepest/autodiff";
  const f = compile(grad((x) => x.mul(x).sum()));
  const at = tensor([1, 2]);
  const step = compileStep((s) => [s.mul(2), s], 1);
  await f.prepare(at);
  const g = compile((x) => x.exp().sum());
  document.title = JSON.stringify({
    slope: f(at),
    sum: g(tensor([0, 0])),
    output: step.repeat(3),
    state: step.state,
    how: f.describe(at).startsWith("interpreted") ? "interpreted" : "compiled",
  });
`;

describe("a page whose Content-Security-Policy", { timeout: 60_000 }, () => {
  let browser: Browser;
  let code: string;

  beforeAll(async () => {
    const build = await rolldown({
      input: "program",
      resolve: { conditionNames: ["@steepest/source"] },
      plugins: [
        {
          name: "program",
          resolveId: (id: string) =>
            id === "program"
              ? id
              : id === "@steepest/autodiff"
                ? join(root, "packages/autodiff/src/index.ts")
                : null,
          load: (id: string) => (id === "program" ? program : null),
        },
      ],
    });
    const { output } = await build.generate({ format: "es" });
    code = output[0].code;
    browser = await launchBrowser();
  }, 60_000);

  afterAll(() => browser.close());

  it.each([
    ["forbids WebAssembly has the same results without it", "script-src 'self'", "interpreted"],
    ["allows it has them compiled", "script-src 'self' 'wasm-unsafe-eval'", "compiled"],
  ])("%s", async (_, policy, how) => {
    const page = await browser.newPage();
    await page.route("http://policy.test/*", (route) =>
      route.request().url().endsWith(".js")
        ? route.fulfill({ contentType: "text/javascript", body: code })
        : route.fulfill({
            contentType: "text/html",
            headers: { "Content-Security-Policy": policy },
            body: '<script type="module" src="program.js"></script>',
          }),
    );
    await page.goto("http://policy.test/");
    await page.waitForFunction("document.title !== ''");
    expect(JSON.parse(await page.title())).toEqual({ slope: [2, 4], sum: 2, output: 4, state: 8, how });
    await page.close();
  });
});
