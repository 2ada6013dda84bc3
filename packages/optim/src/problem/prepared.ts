import type { Packing } from "./packing.ts";
import type { Program } from "./program.ts";

/** Programs made for one function, by what they compute and for what shapes. */
type Programs = Map<string, Program>;

const programsOf = new WeakMap<object, Programs>();

/**
 * Says that a function is pure and stays as it is, what it closes over included, so that the programs compiled for it may
 * be kept: whoever solves the same problem from many starts pays for compiling once.
 *
 * @example
 * const bowl = prepared(([x, y]) => x.sub(1).square().add(y.square()));
 * minimize(bowl, [5, 5]).status; // → "converged"
 * minimize(bowl, [-3, 2]).status; // → "converged"
 *
 * @returns the function itself
 */
export function prepared<F extends (...args: never[]) => unknown>(f: F): F {
  if (!programsOf.has(f)) programsOf.set(f, new Map());
  return f;
}

/** Tells the companions of a function apart in the keys of its programs. */
const numbers = new WeakMap<object, number>();
let numbered = 0;

function numberOf(f: object): number {
  let number = numbers.get(f);
  if (number === undefined) numbers.set(f, (number = ++numbered));
  return number;
}

/**
 * Makes programs of a function, or finds those kept for it.
 *
 * @param companions what else the programs compute with (constraints); they are kept when all of it is prepared
 */
export function programsFor(
  f: object,
  packing: Packing,
  compiled: boolean,
  companions: readonly (object | undefined)[] = [],
): (kind: string, make: () => Program) => Program {
  const pure = companions.every((companion) => companion === undefined || programsOf.has(companion));
  const kept: Programs = (compiled && pure ? programsOf.get(f) : undefined) ?? new Map<string, Program>();
  const shapes = packing.places.map(({ path, shape }) => `${path}[${shape.join()}]`).join();
  const beside = companions.map((companion) => (companion === undefined ? "" : ` ${numberOf(companion)}`));
  return (kind, make) => {
    const key = `${kind}${beside.join()} ${shapes}`;
    let found = kept.get(key);
    if (found === undefined) kept.set(key, (found = make()));
    return found;
  };
}
