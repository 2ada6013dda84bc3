import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fittedParameters, pressFit, studioReady, tabTo, visitPlayground, writeModel } from "./support.ts";

/** For what is computed in a worker, on a machine that may be busy. */
const patience = { timeout: 30_000 };

const root = fileURLToPath(new URL("../../..", import.meta.url));
const visit = visitPlayground();

interface CliResult {
  readonly status: string;
  readonly parameters: Record<string, { value: number; standardError: number }>;
  readonly residualSumOfSquares: number;
  readonly degreesOfFreedom: number;
}

/** The same fit by the command line. */
function steepest(...words: string[]): CliResult {
  const printed = execFileSync(
    "node",
    ["--conditions=@steepest/source", "apps/cli/src/main.ts", ...words, "--json"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return JSON.parse(printed) as CliResult;
}

function expectSameFit(
  page: Record<string, { value: number; standardError: number }>,
  cli: CliResult,
  digits: number,
): void {
  expect(Object.keys(page).sort()).toEqual(Object.keys(cli.parameters).sort());
  for (const [name, { value, standardError }] of Object.entries(cli.parameters)) {
    for (const [ours, theirs] of [
      [page[name]!.value, value],
      [page[name]!.standardError, standardError],
    ] as const) {
      expect(Math.abs(ours - theirs), `${name}: ${ours} and ${theirs}`).toBeLessThanOrEqual(
        10 ** -digits * Math.abs(theirs),
      );
    }
  }
}

const model = "a + b*t + c*t^2 + d*sin(2*pi*(t - p)/T)";
const starts = { a: 310, b: 1, c: 0.01, d: 3, p: 0.2, T: 1 };

describe("Fit Studio", () => {
  it("fits 741 months of carbon dioxide to the same six parameters as the command line", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    await page.getByRole("button", { name: "CO₂" }).click();
    await writeModel(page, model);
    for (const [name, value] of Object.entries(starts)) {
      await page.getByLabel(`Start of ${name} as a number`).fill(String(value));
    }
    await pressFit(page);
    expect(await page.locator("[data-status]").getAttribute("data-status")).toBe("converged");
    const start = Object.entries(starts)
      .map(([name, value]) => `${name}=${value}`)
      .join(",");
    const cli = steepest("fit", "co2", "--model", model, "--y", "co2", "--start", start);
    expect(cli.status).toBe("converged");
    expectSameFit(await fittedParameters(page), cli, 6);
    const sum = Number(await page.locator("[data-figure=residualSumOfSquares]").getAttribute("value"));
    expect(Math.abs(sum / cli.residualSumOfSquares - 1)).toBeLessThan(1e-8);
    expect(await page.getByText(String(cli.degreesOfFreedom), { exact: true }).count()).toBe(1);
    // The words for a screen reader carry the same result.
    expect(await page.locator("[data-summary]").textContent()).toMatch(/a 314\.42 plus or minus 0\.11/);
  });

  it("prints a command that gives what the page shows, bounds and fixed parameters included", async () => {
    const page = await visit.open("fit/?data=cars&p=a:50&p=b:0.02:0:1&p=c:8:::fixed&fit=1");
    await page.locator("[data-status=converged]").waitFor();
    await page.getByText("These few lines do the same").click();
    const command = await page.getByRole("textbox", { name: "Command" }).inputValue();
    expect(command).toMatch(/^npx steepest fit cars --model 'a\*exp\(-b\*horsepower\) \+ c'/);
    const words = execFileSync("sh", ["-c", `for word in ${command}; do printf '%s\\n' "$word"; done`], {
      encoding: "utf8",
    });
    const cli = steepest(...words.trimEnd().split("\n").slice(2));
    const shown = await fittedParameters(page);
    expect(shown["c"]!.value).toBe(8);
    expect(await page.locator("tbody tr").filter({ hasText: "fixed" }).count()).toBe(1);
    for (const name of ["a", "b"]) {
      expect(shown[name]!.value / cli.parameters[name]!.value).toBeCloseTo(1, 6);
      expect(shown[name]!.standardError / cli.parameters[name]!.standardError).toBeCloseTo(1, 6);
    }
  });

  it("draws the curve for the starts while a slider is dragged, and its sum of squares", async () => {
    const page = await visit.open("fit/?data=penguins");
    await studioReady(page);
    const curve = page.locator("path.curve");
    const sum = page.locator(".now b");
    const slider = page.getByRole("slider", { name: "Start of b", exact: true });
    const seen = new Set<string>();
    await slider.scrollIntoViewIfNeeded();
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (const share of [0.55, 0.6, 0.7, 0.8]) {
      await page.mouse.move(box.x + share * box.width, box.y + box.height / 2, { steps: 3 });
      seen.add(`${await curve.getAttribute("d")} ${await sum.textContent()}`);
    }
    await page.mouse.up();
    expect(seen.size).toBe(4);
    const value = Number(await slider.inputValue());
    expect(value).toBeGreaterThan(20);
    expect(Number(await page.getByLabel("Start of b as a number").inputValue())).toBe(value);
  });

  it("walks step by step, can be scrubbed both ways, and ends on the fit", async () => {
    const page = await visit.open("fit/?data=cars&fit=1");
    await page.getByRole("img", { name: /after step (\d+) of \1$/ }).waitFor();
    const curve = page.locator("path.curve");
    const player = page.getByRole("slider", { name: "Step" });
    const end = await curve.getAttribute("d");
    const last = Number(await player.inputValue());
    expect(last).toBeGreaterThan(2);
    await page.getByRole("button", { name: "One step back" }).click();
    expect(await player.inputValue()).toBe(String(last - 1));
    await player.focus();
    await page.keyboard.press("Home");
    expect(await player.getAttribute("aria-valuetext")).toMatch(/^the start, sum of squares /);
    const start = await curve.getAttribute("d");
    expect(start).not.toBe(end);
    const sums: number[] = [];
    for (let step = 0; step <= last; step++) {
      sums.push(Number((await page.locator(".now b").textContent())!.replace("−", "-")));
      await page.keyboard.press("ArrowRight");
    }
    for (const [i, sum] of sums.entries()) if (i > 0) expect(sum).toBeLessThanOrEqual(sums[i - 1]!);
    expect(await curve.getAttribute("d")).toBe(end);
  });

  it("draws the valley of the sum of squares and the walk across it", async () => {
    const page = await visit.open("fit/?data=global-temperature&fit=1");
    const map = page.locator(".valley");
    await expect.poll(() => map.locator("path.level").count(), patience).toBe(14);
    const steps = Number(await page.getByRole("slider", { name: "Step" }).getAttribute("max"));
    expect(await map.locator("circle.step").count()).toBe(steps + 1);
    const walk = await map.locator("path.walk").getAttribute("d");
    const other = (await map.getByLabel("Across").inputValue()) === "a" ? "b" : "a";
    await map.getByLabel("Across").selectOption(other);
    await expect.poll(() => map.locator("path.level").count(), patience).toBe(14);
    expect(await map.locator("path.walk").getAttribute("d")).not.toBe(walk);
    expect(await map.getByRole("img").getAttribute("aria-label")).toContain(`over ${other} and`);
  });

  it("shows where a formula cannot be read, and recovers", async () => {
    const page = await visit.open("fit/?data=penguins");
    await studioReady(page);
    await writeModel(page, "a + b*flipper_length +* c");
    const field = page.getByRole("textbox", { name: "Model" });
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    const problem = page.getByRole("alert");
    const [line, caret] = (await problem.locator("pre").textContent())!.split("\n");
    expect(line!.charAt(caret!.indexOf("^"))).toBe("*");
    expect(await problem.textContent()).toMatch(/expected/);
    expect(await page.getByRole("button", { name: "Fit", exact: true }).isDisabled()).toBe(true);
    await writeModel(page, "a + b*flipper_length");
    expect(await page.getByRole("alert").count()).toBe(0);
    await pressFit(page);
    expect(await page.locator("[data-status]").getAttribute("data-status")).toBe("converged");
  });

  it("sets predictors and parameters in their own colours, and writes the exact derivatives", async () => {
    const page = await visit.open("fit/?data=penguins&model=a*exp(-flipper_length/s)&p=a:1&p=s:100");
    await studioReady(page);
    const formula = page.locator(".set .katex-html");
    await formula.waitFor();
    const tones = await formula.evaluate((element) =>
      ["tone-x", "tone-parameter"].map((tone) => [
        ...new Set([...element.querySelectorAll(`.${tone}`)].map((part) => getComputedStyle(part).color)),
      ]),
    );
    expect(tones.map((colors) => colors.length)).toEqual([1, 1]);
    expect(tones[0]).not.toEqual(tones[1]);
    const slopes = page.locator(".derivatives annotation");
    await expect.poll(() => slopes.count(), patience).toBe(4);
    expect((await slopes.allTextContents()).join(" ")).toContain("frac{\\partial f}{\\partial a}");
    // ∂f/∂a = e^(−x/s) with s = 100, at the middle row, whose x is in the sentence above.
    const x = Number(/= (\d+)/.exec((await page.locator(".derivatives .tone-x").first().textContent())!)![1]);
    const value = Number(await page.locator(".derivatives dd").first().textContent());
    expect(value).toBeCloseTo(Math.exp(-x / 100), 3);
  });

  it("explains what the figure draws, and nothing that it does not", async () => {
    const page = await visit.open("fit/?data=penguins");
    await studioReady(page);
    const keys = (): Promise<string[]> => page.locator(".caption .key").allTextContents();
    await expect.poll(keys, patience).toEqual(["data", "model", "residual"]);
    await pressFit(page);
    const bands = ["curve, 95 %", "new points, 95 %"];
    await expect.poll(keys, patience).toEqual(["data", "model", "residual", "start", ...bands]);
    await page.getByRole("checkbox", { name: "where the curve lies" }).uncheck();
    await expect.poll(keys, patience).toEqual(["data", "model", "residual", "start", "new points, 95 %"]);
    await writeModel(page, "a + b*");
    await expect.poll(keys, patience).toEqual(["data"]);
    // With a second predictor the model is a value for each point, and drawn so.
    await writeModel(page, "a + b*flipper_length + c*bill_length");
    await expect.poll(keys, patience).toEqual(["data", "model", "residual"]);
    expect(await page.locator(".caption .mark").count()).toBe(1);
    expect(await page.locator(".caption .line").count()).toBe(0);
  });

  it("shows the intervals on a phone too, once", async () => {
    for (const width of [390, 1280]) {
      const page = await visit.open("fit/?data=penguins&fit=1", { viewport: { width, height: 844 } });
      await page.locator("[data-status=converged]").waitFor();
      const interval = page
        .locator("tbody tr")
        .nth(1)
        .getByText(/^46\.7 … 52\.7$/)
        .filter({ visible: true });
      expect(await interval.count()).toBe(1);
      expect(await page.locator("thead").getByText("95 % interval").filter({ visible: true }).count()).toBe(
        1,
      );
    }
  });

  it("says in which row and column a table is wrong", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const table = "time,height\n0,1.8\n1,2.3\n2,tall\n3,2.9\n4,3.4\n";
    await page
      .getByLabel("Open a CSV")
      .setInputFiles({ name: "plant.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
    const problem = await page.getByRole("alert").textContent();
    expect(problem).toContain("plant.csv, row 4");
    expect(problem).toContain("Still showing: CO₂ in the air at Mauna Loa.");
    expect(problem).toContain("height");
    expect(problem).toContain("tall");
    // What was there before is still there.
    await studioReady(page);
    await page.getByRole("button", { name: "Paste a table" }).click();
    await page.getByLabel(/A table as text/).fill("only\n1\n2");
    await page.getByRole("button", { name: "Use this table" }).click();
    await page.getByText(/pasted table: a fit needs two columns of numbers/).waitFor();
  });

  it("refuses a file in another encoding, as the command line does, and reads UTF-16", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page.getByLabel("Open a CSV").setInputFiles({ name, mimeType: "text/csv", buffer });
    const table = "zeit,höhe\n0,1\n1,2\n2,2.5\n";
    await choose("latin.csv", Buffer.from(table, "latin1"));
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(
      /^latin\.csv, row 1: expected text in UTF-8 .* Still showing: /,
    );
    await choose("wide.csv", Buffer.from(`\ufeff${table}`, "utf16le"));
    await page.getByRole("img", { name: /3 points of höhe against zeit/ }).waitFor();
    expect(await problem.count()).toBe(0);
  });

  it("suggests models for columns that bear the usual names of parameters", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const buffer = Buffer.from("a,b,x\n0,1,9\n1,2.1,9\n2,2.9,8\n3,4.2,8\n4,5,9\n");
    await page.getByLabel("Open a CSV").setInputFiles({ name: "abx.csv", mimeType: "text/csv", buffer });
    await page.getByRole("img", { name: /5 points of b against a/ }).waitFor();
    await pressFit(page);
    expect(await page.locator("[data-status]").getAttribute("data-status")).toBe("converged");
    expect(Object.keys(await fittedParameters(page))).toEqual(["c", "d"]);
  });

  it("says that a folder which was dropped is no file", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const browser = await page.context().newCDPSession(page);
    const data = { items: [], files: [import.meta.dirname], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await browser.send("Input.dispatchDragEvent", { type, x: 300, y: 400, data });
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(
      /^e2e could not be read: it is a folder.* Still showing: CO₂/,
    );
  });

  it("fits the user's own table, keeps it on the device and out of the link", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const rows = Array.from(
      { length: 12 },
      (_, i) => `${i},${(5 * Math.exp(-i / 4) + 1 + (i % 2) / 100).toFixed(4)}`,
    );
    const table = `elapsed (s);level\n${rows.join("\n").replaceAll(",", ";")}`;
    await page
      .getByLabel("Open a CSV")
      .setInputFiles({ name: "tank.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
    await page.getByRole("img", { name: /^12 points of level against elapsed \(s\)/ }).waitFor();
    await page.getByRole("button", { name: "an exponential" }).click();
    await pressFit(page);
    expect((await fittedParameters(page))["s"]!.value).toBeCloseTo(4, 0);
    await page.waitForURL(/fit=1/);
    const link = page.url();
    expect(link).not.toContain("5.01");
    expect(decodeURIComponent(link)).toContain("tank.csv");
    await page.getByText("Your data stay in this browser").waitFor();
    // On this device the link finds the table again …
    await page.reload();
    await page.locator("[data-status=converged]").waitFor();
    await page.getByRole("img", { name: /^12 points of level/ }).waitFor();
    // … and on another it says what is missing.
    const elsewhere = await visit.open(link);
    expect(await elsewhere.getByRole("alert").textContent()).toMatch(/tank\.csv.*not on this device/);
  });

  it("gives the same view to whoever opens its link", async () => {
    const page = await visit.open("fit/?data=cars");
    await studioReady(page);
    await page.getByRole("button", { name: "power and weight together" }).click();
    await page.getByLabel("Start of b as a number").fill("25000");
    await page.getByRole("button", { name: "Limits of a" }).click();
    await page.getByLabel("Smallest a").fill("-20");
    await pressFit(page);
    await page.waitForURL(/fit=1/);
    const other = await visit.open(page.url());
    await other.locator("[data-status=converged]").waitFor();
    expect(await fittedParameters(other)).toEqual(await fittedParameters(page));
    for (const name of ["Start of b as a number", "Smallest a"]) {
      expect(await other.getByLabel(name).inputValue()).toBe(await page.getByLabel(name).inputValue());
    }
    await other.waitForTimeout(500);
    expect(other.url()).toBe(page.url());
  });

  it("gives the fit away as JSON and as a copied link", async () => {
    const page = await visit.open("fit/?data=penguins&fit=1", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.locator("[data-status=converged]").waitFor();
    await page.waitForURL(/v=1.*fit=1/);
    await page.getByRole("button", { name: "Copy the link" }).click();
    await page.getByText("Link copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as JSON" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("steepest-penguins.json");
    const saved = JSON.parse(readFileSync(await download.path(), "utf8")) as {
      format: string;
      version: number;
      input: { model: string };
      result: CliResult;
    };
    expect(saved).toMatchObject({
      format: "steepest-fit",
      version: 1,
      input: { model: "a + b*flipper_length" },
    });
    const shown = await fittedParameters(page);
    expect(saved.result.parameters["b"]!.value).toBe(shown["b"]!.value);
  });

  it("lays sliders anew for another data set, around its own starts", async () => {
    const page = await visit.open("fit/?data=co2");
    await studioReady(page);
    await page.getByRole("button", { name: "Penguins" }).click();
    await page.getByRole("img", { name: /points of body_mass/ }).waitFor();
    const slider = page.getByRole("slider", { name: "Start of a", exact: true });
    expect([await slider.getAttribute("min"), await slider.getAttribute("max")]).toEqual(["-1", "1"]);
  });

  it("opens a link of another version with the defaults and says so", async () => {
    const page = await visit.open("fit/?v=99&data=cars");
    await studioReady(page);
    expect(await page.getByRole("alert").textContent()).toContain("v=99");
    await page.getByRole("img", { name: /points of co2/ }).waitFor();
  });

  it("opens a damaged link with what can be used, and says what cannot", async () => {
    const noSet = await visit.open("fit/?v=1&data=nosuch&model=a&fit=1");
    await studioReady(noSet);
    expect(await noSet.getByRole("alert").textContent()).toContain("nosuch");
    await noSet.getByRole("img", { name: /741 points of co2/ }).waitFor();

    const noColumn = await visit.open("fit/?v=1&data=co2&x=<b>&y=co2&p=a:NaN");
    await studioReady(noColumn);
    const problems = await noColumn.getByRole("alert").allTextContents();
    expect(problems.join(" ")).toContain("<b>");
    expect(problems.join(" ")).toContain("a:NaN");
    // Other data leave the link behind.
    await noColumn.getByRole("button", { name: "Cars", exact: true }).click();
    await noColumn.getByRole("img", { name: /points of mpg/i }).waitFor();
    expect(await noColumn.getByRole("alert").count()).toBe(0);
  });

  it("takes every name for a parameter, and every number for a start", async () => {
    const named = await visit.open("fit/?data=co2&x=t&y=co2&model=constructor%2BtoString*t&fit=1");
    await named.locator("[data-status=converged]").waitFor();
    expect(Object.keys(await fittedParameters(named))).toEqual(["constructor", "toString"]);

    const vast = await visit.open("fit/?data=co2&x=t&y=co2&model=a%2Bb*t&p=a:1e300&p=b:-1e308:5:-5&fit=1");
    await vast
      .getByText(/could not (run|begin)/)
      .first()
      .waitFor();
    const slider = vast.getByRole("slider", { name: "Start of b", exact: true });
    const [min, max] = await Promise.all(["min", "max"].map((end) => slider.getAttribute(end)));
    expect(Number(min)).toBeLessThan(Number(max));
    await vast.getByText("The first limit must be smaller").waitFor();
  });

  it("follows links to itself, and the way back", async () => {
    const page = await visit.open("fit/?data=cars");
    await page.getByRole("img", { name: /points of mpg/ }).waitFor();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Fit Studio" }).click();
    await page.getByRole("img", { name: /points of co2/ }).waitFor();
    await page.waitForURL(/data=co2/);
    await page.goBack();
    await page.getByRole("img", { name: /points of mpg/ }).waitFor();
  });

  it("opens a file dropped anywhere on the page", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    await page.getByRole("heading", { level: 1 }).evaluate((heading) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["time,height\n0,1.8\n1,2.3\n2,2.6\n"], "plant.csv"));
      for (const type of ["dragover", "drop"]) {
        heading.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
    });
    await page.getByRole("img", { name: /3 points of height against time/ }).waitFor();
  });

  it("explains a fit that does not arrive", async () => {
    const page = await visit.open("fit/?data=anscombe&model=a*b*x1+c&p=a:1&p=b:1&p=c:0&fit=1");
    await page.locator("[data-status]").waitFor();
    // a and b can only be told by their product: no error bars, and the reason in words.
    expect(await page.locator("tbody .reason").first().textContent()).toMatch(/\b[ab]\b/);
    const failing = await visit.open("fit/?data=anscombe&model=a*log(x1 - 20) + b&p=a:1&p=b:1&fit=1");
    await failing
      .getByText(/not arrive|could not (run|begin)/)
      .first()
      .waitFor();
    const words = await failing.getByRole("main").textContent();
    expect(words).toMatch(/finite|evaluated|not a number/);
  });

  it("stops a long fit at once and keeps the steps made so far", async () => {
    const page = await visit.open("fit/");
    await studioReady(page);
    const rows = Array.from(
      { length: 250_000 },
      (_, i) => `${i / 25_000},${Math.sin(i) + 2 * Math.exp(-i / 90_000)}`,
    );
    const table = Buffer.from(`t,y\n${rows.join("\n")}`);
    await page
      .getByLabel("Open a CSV")
      .setInputFiles({ name: "long.csv", mimeType: "text/csv", buffer: table });
    await page.getByRole("img", { name: /^250000 points of y/ }).waitFor();
    // Sums of exponentials that the data cannot tell apart: a long, flat valley.
    await writeModel(page, "a*exp(-b*t) + c*exp(-d*t) + f*exp(-g*t) + h*exp(-k*t)");
    for (const [name, value] of Object.entries({ a: 1, b: 0.1, c: 1, d: 0.2, f: 1, g: 0.3, h: 1, k: 0.4 })) {
      await page.getByLabel(`Start of ${name} as a number`).fill(String(value));
    }
    await page.getByRole("button", { name: "Fit", exact: true }).click();
    await page.getByRole("progressbar").waitFor();
    await page.getByText(/^step [1-9]/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("heading", { name: "Stopped" }).waitFor();
    // The figure jumps to the last step and stays there; all that count steps agree.
    const player = page.getByRole("slider", { name: "Step" });
    const last = await player.getAttribute("max");
    expect(await player.inputValue()).toBe(last);
    expect(await page.getByRole("button", { name: "Play the steps" }).count()).toBe(1);
    await page.getByText(`step ${last} of ${last}`, { exact: true }).waitFor();
    const after = `after ${last} step${last === "1" ? "" : "s"}`;
    expect(await page.locator("[data-summary]").textContent()).toBe(`Stopped ${after}`);
    await page.getByText(`You stopped the walk ${after}.`).waitFor();
    expect(await page.getByRole("progressbar").count()).toBe(0);
    // The studio goes on working.
    await page.getByRole("button", { name: "Penguins" }).click();
    await page.getByRole("img", { name: /points of body_mass/ }).waitFor();
    await pressFit(page);
    expect(await page.locator("[data-status]").getAttribute("data-status")).toBe("converged");
  });

  it("can be used from the keyboard alone", async () => {
    const page = await visit.open("");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await tabTo(page, "Open Fit Studio");
    await page.keyboard.press("Enter");
    await studioReady(page);
    await tabTo(page, "Warming");
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: /points of temperature/ }).waitFor();
    await tabTo(page, "Start of s");
    const slider = page.getByRole("slider", { name: "Start of s", exact: true });
    const [before, step] = [Number(await slider.inputValue()), Number(await slider.getAttribute("step"))];
    await page.keyboard.press("ArrowRight");
    expect(Number(await slider.inputValue())).toBeCloseTo(before + step, 9);
    await page.keyboard.press("Shift+ArrowLeft");
    expect(Number(await slider.inputValue())).toBeCloseTo(before - 9 * step, 9);
    await tabTo(page, "Fit");
    await page.keyboard.press("Enter");
    await page.locator("[data-status=converged]").waitFor();
    await tabTo(page, "Step");
    await page.keyboard.press("Home");
    await page.getByRole("img", { name: /after step 0 of/ }).waitFor();
    await tabTo(page, "Read values off the figure, point by point");
    const readOut = page.getByRole("slider", { name: /Read values/ });
    await page.keyboard.press("ArrowRight");
    expect(await readOut.getAttribute("aria-valuetext")).toMatch(/^year 1881.*temperature.*model.*residual/);
    await page.keyboard.press("Shift+ArrowRight");
    expect(await readOut.getAttribute("aria-valuetext")).toMatch(/^year 1889/);
  });

  it("reads off the nearest point under the pointer", async () => {
    const page = await visit.open("fit/?data=anscombe");
    const figure = page.getByRole("img", { name: /points of y1/ });
    const box = (await figure.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.98, box.y + box.height * 0.3);
    // The largest x1 is 14, with y1 = 9.96.
    await page.locator(".caption", { hasText: "x1 14.000" }).waitFor();
    expect(await page.locator(".caption").textContent()).toContain("y1 9.9600");
  });

  it("jumps to the end where motion is not wanted", async () => {
    const page = await visit.open("fit/?data=cars", { reducedMotion: "reduce" });
    await studioReady(page);
    await pressFit(page);
    await page.getByRole("img", { name: /after step (\d+) of \1$/ }).waitFor();
    const frames = await page.evaluate(async () => {
      const curve = document.querySelector("path.curve")!;
      const seen = new Set<string | null>();
      for (let i = 0; i < 10; i++) {
        seen.add(curve.getAttribute("d"));
        await new Promise(requestAnimationFrame);
      }
      return seen.size;
    });
    expect(frames).toBe(1);
  });

  it("complained about nothing", () => {
    expect(visit.complaints).toEqual([]);
  });
});
