import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The tokens as the browser gets them: `--name: light-dark(#rrggbb, #rrggbb)`. */
const css = readFileSync(new URL("../src/lib/theme/tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6})\w*,\s*(#[0-9a-f]{6})\w*\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(first: string, second: string): number {
  const [high, low] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function color(name: string, theme: "light" | "dark"): string {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`no such token: ${name}`);
  return token[theme];
}

describe("the contrast formula", () => {
  it.each([
    ["#ffffff", "#000000", 21],
    ["#777777", "#ffffff", 4.48],
    ["#0000ff", "#ffffff", 8.59],
  ])("%s on %s is %f", (first, second, ratio) => {
    expect(contrast(first, second)).toBeCloseTo(ratio, 2);
  });
});

describe.each(["light", "dark"] as const)("%s theme", (theme) => {
  const words = ["text", "muted", "x", "dx", "f", "df", "parameter", "error"];
  it.each(words.flatMap((word) => ["ground", "raised"].map((ground) => [word, ground] as const)))(
    "%s can be read on %s (4.5 : 1)",
    (word, ground) => {
      expect(contrast(color(word, theme), color(ground, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["text", "muted", "dx"])("%s can be read against the whole sky (4.5 : 1)", (word) => {
    for (const sky of ["sky-high", "sky-low"]) {
      expect(contrast(color(word, theme), color(sky, theme))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("words on the filled headlamp colour can be read (4.5 : 1)", () => {
    expect(contrast(color("on-dx", theme), color("dx", theme))).toBeGreaterThanOrEqual(4.5);
  });

  it("a chosen data set can be read: the ground's colour on the text's", () => {
    expect(contrast(color("ground", theme), color("text", theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["ground", "raised"])("edges of controls stand out from %s (3 : 1)", (ground) => {
    expect(contrast(color("edge", theme), color(ground, theme))).toBeGreaterThanOrEqual(3);
  });

  it("no two meanings share a colour", () => {
    const meanings = ["x", "dx", "f", "df", "parameter", "error"].map((name) => color(name, theme));
    expect(new Set(meanings).size).toBe(meanings.length);
  });
});
