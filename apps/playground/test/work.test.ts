import { describe, expect, it } from "vitest";
import type { FitJob, Reply } from "../src/lib/lessons/fit-studio/protocol.ts";
import { work } from "../src/lib/lessons/fit-studio/work.ts";

const job: FitJob = {
  model: "a + b*t",
  columns: { t: Float64Array.of(0, 1, 2, 3), y: Float64Array.of(1, 3, 4, 8) },
  response: "y",
  parameters: { a: { value: 0 }, b: { value: 0 } },
  grid: { t: Float64Array.of(0, 1.5, 3) },
  level: 0.95,
};

function replies(request: Parameters<typeof work>[0]): Reply[] {
  const heard: Reply[] = [];
  // As between a worker and its page: only what can be copied gets through.
  work(request, (reply) => heard.push(structuredClone(reply)));
  return heard;
}

describe("the worker's task", () => {
  it("tells every step, then the result: the line of ordinary least squares", () => {
    const heard = replies({ kind: "fit", job });
    const last = heard.at(-1)!;
    expect(heard.slice(0, -1).every(({ kind }) => kind === "step")).toBe(true);
    if (last.kind !== "fitted") throw new Error(last.kind);
    const [a, b] = last.outcome.parameters;
    // By hand: b = Σ(t−1.5)(y−4)/5 = 11/5, a = 4 − 1.5 b; RSS = 1.8, variance 0.9.
    expect(b!.value).toBeCloseTo(2.2, 10);
    expect(a!.value).toBeCloseTo(0.7, 10);
    expect(last.outcome.residualSumOfSquares).toBeCloseTo(1.8, 10);
    expect(b!.standardError).toBeCloseTo(Math.sqrt(0.9 / 5), 10);
    // Student's t with 2 degrees of freedom: 4.302653 at 97.5 %.
    expect(b!.interval![1] - b!.value).toBeCloseTo(4.302652729 * Math.sqrt(0.18), 7);
    expect(last.outcome.bands!.mean[1]).toBeCloseTo(4, 10);
    expect(last.outcome.bands!.confidence.upper[1]! - 4).toBeCloseTo(4.302652729 * Math.sqrt(0.9 / 4), 7);
    expect(last.outcome.bands!.prediction.upper[1]! - 4).toBeCloseTo(4.302652729 * Math.sqrt(0.9 * 1.25), 7);
  });

  it("keeps bounds and fixed parameters", () => {
    const bounded = { ...job, parameters: { a: { value: 1, fixed: true }, b: { value: 0, max: 2 } } };
    const last = replies({ kind: "fit", job: bounded }).at(-1)!;
    if (last.kind !== "fitted") throw new Error(last.kind);
    const [a, b] = last.outcome.parameters;
    expect(a).toMatchObject({ value: 1, fixed: true, reason: "fixed" });
    expect(b).toMatchObject({ value: 2, atBound: true });
    expect(b!.standardError).toBeUndefined();
  });

  it("answers a wrong argument with what is wrong", () => {
    const last = replies({ kind: "fit", job: { ...job, parameters: { a: { value: 0 } } } }).at(-1)!;
    expect(last).toEqual({
      kind: "error",
      message: expect.stringContaining('starting value for "b"') as string,
    });
  });

  it("maps the sum of squares over two parameters", () => {
    const [reply] = replies({
      kind: "map",
      job: {
        model: job.model,
        columns: job.columns,
        response: "y",
        parameters: { a: 9, b: 9 },
        across: { name: "a", low: 0, high: 1, count: 3 },
        up: { name: "b", low: 2, high: 3, count: 2 },
      },
    });
    if (reply?.kind !== "mapped") throw new Error("expected a map");
    // Σ (y − a − b t)² by hand, a = 0, ½, 1 across and b = 2, 3 up.
    expect([...reply.values]).toEqual([6, 3, 2, 6, 9, 14]);
  });

  it("reads a table, and says where one is wrong", () => {
    const [table] = replies({ kind: "csv", name: "mine", text: "t,y\n1,2\n3,4" });
    expect(table).toMatchObject({ kind: "table", table: { columns: { t: Float64Array.of(1, 3) } } });
    const [problem] = replies({ kind: "csv", name: "mine", text: "t,y\n1,2\n3,abc\n4,5\n5,6" });
    if (problem?.kind !== "error") throw new Error("expected an error");
    expect(problem.message).toMatch(/row 3.*"?y"?.*abc/s);
  });
});
