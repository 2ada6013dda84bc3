import AxeBuilder from "@axe-core/playwright";
import { describe, expect, it } from "vitest";
import { pressFit, studioReady, visitPlayground, writeModel } from "./support.ts";

const visit = visitPlayground();
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function violations(page: Awaited<ReturnType<typeof visit.open>>): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(rules).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it("the home page has no violation of WCAG 2.2 AA", async () => {
    const page = await visit.open("", { colorScheme });
    await page.locator("#live-heading").scrollIntoViewIfNeeded();
    await page
      .locator("figcaption")
      .getByText(/Step \d+/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("Fit Studio has none, before a fit, after it with everything unfolded, and with a mistake in the model", async () => {
    const page = await visit.open("fit/?data=cars&p=a:50&p=b:0.02:0:1&p=c:8:::fixed", { colorScheme });
    await studioReady(page);
    await page.locator(".set .katex-html").waitFor();
    expect(await violations(page)).toEqual([]);
    await pressFit(page);
    await page.getByRole("button", { name: "Paste a table" }).click();
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    await writeModel(page, "a + + +");
    await page.getByRole("alert").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("the page for wrong addresses has none", async () => {
    const page = await visit.open("nowhere/", { colorScheme });
    await page.getByRole("heading", { level: 1 }).waitFor();
    visit.complaints.splice(0);
    expect(await violations(page)).toEqual([]);
  });
});

describe("nothing scrolls sideways", () => {
  it.each([360, 390, 768, 1024, 1440])("at %i px", async (width) => {
    for (const path of ["", "fit/?data=cars&p=a:50&p=b:0.02:0:1&p=c:8:::fixed&fit=1", "nowhere/"]) {
      const page = await visit.open(path, { viewport: { width, height: 800 } });
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (path.startsWith("fit")) {
        await page.locator("[data-status]").waitFor();
        for (const summary of await page.locator("summary").all()) await summary.click();
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
    visit.complaints.splice(0);
  });

  it("with names that have no end", async () => {
    const page = await visit.open("fit/", { viewport: { width: 360, height: 800 } });
    await studioReady(page);
    const [x, y] = ["a_very_long_column_name_that_never_ends".repeat(2), "another_one_".repeat(6)];
    await page.getByLabel("Open a CSV").setInputFiles({
      name: "long.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`${x},${y}\n1,2\n2,3\n3,3.5\n4,5\n`),
    });
    await page.getByRole("img", { name: /4 points of another/ }).waitFor();
    await writeModel(page, `${"an_endless_parameter_".repeat(3)}*${x} + b`);
    await pressFit(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("and what the keyboard goes back to is not hidden behind the figure", async () => {
    const page = await visit.open("fit/?data=cars&fit=1", { viewport: { width: 390, height: 844 } });
    await page.locator("[data-status]").waitFor();
    await page.getByRole("button", { name: "Save as JSON" }).focus();
    const figure = await page.getByRole("button", { name: "Fit", exact: true }).boundingBox();
    for (let presses = 0; presses < 25; presses++) {
      await page.keyboard.press("Shift+Tab");
      const bottom = await page.evaluate(() => document.activeElement!.getBoundingClientRect().bottom);
      expect(bottom).toBeGreaterThan(figure!.y + figure!.height);
    }
  });

  it("the figure and the story below it share their left edge on a tablet", async () => {
    const page = await visit.open("fit/", { viewport: { width: 768, height: 1024 } });
    await studioReady(page);
    const button = await page.getByRole("button", { name: "Fit", exact: true }).boundingBox();
    const heading = await page.getByRole("heading", { level: 1 }).boundingBox();
    expect(heading!.x).toBe(button!.x);
  });

  it("and the axes keep their text at its own size on a phone", async () => {
    const sizes = await Promise.all(
      [360, 1440].map(async (width) => {
        const page = await visit.open("fit/?data=cars", { viewport: { width, height: 800 } });
        await studioReady(page);
        const tick = page.locator(".ticks text").first();
        return (await tick.boundingBox())!.height;
      }),
    );
    expect(sizes[0]).toBeCloseTo(sizes[1]!, 1);
  });
});
