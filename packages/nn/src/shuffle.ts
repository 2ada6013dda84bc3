import { uniform, type Tensor } from "@steepest/autodiff";

/** A random order of 0 … count − 1 (Fisher & Yates, as Durstenfeld has it). */
export function shuffled(key: Tensor, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const draws = uniform(key, [count]).data;
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((draws[i] as number) * (i + 1));
    const moved = order[i] as number;
    order[i] = order[j] as number;
    order[j] = moved;
  }
  return order;
}
