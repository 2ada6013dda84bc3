import { describe, expect, it } from "vitest";
import { count, formatMeasured, formatNumber, formatSeconds, tickLabels } from "../src/format/number.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [315.7, "315.7"],
    [1 / 3, "0.333333"],
    [-0.00012, "-0.00012"],
    [1234567.8, "1.23457e6"],
    [0.000001, "1e-6"],
    [2.5e-9, "2.5e-9"],
    [100000, "100000"],
    [NaN, "–"],
    [-Infinity, "−∞"],
  ])("%d → %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("keeps as many digits as asked for", () => {
    expect(formatNumber(Math.PI, 10)).toBe("3.141592654");
    expect(formatNumber(123456789.25, 12)).toBe("123456789.25");
  });
});

describe("formatMeasured", () => {
  it.each<[number, number | undefined, string, string]>([
    // Two digits of the error decide where the value ends.
    [314.4211777503089, 0.106512, "314.42", "0.11"],
    [238.94212918, 2.7070075241, "238.9", "2.7"],
    [0.00055015643181, 7.2668688436e-6, "5.502e-4", "0.073e-4"],
    [0.01303796, 0.000120693, "0.01304", "0.00012"],
    [123456, 4321, "123500", "4300"],
    [123456, 99.6, "123460", "100"],
    [12.5, 50, "13", "50"],
    [2.5e9, 1.2e7, "2.500e9", "0.012e9"],
    [0, 0.5, "0.00", "0.50"],
    [1.5, undefined, "1.5", ""],
    [1.5, 0, "1.5", "0"],
    [3, 1e-16, "3", "1e-16"],
  ])("%d ± %s → %s ± %s", (value, error, valueText, errorText) => {
    const measured = formatMeasured(value, error);
    expect([measured.value, measured.error]).toEqual([valueText, errorText]);
  });

  it("writes bounds to the same decimal place", () => {
    expect(formatMeasured(314.4211, 0.1065).bound(314.21207)).toBe("314.21");
    expect(formatMeasured(5.5e-4, 7.27e-6).bound(5.34e-4)).toBe("5.340e-4");
  });
});

describe("tickLabels", () => {
  it.each([
    [
      [1880, 1900, 1920],
      ["1880", "1900", "1920"],
    ],
    [
      [-0.5, 0, 0.5],
      ["−0.5", "0.0", "0.5"],
    ],
    [
      [0, 20_000_000, 40_000_000],
      ["0", "2e7", "4e7"],
    ],
    [
      [0, 2e-7, 4e-7],
      ["0", "2e-7", "4e-7"],
    ],
    [[5], ["5"]],
  ])("%j → %j", (ticks, labels) => {
    expect(tickLabels(ticks)).toEqual(labels);
  });
});

describe("counts and durations", () => {
  it("are told in words", () => {
    expect([count(1, "iteration"), count(0, "iteration"), count(2, "entry", "entries")]).toEqual([
      "1 iteration",
      "0 iterations",
      "2 entries",
    ]);
    expect([formatSeconds(0.00012), formatSeconds(0.1523), formatSeconds(2.3456)]).toEqual([
      "120 µs",
      "150 ms",
      "2.35 s",
    ]);
  });
});
