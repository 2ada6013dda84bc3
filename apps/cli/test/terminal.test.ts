import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { alignPoints } from "../src/fit/report.ts";
import { renderPlot } from "../src/terminal/plot.ts";
import { createProgress } from "../src/terminal/progress.ts";
import { histogramSparkline, seriesSparkline } from "../src/terminal/sparkline.ts";
import { renderPairs, renderTable } from "../src/terminal/table.ts";
import { hasColors, hasUnicode, widthOf, type Terminal } from "../src/terminal/terminal.ts";
import { displayWidth, truncate, wrap } from "../src/terminal/text.ts";

const tty = { isTTY: true };
const plain = pc.createColors(false);

describe("what a terminal can show", () => {
  it("colours: only on a terminal, never with NO_COLOR, always with FORCE_COLOR", () => {
    expect(hasColors(tty, {})).toBe(true);
    expect(hasColors({}, {})).toBe(false);
    expect(hasColors(tty, { NO_COLOR: "1" })).toBe(false);
    expect(hasColors(tty, { TERM: "dumb" })).toBe(false);
    expect(hasColors({}, { FORCE_COLOR: "1" })).toBe(true);
    expect(hasColors({}, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(hasColors(tty, { FORCE_COLOR: "0" })).toBe(false);
  });

  it("columns: those of the terminal, else COLUMNS, else 80, and 40 at the least", () => {
    expect(widthOf({ columns: 120 }, { COLUMNS: "60" })).toBe(120);
    expect(widthOf({}, { COLUMNS: "60" })).toBe(60);
    expect(widthOf({}, { COLUMNS: "many" })).toBe(80);
    expect(widthOf({}, {})).toBe(80);
    expect(widthOf({ columns: 5 }, {})).toBe(40);
  });

  it("braille: in a UTF-8 locale", () => {
    expect(hasUnicode({}, { LANG: "de_DE.UTF-8" })).toBe(true);
    expect(hasUnicode(tty, { LANG: "C" })).toBe(false);
    expect(hasUnicode(tty, { LANG: "de_DE.UTF-8", LC_ALL: "C" })).toBe(false);
    expect(hasUnicode(tty, {})).toBe(true);
    expect(hasUnicode(tty, { TERM: "dumb", LANG: "C.UTF-8" })).toBe(false);
  });
});

describe("text", () => {
  it("measures what is seen", () => {
    expect(displayWidth(pc.createColors(true).red("CO₂ é"))).toBe(5);
    expect(displayWidth("時間 t")).toBe(6);
    expect(truncate("時間時間", 6)).toBe("時間…");
    expect(truncate("steepest", 5)).toBe("stee…");
    expect(truncate("steep", 5)).toBe("steep");
    expect(wrap("one two  three", 7)).toEqual(["one two", "three"]);
    expect(wrap("", 7)).toEqual([]);
  });

  it("aligns decimal points", () => {
    expect(alignPoints(["314.42", "0.7584", "", "-2", "5e-4"])).toEqual([
      "314.42",
      "  0.7584",
      "",
      " -2",
      "  5e-4",
    ]);
  });

  it("lays out tables and pairs", () => {
    const columns = [
      { title: "name" },
      { title: "n", align: "right" as const },
      { title: "about", flexible: true },
    ];
    expect(
      renderTable(
        columns,
        [
          ["a", "10", "short"],
          ["long", "5", "something rather long"],
        ],
        { width: 24 },
      ),
    ).toEqual(["name   n  about", "a     10  short", "long   5  something rat…"]);
    expect(
      renderPairs(
        [
          ["a", "1"],
          ["long", "one two three four five six"],
        ],
        { width: 28, labelStyle: String },
      ),
    ).toEqual(["a     1", "long  one two three four", "      five six"]);
  });
});

describe("sparklines", () => {
  it("show the course of a series", () => {
    expect(seriesSparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, true)).toBe("▁▂▃▄▅▆▇█");
    expect(seriesSparkline([0, 0, 8, 8], 2, true)).toBe("▁█");
    expect(seriesSparkline([1, NaN, 2], 3, true)).toBe("▁ █");
    expect(seriesSparkline([5, 5], 2, true)).toBe("▅▅");
    expect(seriesSparkline([0, 7], 2, false)).toBe("_@");
  });

  it("show the shape of a distribution", () => {
    expect(histogramSparkline([0.5, 1, 1, 1, 2.5], 2, true)).toBe("█▃");
    expect(histogramSparkline([4, 4, 8, 8, 6], 10, true)).toBe("█ ▅ █");
    expect(histogramSparkline([], 5, true)).toBe("");
    expect(histogramSparkline([3, 3], 5, true)).toBe("▅");
  });
});

describe("renderPlot", () => {
  const terminal = { width: 40, unicode: false, colors: plain };
  const options = { xLabel: "t (s)", yLabel: "y (m)", rows: 5 };
  const line = Float64Array.from({ length: 401 }, (_, i) => i / 4);

  it("draws a rising line from corner to corner, with axes and labels", () => {
    const lines = renderPlot(
      { ...options, data: { x: [0, 100], y: [0, 100] }, curve: { x: line, y: line } },
      terminal,
    );
    expect(lines[0]).toMatch(/^y \(m\) +o data {2}\* model$/);
    expect(lines.slice(1, 6).map((text) => text.slice(0, 5))).toEqual([
      "100 +",
      "    |",
      " 50 +",
      "    |",
      "  0 +",
    ]);
    expect(lines.slice(6)).toEqual([
      "    ++----------------+----------------+",
      "     0               50              100",
      "                                   t (s)",
    ]);
    // The curve is in every column once or more, and never falls.
    const rows = lines.slice(1, 6).map((text) => text.slice(5).padEnd(35));
    const top = Array.from({ length: 35 }, (_, column) => rows.findIndex((row) => row[column] !== " "));
    expect(top[0]).toBe(4);
    expect(top[34]).toBe(0);
    top.forEach((row, i) => expect(row).toBeLessThanOrEqual(top[i - 1] ?? 4));
  });

  it("fills what a fast oscillation covers", () => {
    const x = Float64Array.from({ length: 4001 }, (_, i) => i / 10);
    const lines = renderPlot(
      { ...options, data: { x: [0, 400], y: [-1, 1] }, curve: { x, y: x.map(Math.sin) } },
      terminal,
    );
    for (const text of lines.slice(1, 6)) expect(text.slice(text.search(/[+|]/) + 1)).toMatch(/^[*o]{30,}$/);
  });

  it.each([40, 60, 80, 120])("fits into %d columns", (width) => {
    const data = { x: [1e-7, 5e-7], y: [123456789, 223456789] };
    for (const unicode of [true, false])
      for (const text of renderPlot(
        { ...options, xLabel: "a very long name of an axis that needs room", data, curve: data },
        { width, unicode, colors: plain },
      ))
        expect(displayWidth(text)).toBeLessThanOrEqual(width);
  });

  it("bears points that cannot be drawn", () => {
    const data = { x: [1, 1], y: [NaN, 2] };
    const lines = renderPlot({ ...options, data, curve: { x: [1, 2], y: [NaN, Infinity] } }, terminal);
    expect(lines.slice(1, 6).join("").match(/[o*]/g)).toEqual(["o"]);
  });

  it("uses braille and colours where they can be shown", () => {
    const lines = renderPlot(
      { ...options, data: { x: [0, 100], y: [100, 0] }, curve: { x: line, y: line } },
      { width: 40, unicode: true, colors: pc.createColors(true) },
    );
    expect(lines.join("")).toMatch(/\u001b\[33m[\u2801-\u28ff]+\u001b\[39m/);
    expect(lines.join("")).toMatch(/\u001b\[34m[\u2801-\u28ff]\u001b\[39m/);
  });
});

describe("progress", () => {
  const recorder = (showsProgress: boolean): { terminal: Terminal; written: string[] } => {
    const written: string[] = [];
    const terminal: Terminal = {
      write: () => {
        throw new Error("progress must not touch standard output");
      },
      writeError: (text) => written.push(text),
      width: 20,
      showsProgress,
      unicode: true,
      colors: plain,
      errorColors: plain,
    };
    return { terminal, written };
  };

  it("says nothing when nobody watches", () => {
    const { terminal, written } = recorder(false);
    const progress = createProgress(terminal);
    progress.update("step 1");
    progress.done();
    expect(written).toEqual([]);
  });

  it("redraws one line of at most the width, and removes it", async () => {
    const { terminal, written } = recorder(true);
    const progress = createProgress(terminal);
    progress.update("too early to be worth a line");
    expect(written).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 80));
    progress.update("step 17 of a long computation");
    progress.done();
    expect(written).toEqual(["\r\u001b[2Kstep 17 of a long…", "\r\u001b[2K"]);
  });
});

it("keeps a row of a table on one line whatever its cells hold", () => {
  expect(renderTable([{ title: "name" }, { title: "n" }], [["of\r\n  two", "1"]], { width: 40 })).toEqual([
    "name    n",
    "of two  1",
  ]);
});
