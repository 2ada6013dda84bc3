import type { Benchmark, Contender, Row } from "./benchmark.ts";

const milliseconds = { ms: 1, µs: 1e3 } as const;

export interface TimingOptions {
  readonly rounds: number;
  readonly warmups: number;
}

/** Contenders take turns, so that whatever else the machine does meets all of them; the median of many turns counts. */
export function measure(
  benchmark: Benchmark,
  machine: string,
  { rounds, warmups }: TimingOptions = { rounds: 25, warmups: 5 },
): Row {
  const contenders = [benchmark.ours, ...benchmark.others];
  checkAgreement(benchmark);
  const times = contenders.map(() => [] as number[]);
  for (let round = -warmups; round < rounds; round++)
    contenders.forEach((contender, index) => {
      const start = performance.now();
      contender.run();
      const elapsed = performance.now() - start;
      if (round >= 0) times[index]?.push(elapsed);
    });
  const medians = times.map((each) => median(each) * milliseconds[benchmark.unit]);
  const [ours, ...others] = medians as [number, ...number[]];
  return {
    name: benchmark.name,
    unit: benchmark.unit,
    lowerIsBetter: true,
    ours,
    others: Object.fromEntries(benchmark.others.map(({ label }, index) => [label, others[index] as number])),
    machine,
  };
}

/** @throws when a contender computes something else than we do: then a comparison of times would mean nothing. */
export function checkAgreement({ name, ours, others, tolerance }: Benchmark): void {
  const expected = ours.run();
  for (const other of others) compare(name, other, expected, tolerance);
}

function compare(name: string, contender: Contender, expected: readonly number[], tolerance: number): void {
  const actual = contender.run();
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, index) => {
    const difference = Math.abs(value - (actual[index] ?? NaN)) / scale;
    if (!(difference <= tolerance))
      throw new Error(
        `${name}: "${contender.label}" gives ${actual[index]} where ours gives ${value} (result ${index}), so it does other work`,
      );
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
