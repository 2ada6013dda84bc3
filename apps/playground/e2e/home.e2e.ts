import { describe, expect, it } from "vitest";
import { visitPlayground } from "./support.ts";

const visit = visitPlayground();

describe("the home page", () => {
  it("shows four stages and 22 lessons, and says which are not built", async () => {
    const page = await visit.open("");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Find your way downhill");
    expect(await page.locator("section[id^=stage-]").count()).toBe(4);
    const lessons = page.locator("section[id^=stage-] li");
    expect(await lessons.count()).toBe(22);
    expect(await lessons.filter({ hasText: "not built yet" }).count()).toBe(21);
    expect(await lessons.filter({ has: page.getByRole("link", { name: "Fit Studio" }) }).count()).toBe(1);
  });

  it("runs a real fit in its live figure, step by step", async () => {
    const page = await visit.open("");
    await page.locator("#live-heading").scrollIntoViewIfNeeded();
    const caption = page.locator("figcaption");
    await caption.getByText(/Step \d+ of \d+/).waitFor();
    await page.getByRole("img", { name: /after step (\d+) of \1$/ }).waitFor();
    const curve = page.locator("figure path.curve");
    const end = await curve.getAttribute("d");
    await page.getByRole("button", { name: "Walk again" }).click();
    await caption.getByText(/^A rough start/).waitFor();
    expect(await curve.getAttribute("d")).not.toBe(end);
    // The same figure, opened in the studio, ends at the same sum of squares.
    await page.getByRole("img", { name: /after step (\d+) of \1$/ }).waitFor();
    const live = (await caption.locator("b").textContent())!;
    await page.getByRole("link", { name: "Open it in Fit Studio" }).click();
    await page.locator("[data-status=converged]").waitFor();
    const studio = Number(await page.locator("[data-figure=residualSumOfSquares]").getAttribute("value"));
    expect(Math.abs(studio - Number(live)) / studio).toBeLessThan(1e-3);
  });

  it("leads to Fit Studio by the map, by the list and by the header", async () => {
    for (const name of ["Stage 4 Fit the real world Fit Studio is open", "Open Fit Studio"]) {
      const page = await visit.open("");
      await page.getByRole("link", { name }).first().click();
      await page.waitForURL(/\/fit\//);
    }
  });

  it("keeps the chosen theme over a reload, before the first paint", async () => {
    const page = await visit.open("", { colorScheme: "light" });
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await ground()).toBe("rgb(251, 250, 245)");
    await page.getByRole("radio", { name: "Night" }).check({ force: true });
    expect(await ground()).toBe("rgb(11, 17, 34)");
    // Only the document itself: no script of the app has run yet when the colour is asked for.
    await page.route("**/*.js", (route) => route.abort());
    await page.reload();
    expect(await ground()).toBe("rgb(11, 17, 34)");
    visit.complaints.splice(0);
  });

  it("answers a wrong address with a page that leads on", async () => {
    const page = await visit.open("fitt/");
    await page.getByRole("heading", { name: "No path leads here" }).waitFor();
    expect(await page.locator("main code").textContent()).toBe("/fitt/");
    visit.complaints.splice(0);
    await page.getByRole("main").getByRole("link", { name: "Fit Studio" }).click();
    await page.getByRole("heading", { level: 1, name: "Fit Studio" }).waitFor();
  });

  it("complained about nothing", () => {
    expect(visit.complaints).toEqual([]);
  });
});
