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
    // An error larger than the value: each with its own power of ten, and none that says 0.0e21.
    [1.8e-24, 3.2e-23, "2e-24", "3.2e-23"],
    [-4e17, 4.71e21, "-4e17", "4.7e21"],
    [0, 4.71e21, "0", "4.7e21"],
    [3.3e21, 4.71e21, "3.3e21", "4.7e21"],
    [2e-9, 0.5, "0.00", "0.50"],
  ])("%d ± %s → %s ± %s", (value, error, valueText, errorText) => {
    const measured = formatMeasured({ value, ...(error !== undefined && { standardError: error }) });
    expect([measured.value, measured.error]).toEqual([valueText, errorText]);
  });

  it("writes bounds to the same decimal place", () => {
    expect(formatMeasured({ value: 314.4211, standardError: 0.1065 }).bound(314.21207)).toBe("314.21");
    expect(formatMeasured({ value: 5.5e-4, standardError: 7.27e-6 }).bound(5.34e-4)).toBe("5.340e-4");
    expect(formatMeasured({ value: 1.8e-24, standardError: 3.2e-23 }).bound(-6.27e-23)).toBe("-6.3e-23");
  });

  it("writes what lies below the resolution as zero", () => {
    const { value, error, bound } = formatMeasured({ value: 2e-17, standardError: 1e-17, resolution: 5e-16 });
    expect([value, error, bound(-4e-17)]).toEqual(["0", "0", "0"]);
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
