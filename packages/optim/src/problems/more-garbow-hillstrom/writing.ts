import { tensor, type Tensor } from "@steepest/autodiff";

type Tuple<N extends number, Taken extends Tensor[] = []> = Taken["length"] extends N
  ? Taken
  : Tuple<N, [...Taken, Tensor]>;

/** The first `count` elements of a vector, as scalars to give names to. */
export function elements<N extends number>(x: Tensor, count: N): Tuple<N> {
  return Array.from({ length: count }, (_, i) => x.slice(i)) as Tuple<N>;
}

/** f(1), f(2), …, f(count). */
export function numbered(count: number, f: (i: number) => number = (i) => i): number[] {
  return Array.from({ length: count }, (_, i) => f(i + 1));
}

/** [f(1), f(2), …, f(count)] */
export function numberedTensor(count: number, f?: (i: number) => number): Tensor {
  return tensor(numbered(count, f));
}

/** A vector of the same number everywhere. */
export function repeated(count: number, value: number): number[] {
  return new Array<number>(count).fill(value);
}

/** What `make` makes, made when it is first asked for: importing a problem computes nothing. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
