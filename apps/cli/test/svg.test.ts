import { fit } from "@steepest/fit";
import { describe, expect, it } from "vitest";
import { fitPoints } from "../src/fit/points.ts";
import { element, escapeXml, text } from "../src/svg/elements.ts";
import { renderSvg } from "../src/svg/render.ts";

const x = Float64Array.from({ length: 30 }, (_, i) => i);
const y = x.map((value) => 2 + 0.5 * value + Math.sin(7 * value));
const labels = { title: "", predictors: { x: "x (s)" }, response: "y (m)", responseUnit: "m" };

/** Names of the elements that are open at the end, or the first that closes in the wrong place. */
function unbalanced(svg: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = "", , selfClosing] of svg.matchAll(
    /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (slash) {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!selfClosing) open.push(name);
  }
  return open;
}

describe("renderSvg", () => {
  const result = fit("a + b*x", { x, y }, { parameters: { a: 1, b: 1 } });
  const data = { predictors: { x }, response: y, rows: 30, dropped: 0 };
  const points = fitPoints(result, data, labels, { samples: 50, level: 0.95 });
  const svg = renderSvg(points, result, 'y = a + b*x & <"tricky">', "A <title> & more");

  it("is a well-formed document with escaped text", () => {
    expect(svg).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/,
    );
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).toContain("A &lt;title&gt; &amp; more");
    expect(svg.replace(/&(amp|lt|gt|quot);/g, "")).not.toContain("&");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("has every point twice (data and residual), one for the legend, a curve, a band, and named axes", () => {
    expect(svg.match(/<circle /g)).toHaveLength(2 * 30 + 1);
    expect(svg.match(/<path /g)).toHaveLength(2);
    for (const label of ["x (s)", "y (m)", "residual", "95 % band"]) expect(svg).toContain(`>${label}<`);
  });

  it("puts points where they belong: the curve of a line is straight", () => {
    const [, path = ""] = /<path d="(M[^"]+)" fill="none"/.exec(svg) ?? [];
    const places = path
      .slice(1)
      .split("L")
      .map((pair) => pair.split(",").map(Number) as [number, number]);
    expect(places).toHaveLength(50);
    const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = [places[0], places[49]];
    for (const [px, py] of places)
      expect(Math.abs(py - (y0 + ((px - x0) / (x1 - x0)) * (y1 - y0)))).toBeLessThan(0.11);
  });

  it("stays small with very many points", () => {
    const many = Float64Array.from({ length: 50_000 }, (_, i) => i / 50_000);
    const wave = many.map((value) => Math.sin(40 * value));
    const poor = fit("a + b*x", { x: many, y: wave }, { parameters: { a: 0, b: 0 } });
    const all = { predictors: { x: many }, response: wave, rows: 50_000, dropped: 0 };
    const drawn = renderSvg(
      fitPoints(poor, all, labels, { samples: 50, level: 0.95 }),
      poor,
      "y = a + b*x",
      "Many",
    );
    expect(drawn.length).toBeLessThan(1e6);
    expect(drawn.match(/<circle /g)).toHaveLength(1);
    // Every column of pixels between the first and the last point has one.
    const columns = new Set(Array.from(drawn.matchAll(/M(\d+) \d+h0/g), ([, column]) => Number(column)));
    expect(columns.size).toBe(Math.max(...columns) - Math.min(...columns) + 1);
  });

  it("leaves the band out when there is none", () => {
    const exact = fit("a + b*x", { x: [1, 2], y: [1, 2] }, { parameters: { a: 0, b: 0 } });
    const few = {
      predictors: { x: Float64Array.of(1, 2) },
      response: Float64Array.of(1, 2),
      rows: 2,
      dropped: 0,
    };
    const drawn = renderSvg(
      fitPoints(exact, few, labels, { samples: 5, level: 0.95 }),
      exact,
      "y = a + b*x",
      "Two",
    );
    expect(drawn.match(/<path /g)).toHaveLength(1);
    expect(drawn).not.toContain("band");
    expect(drawn).not.toMatch(/NaN|Infinity/);
  });

  it("draws observed over fitted values for several predictors", () => {
    const z = x.map((value) => Math.cos(value));
    const many = fit("a + b*x + c*z", { x, z, y }, { parameters: { a: 1, b: 1, c: 1 }, response: "y" });
    const seen = fitPoints(many, { ...data, predictors: { x, z } }, labels, { samples: 5, level: 0.95 });
    expect([seen.xLabel, seen.yLabel]).toEqual(["fitted y (m)", "observed y (m)"]);
    expect(seen.data).toEqual({ x: many.fitted, y });
    expect(seen.band).toBeUndefined();
  });
});

describe("elements", () => {
  it("escape what XML gives a meaning, and replace what it forbids", () => {
    expect(escapeXml('a<b & "c"\u0000')).toBe("a&lt;b &amp; &quot;c&quot;\ufffd");
    expect(element("rect", { width: 2, title: '"' })).toBe('<rect width="2" title="&quot;"/>');
    expect(text("x<y", { x: 1 })).toBe('<text x="1">x&lt;y</text>');
  });
});
