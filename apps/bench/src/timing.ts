import type { Benchmark, Contender, Numbers, Row } from "./benchmark.ts";

const milliseconds = { ms: 1, µs: 1e3 } as const;

/** How long to measure: times in milliseconds. */
export interface TimingOptions {
  /** The fewest and the most turns of each contender. */
  readonly rounds: readonly [fewest: number, most: number];
  /** What the turns of a contender may take together, if the fewest do not need more. */
  readonly budget: number;
  /** A turn repeats short work for so long: calls of a microsecond are timed by the thousand. */
  readonly turn: number;
  /** How long each contender works before it is measured. */
  readonly warmUp: number;
}

export const thorough: TimingOptions = { rounds: [3, 25], budget: 600, turn: 10, warmUp: 200 };
export const quick: TimingOptions = { rounds: [1, 5], budget: 100, turn: 4, warmUp: 40 };

/** What is going on, for somebody who waits. */
export type Progress = (doing: string) => void;

/** Contenders take turns, so that whatever else the machine does meets all of them; the median of many turns counts. */
export async function measure(
  benchmark: Benchmark,
  { group, machine }: Pick<Row, "group" | "machine">,
  options: TimingOptions = thorough,
  progress: Progress = () => {},
): Promise<Row> {
  const { name, title, unit, ours, others, notes = {}, goal, operations } = benchmark;
  const contenders = [ours, ...others];
  progress("comparing results");
  await checkAgreement(benchmark);
  const plans: Plan[] = [];
  for (const each of contenders) {
    progress(`warming up: ${each.label}`);
    plans.push(await settle(each, options));
  }
  const rounds = Math.max(...plans.map((plan) => plan.rounds));
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [index, each] of contenders.entries()) {
      const { repeats, times, rounds: own } = plans[index] as Plan;
      // Slow ones have fewer turns, spread over all rounds.
      if (times.length < ((round + 1) * own) / rounds) times.push((await each.turn(repeats)) / repeats);
    }
  }
  const [first, ...rest] = plans.map(({ times }) => median(times) * milliseconds[unit]);
  return {
    name,
    group,
    title,
    unit,
    lowerIsBetter: true,
    ours: first as number,
    others: Object.fromEntries(others.map(({ label }, index) => [label, rest[index] as number])),
    notes,
    ...(goal === undefined ? {} : { goal }),
    ...(operations === undefined ? {} : { operations }),
    machine,
  };
}

/** How a contender is measured: so many turns of so many repeats; the times of a repeat in milliseconds. */
interface Plan {
  readonly repeats: number;
  readonly rounds: number;
  readonly times: number[];
}

/** Repeats the work until it is warm, and learns how long it takes. */
async function settle(
  each: Contender,
  { rounds: [fewest, most], budget, turn, warmUp }: TimingOptions,
): Promise<Plan> {
  let repeats = 1;
  let spent = 0;
  for (;;) {
    const elapsed = await each.turn(repeats);
    spent += elapsed;
    const once = elapsed / repeats;
    // The clock may stand still during a short turn.
    const enough = Math.max(1, Math.min(repeats * 10, Math.ceil(turn / Math.max(once, 1e-6))));
    if (spent >= warmUp && enough <= 2 * repeats) {
      const affordable = Math.round(budget / (enough * once));
      return { repeats: enough, rounds: Math.min(most, Math.max(fewest, affordable)), times: [] };
    }
    repeats = enough;
  }
}

/** @throws when a contender computes something else than we do: then a comparison of times would mean nothing. */
export async function checkAgreement({ name, ours, others, tolerance }: Benchmark): Promise<void> {
  const expected = await ours.result();
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const { label, result, tolerance: own = tolerance } of others) {
    const actual: Numbers = await result();
    const wrong = (what: string): never => {
      throw new Error(`${name}: "${label}" gives ${what}, so it does other work`);
    };
    if (actual.length !== expected.length)
      wrong(`${actual.length} results where ours gives ${expected.length}`);
    for (let index = 0; index < expected.length; index++) {
      const [theirs, value] = [actual[index] as number, expected[index] as number];
      if (!(Math.abs(value - theirs) <= own * scale))
        wrong(`${theirs} where ours gives ${value} (result ${index})`);
    }
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
