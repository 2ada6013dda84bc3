import { datasets } from "@steepest/datasets";
import { describe, expect, it } from "vitest";
import { steepest } from "./support/in-process.ts";

describe("the example of every set", () => {
  it.each(datasets.map((meta) => [meta.name, meta] as const))(
    "%s: converges, with error bars",
    async (name, meta) => {
      const { model, response, parameters } = meta.example;
      const start = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
      const words = ["fit", name, "-m", model, "--y", response, "--start", start.join(","), "--json"];
      const { code, stdout, stderr } = await steepest(words);
      expect([code, stderr]).toEqual([0, ""]);
      const result = JSON.parse(stdout) as {
        parameters: Record<string, { standardError: number }>;
        rSquared: number;
      };
      expect(Object.keys(result.parameters)).toEqual(Object.keys(parameters));
      for (const { standardError } of Object.values(result.parameters))
        expect(standardError).toBeGreaterThan(0);
      expect(result.rSquared).toBeGreaterThan(0.6);
    },
  );

  it.each(datasets.map((meta) => meta.name))("%s: the summary shows the command", async (name) => {
    const { code, stdout } = await steepest(["data", name]);
    expect(code).toBe(0);
    expect(stdout).toContain(`steepest fit ${name}`);
    for (const line of stdout.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(100);
  });
});
