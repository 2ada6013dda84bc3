import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchBrowser } from "../../../tests/support/browser.ts";
import { servePlayground } from "../../../tests/support/site.ts";

/** The built playground in a real browser, for one file of tests. */
export interface Visit {
  /** Address of the site, with a slash at its end. */
  readonly url: string;
  /**
   * A fresh visitor on a page of the site. Whatever the page complains about is added to `complaints`.
   */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Console errors, uncaught errors and failed requests of all pages so far. */
  readonly complaints: string[];
}

export function visitPlayground(): Visit {
  let site: Awaited<ReturnType<typeof servePlayground>>;
  let browser: Browser;
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    site = await servePlayground();
    browser = await launchBrowser();
  });
  // A page left open goes on drawing.
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  return {
    complaints,
    get url() {
      return site.url;
    },
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      const test = expect.getState().currentTestName ?? "";
      const complain = (text: string): number => complaints.push(`${test}: ${text}`);
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complain(message.text());
      });
      page.on("pageerror", (error) => complain(error.message));
      page.on("requestfailed", (request) => {
        const reason = request.failure()?.errorText ?? "";
        // A request that was still under way when its page was left is nobody's fault.
        if (reason !== "net::ERR_ABORTED") complain(`${request.url()}: ${reason}`);
      });
      await page.goto(new URL(path, site.url).href);
      return page;
    },
  };
}

/** Waits until the studio has loaded its data and shows a figure. */
export async function studioReady(page: Page): Promise<void> {
  await page.getByRole("img", { name: /points of/ }).waitFor();
}

/** Presses Fit and waits for the verdict. */
export async function pressFit(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Fit", exact: true }).click();
  await page.locator("[data-status]").waitFor();
}

/** The fitted parameters with all their digits, as the page holds them. */
export async function fittedParameters(
  page: Page,
): Promise<Record<string, { value: number; standardError: number }>> {
  const rows = await page.locator("tbody tr").evaluateAll((elements) =>
    elements.map((row) => {
      const value = row.querySelector<HTMLDataElement>("data[data-parameter]")!;
      const error = row.querySelector<HTMLDataElement>("data[data-standard-error]");
      return [value.dataset["parameter"]!, Number(value.value), Number(error?.value ?? NaN)] as const;
    }),
  );
  return Object.fromEntries(rows.map(([name, value, standardError]) => [name, { value, standardError }]));
}

/** Types a model into the model's field. */
export async function writeModel(page: Page, model: string): Promise<void> {
  await page.getByRole("textbox", { name: "Model" }).fill(model);
}

/** Moves the focus with Tab until it stands on something with this accessible name. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null) return "";
      const labels = (element as HTMLInputElement).labels;
      return (
        element.getAttribute("aria-label") ??
        (labels !== null && labels !== undefined && labels.length > 0
          ? labels[0]!.textContent
          : element.textContent) ??
        ""
      ).trim();
    });
    if (focused === name) return;
  }
  throw new Error(`the Tab key never reaches: ${name}`);
}
