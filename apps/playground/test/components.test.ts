import { render } from "svelte/server";
import { createRawSnippet } from "svelte";
import { describe, expect, it } from "vitest";
import Figure from "../src/lib/figure/Figure.svelte";
import Formula from "../src/lib/figure/Formula.svelte";
import NumberField from "../src/lib/figure/NumberField.svelte";
import Slider from "../src/lib/figure/Slider.svelte";
import StepPlayer from "../src/lib/figure/StepPlayer.svelte";
import {
  bandPath,
  curvePath,
  domainOf,
  dotsPath,
  makePlane,
  thinned,
  ticksOf,
} from "../src/lib/figure/plane.ts";

const nothing = (): void => undefined;

describe("what the server writes before any script runs", () => {
  it("a slider says its name, its value in words, and how far it goes", () => {
    const { body } = render(Slider, {
      props: {
        value: 2,
        min: 0,
        max: 4,
        step: 0.1,
        label: "Start of b",
        text: "2 per year",
        mark: 3,
        oninput: nothing,
      },
    });
    expect(body).toContain('aria-label="Start of b"');
    expect(body).toContain('aria-valuetext="2 per year"');
    expect(body).toContain("--share: 0.5");
    expect(body).toContain("--at: 0.75");
  });

  it("a number field shows its number exactly and may be empty only where that means something", () => {
    const field = (value: number | undefined, optional: boolean): string =>
      render(NumberField, { props: { value, label: "Largest b", optional, onvalue: nothing } }).body;
    expect(field(0.1 + 0.2, false)).toContain('value="0.3"');
    expect(field(undefined, true)).toContain('aria-invalid="false"');
    expect(field(undefined, false)).toContain('aria-invalid="true"');
  });

  it("a formula is there as text before it is typeset, with nothing in it taken for markup", () => {
    const { body } = render(Formula, { props: { latex: "a<b", text: "a < b & c" } });
    expect(body).toContain("a &lt; b &amp; c");
  });

  it("a step player without steps cannot be moved", () => {
    const { body } = render(StepPlayer, {
      props: {
        count: 0,
        position: 0,
        playing: false,
        describe: () => "no step yet",
        onposition: nothing,
        onplay: nothing,
        onpause: nothing,
      },
    });
    expect(body.match(/disabled/g)?.length).toBe(4);
    expect(body).toContain('aria-valuetext="no step yet"');
  });

  it("a figure keeps its place before its size is known", () => {
    const drawing = createRawSnippet(() => ({ render: () => "<g></g>" }));
    const { body } = render(Figure, { props: { label: "Nothing yet", x: [0, 1], y: [0, 1], drawing } });
    expect(body).toContain('class="figure');
    expect(body).not.toContain("<svg");
  });
});

describe("the plane", () => {
  const plane = makePlane(200, 100, { left: 20, right: 10, top: 10, bottom: 20 }, [0, 10], [-1, 1]);

  it("puts data where they belong, y upwards", () => {
    expect([plane.x(0), plane.x(10), plane.y(-1), plane.y(1)]).toEqual([20, 190, 80, 10]);
  });

  it("draws a curve with a gap where there is no value, and none far outside", () => {
    expect(curvePath(plane, [0, 5, 10], [-1, 0, 1])).toBe("M20.0 80.0L105.0 45.0L190.0 10.0");
    expect(curvePath(plane, [0, 2, 5, 10], [-1, -1, NaN, 1])).toBe("M20.0 80.0L54.0 80.0M190.0 10.0");
    expect(curvePath(plane, [0, 5], [1e300, -1e300])).toBe("M20.0 -100000.0L105.0 100000.0");
  });

  it("draws a band around and back", () => {
    expect(bandPath(plane, [0, 10], [-1, -1], [1, 1])).toBe("M20.0 10.0L190.0 10.0L190.0 80.0L20.0 80.0Z");
    expect(bandPath(plane, [0, 10], [NaN, NaN], [1, 1])).toBe("");
  });

  it("draws only points that have a place", () => {
    expect(dotsPath(plane, [0, NaN, 10], [0, 0, 1], [0, 1, 2])).toBe("M20.0 45.0h0M190.0 10.0h0");
  });

  it("has a domain for any values, also none or one", () => {
    expect(domainOf([3, 1, NaN, 2], 0.5)).toEqual([0, 4]);
    expect(domainOf([5], 0)).toEqual([4.5, 5.5]);
    expect(domainOf([NaN])).toEqual([0, 1]);
  });

  it("has ticks inside its domain, evenly apart", () => {
    const ticks = ticksOf(plane.x, 40).map(({ value }) => value);
    expect(ticks.length).toBeGreaterThan(2);
    const steps = ticks.slice(1).map((value, i) => value - ticks[i]!);
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 10);
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ticks)).toBeLessThanOrEqual(10);
  });

  it("never has a single tick, however little room there is", () => {
    for (const reach of [3.2, 0.9, 14, 4.9, 700]) {
      const low = makePlane(300, 40, { left: 0, right: 0, top: 0, bottom: 0 }, [0, 1], [-reach, reach]);
      const ticks = ticksOf(low.y, 34).map(({ value }) => low.y(value));
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      for (const [i, y] of ticks.slice(1).entries()) expect(ticks[i]! - y).toBeGreaterThan(14);
    }
  });

  it("stays a plane over the largest numbers there are", () => {
    const [low, high] = domainOf([-Number.MAX_VALUE, Number.MAX_VALUE]);
    const vast = makePlane(300, 200, { left: 0, right: 0, top: 0, bottom: 0 }, [low, high], [low, high]);
    expect(vast.y(0)).toBeCloseTo(100, 6);
    expect(curvePath(vast, [-1e300, 1e300], [-Number.MAX_VALUE, Number.MAX_VALUE])).not.toContain("NaN");
  });

  it("thins a cloud evenly and leaves a small one alone", () => {
    expect(thinned(3, 10)).toEqual([0, 1, 2]);
    expect(thinned(10, 5)).toEqual([0, 2, 4, 6, 8]);
  });
});
