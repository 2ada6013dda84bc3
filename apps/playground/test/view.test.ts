import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeView, encodeView, type View } from "../src/lib/lessons/fit-studio/view.ts";

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const setting = fc
  .record({ start: number, min: number, max: number, fixed: fc.constant(true) }, { requiredKeys: ["start"] })
  .map((parts) => ({ ...parts }));

const views: fc.Arbitrary<View> = fc.record({
  data: fc.oneof(
    fc.record({ kind: fc.constant("bundled" as const), name: fc.string({ minLength: 1 }) }),
    fc.record({
      kind: fc.constant("own" as const),
      name: fc.string(),
      fingerprint: fc.string({ minLength: 1 }),
    }),
  ),
  x: fc.string(),
  y: fc.string(),
  // Any text at all may stand in the model's field, and a link must carry it.
  model: fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  parameters: fc.dictionary(name, setting, { maxKeys: 6 }),
  bands: fc.subarray(["confidence", "prediction"] as const),
  fitted: fc.boolean(),
});

describe("the studio's state in a link", () => {
  it("reads back exactly what was written", () => {
    fc.assert(
      fc.property(views, (view) => {
        const decoded = decodeView(encodeView(view));
        expect(decoded?.problems).toEqual([]);
        expect(decoded?.view).toEqual({
          ...view,
          parameters: Object.keys(view.parameters).length === 0 ? undefined : { ...view.parameters },
        });
      }),
      { numRuns: 500 },
    );
  });

  it("survives what chat programs do to an address: a second round of encoding and decoding", () => {
    fc.assert(
      fc.property(views, (view) => {
        const link = new URL(`https://example.org/fit/?${encodeView(view)}`);
        expect(decodeView(new URL(link.href).search)).toEqual(decodeView(encodeView(view)));
      }),
    );
  });

  it("can be read and written by a person", () => {
    const query =
      "v=1&data=co2&x=t&y=co2&model=a%2Bb*t&p=a:315&p=b:1:0:2&p=c:0:::fixed&p=d:1::5&bands=confidence&fit=1";
    const decoded = decodeView(query);
    expect(decoded?.problems).toEqual([]);
    expect(decoded?.view).toEqual({
      data: { kind: "bundled", name: "co2" },
      x: "t",
      y: "co2",
      model: "a+b*t",
      parameters: {
        a: { start: 315 },
        b: { start: 1, min: 0, max: 2 },
        c: { start: 0, fixed: true },
        d: { start: 1, max: 5 },
      },
      bands: ["confidence"],
      fitted: true,
    });
    expect(encodeView(decoded?.view as View)).toBe(query);
  });

  it("takes a partial link and leaves the rest to the defaults", () => {
    expect(decodeView("data=penguins")).toEqual({
      view: { data: { kind: "bundled", name: "penguins" }, fitted: false },
      problems: [],
    });
  });

  it("is nothing where a query has no state of ours", () => {
    expect(decodeView("")).toBeUndefined();
    expect(decodeView("?utm_source=mail")).toBeUndefined();
  });

  it("refuses another version by name and uses none of it", () => {
    const decoded = decodeView("v=2&data=cars");
    expect(decoded?.view).toEqual({});
    expect(decoded?.problems.join()).toContain("v=2");
  });

  it.each(["a:", "a:x", "a:1:low", ":3", "a:1:2:Infinity"])(
    "names a parameter it cannot read: %s",
    (text) => {
      const decoded = decodeView(`v=1&p=${text}&p=b:2`);
      expect(decoded?.view.parameters).toEqual({ b: { start: 2 } });
      expect(decoded?.problems).toHaveLength(1);
      expect(decoded?.problems[0]).toContain(text);
    },
  );
});
