import { drawing, parity, redrawing, rotations } from "../../ops/kernels/threefry.ts";
import type { FunctionReference, Local, ModuleBuilder } from "./encoder.ts";
import { VectorFunction, type Expression } from "./math/vector-function.ts";
import { Integers, type Scalar } from "./scalar.ts";

/** Two words in locals. */
export type Words = readonly [Local, Local];

/** Threefry-2x32 for four keys and counters at once: (key, key, counter, counter) → two vectors of words. */
export function threefry(module: ModuleBuilder): FunctionReference {
  return module.helper("threefry", ["v128", "v128", "v128", "v128"], ["v128", "v128"], (code) => {
    const v = new VectorFunction({ module, code, lane: "f32x4", fma: false, hoistConstants: false });
    const [key0, key1, counter0, counter1] = code.parameters as [Local, Local, Local, Local];
    const bits = (pattern: number): Expression => v.bits(BigInt(pattern));
    const schedule = [key0, key1, v.let(v.xor(v.xor(key0, key1), bits(parity)))] as const;
    const x = v.let(v.integerAdd(counter0, key0));
    const y = v.let(v.integerAdd(counter1, key1));
    for (let round = 0; round < 20; round++) {
      const turn = rotations[round % 8] as number;
      v.assign(x, v.integerAdd(x, y));
      v.assign(y, v.xor(v.or(v.shift("shl", y, turn), v.shift("shr_u", y, 32 - turn)), x));
      if (round % 4 !== 3) continue;
      const injection = (round + 1) / 4;
      v.assign(x, v.integerAdd(x, schedule[injection % 3] as Local));
      const next = v.integerAdd(schedule[(injection + 1) % 3] as Local, bits(injection));
      v.assign(y, v.integerAdd(y, next));
    }
    code.get(x);
    code.get(y);
  });
}

/** The two words for one key and counter. */
export function words(
  module: ModuleBuilder,
  i: Integers,
  key: Words,
  counter: readonly [Scalar, Scalar],
): Words {
  const { f } = i;
  for (const word of [...key, ...counter]) {
    i.push(word);
    f.op("i32x4.splat");
  }
  f.call(threefry(module));
  const low = f.local("v128");
  f.set(low);
  const firstOf = (push: () => void): Local =>
    i.let(() => {
      push();
      f.lane("i32x4.extract_lane", 0);
    });
  // The vector of first words is on the stack still.
  return [firstOf(() => undefined), firstOf(() => f.get(low))];
}

/** (key, key, index, range) → a whole number in [0, range), for a range below 2³²: as `below` of the reference. */
export function below(module: ModuleBuilder): FunctionReference {
  return module.helper("below", ["i32", "i32", "i32", "i32"], ["i32"], (code) => {
    const i = new Integers(code);
    const [key0, key1, index, range] = code.parameters as [Local, Local, Local, Local];
    const incomplete = i.let(i.op("rem_u", i.sub(0, range), range));
    const purpose = i.let(drawing);
    code.loop((again) => {
      for (const word of words(module, i, [key0, key1], [index, purpose]))
        i.if(i.op("ge_u", word, incomplete), () => {
          i.op("rem_u", word, range)();
          code.op("return");
        });
      i.assign(purpose, i.select(i.op("eqz", purpose), redrawing, i.add(purpose, 1)));
      code.br(again);
    });
    code.op("unreachable");
  });
}
