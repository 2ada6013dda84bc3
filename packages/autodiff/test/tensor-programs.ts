import fc from "fast-check";
import { tensor, type Shape, type Tensor } from "../src/index.ts";
import { asFloat, mostElements, type Step, type StepContext } from "./tensor-steps/context.ts";
import { stepGroups } from "./tensor-steps/index.ts";
import { sizeOf } from "../src/tensor/shape.ts";

/** What values a program works on: `mixed` ones change between the two floating-point formats. */
export type Mode = "f64" | "f32" | "mixed";

export interface ProgramOptions {
  readonly mode: Mode;
  /** Only steps that have a derivative in reverse mode. */
  readonly reverse: boolean;
  /** The shape of the first input, which others are derived from; random when it is missing. */
  readonly shape?: Shape;
}

/** How close a run came to a place where rounding decides. */
export interface Margins {
  /** To a jump of a value. */
  jump: number;
  /** To a jump of a derivative. */
  kink: number;
}

export interface Program {
  readonly shapes: readonly Shape[];
  /** Inputs that hold different numbers for another `example`. */
  inputs(example?: number): Tensor[];
  /** What nothing else was made of, and some of the rest: of any dtype. */
  run(inputs: readonly Tensor[]): Tensor[];
  /** Runs with known values and looks where it comes close to. */
  margins(inputs: readonly Tensor[]): Margins;
  /** A number that depends on all that `run` gives. */
  summary(inputs: readonly Tensor[]): Tensor;
  /** One line for every value. */
  toString(): string;
}

interface Instruction {
  readonly name: string;
  readonly step: Step;
  /** How many values back the operands are, counted round. */
  readonly left: number;
  readonly right: number;
  /** A result of the program even if it is used again. */
  readonly kept: boolean;
  readonly choices: readonly number[];
}

class Context implements StepContext {
  readonly notes: string[] = [];
  readonly dtype: "f64" | "f32";
  readonly #choices: readonly number[];
  readonly #margins: Margins | undefined;
  #next = 0;

  constructor(dtype: "f64" | "f32", choices: readonly number[], margins: Margins | undefined) {
    this.dtype = dtype;
    this.#choices = choices;
    this.#margins = margins;
  }

  choose(label: string, options: number | readonly string[]): number {
    const count = typeof options === "number" ? options : options.length;
    const chosen = (this.#choices[this.#next++ % this.#choices.length] as number) % count;
    this.notes.push(`${label} ${typeof options === "number" ? chosen : (options[chosen] as string)}`);
    return chosen;
  }

  get repeated(): StepContext {
    const same = new Context(this.dtype, this.#choices, this.#margins);
    // By the label alone, not by how often was chosen before.
    same.choose = (label, options) =>
      (this.#choices[label.length % this.#choices.length] as number) %
      (typeof options === "number" ? options : options.length);
    return same;
  }

  jump(distances: () => Tensor): void {
    if (this.#margins !== undefined) this.#margins.jump = Math.min(this.#margins.jump, nearest(distances()));
  }

  kink(distances: () => Tensor): void {
    if (this.#margins !== undefined) this.#margins.kink = Math.min(this.#margins.kink, nearest(distances()));
  }
}

function nearest(distances: Tensor): number {
  let smallest = Infinity;
  // A loop of no turns runs its body without values to see what it returns.
  if (!distances.hasValue) return smallest;
  for (const value of distances.data) if (Math.abs(value) < smallest) smallest = Math.abs(value);
  return smallest;
}

/** Irregular numbers between −1 and 1. */
export function waves(shape: Shape, seed: number, dtype: "f64" | "f32"): Tensor {
  const numbers = Float64Array.from({ length: sizeOf(shape) }, (_, k) =>
    Math.sin(1.7 * k * k + k + seed + 0.4),
  );
  return tensor(dtype === "f64" ? numbers : Float32Array.from(numbers)).reshape(shape);
}

function makeProgram(
  shapes: readonly Shape[],
  instructions: readonly Instruction[],
  seed: number,
  { mode }: ProgramOptions,
): Program {
  const dtype = mode === "f64" ? "f64" : "f32";
  const execute = (inputs: readonly Tensor[], margins?: Margins, log?: string[]): Tensor[] => {
    const values = [...inputs];
    const show = (text: string): unknown => {
      const value = values.at(-1) as Tensor;
      return log?.push(`v${values.length - 1}: ${value.dtype}[${value.shape.join()}] = ${text}`);
    };
    const results = new Set<number>();
    const alsoResults = new Set<number>();
    for (const { name, step, left, right, kept, choices } of instructions) {
      const latest = values.length - 1;
      const [first, second] = [left, right].map((back) => latest - (back % values.length)) as [
        number,
        number,
      ];
      const context = new Context(dtype, choices, margins);
      values.push(step(values[first] as Tensor, values[second] as Tensor, context));
      for (const used of [first, second]) results.delete(used);
      results.add(values.length - 1);
      if (kept) alsoResults.add(values.length - 1);
      show(
        `${name}(v${first}, v${second})${context.notes.map((note) => `, ${note}`).join("")}${kept ? "; a result" : ""}`,
      );
    }
    return [...new Set([...results, ...alsoResults])].map((index) => values[index] as Tensor);
  };
  const inputs = (example = 0): Tensor[] =>
    shapes.map((shape, index) => waves(shape, seed + index + 10 * example, dtype));
  const program: Program = {
    shapes,
    inputs,
    run: (args) => execute(args),
    margins: (args) => {
      const margins = { jump: Infinity, kink: Infinity };
      execute(args, margins);
      return margins;
    },
    summary: (args) =>
      execute(args)
        .map((value, index) => {
          const float = asFloat(value, new Context(dtype, [0], undefined));
          return float
            .mul(waves(value.shape, index, dtype))
            .sum()
            .cast(dtype);
        })
        .reduce((total, part) => total.add(part)),
    toString: () => {
      const log = shapes.map((shape, index) => `v${index}: ${dtype}[${shape.join()}] = input, seed ${seed}`);
      try {
        execute(inputs(), undefined, log);
      } catch (error) {
        log.push(String(error));
      }
      return `\n${log.join("\n")}\n`;
    },
  };
  return Object.assign(program, { [fc.toStringMethod]: program.toString });
}

const extents = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(2, 3, 1, 5) },
  { weight: 8, arbitrary: fc.constantFrom(4, 8, 17, 130) },
  { weight: 1, arbitrary: fc.constant(0) },
);

/** As many of the extents as make a tensor of a size that is still quick to work on. */
const shapes = fc
  .array(extents, { maxLength: 4, size: "max" })
  .map((all) => all.filter((_, k) => sizeOf(all.slice(0, k + 1)) <= mostElements / 8));

/** Random programs over three tensors whose shapes go together, and everything that was made of them. */
export function tensorPrograms(options: ProgramOptions): fc.Arbitrary<Program> {
  const step = fc.oneof(
    ...Object.entries(stepGroups)
      .filter(
        ([group]) =>
          (group !== "conversions" || options.mode === "mixed") &&
          (group !== "whileSteps" || !options.reverse),
      )
      .map(([, { weight, steps }]) => ({ weight, arbitrary: fc.constantFrom(...Object.entries(steps)) })),
  );
  const small = fc.nat({ max: 5 });
  const instruction: fc.Arbitrary<Instruction> = fc
    .record({
      named: step,
      left: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: small }),
      right: small,
      kept: fc.nat({ max: 4 }).map((k) => k === 4),
      choices: fc.array(fc.noBias(fc.nat({ max: 1000 })), { minLength: 6, maxLength: 6 }),
    })
    .map(({ named: [name, run], ...rest }) => ({ name, step: run, ...rest }));
  return fc
    .tuple(
      options.shape === undefined ? shapes : fc.constant([...options.shape]),
      fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 15 })),
      fc.nat({ max: 2 }),
      fc.array(instruction, { minLength: 1, maxLength: 14, size: "max" }),
      fc.nat({ max: 999 }),
    )
    .map(([whole, masks, dropped, instructions, seed]) => {
      const [second, third] = masks.map((mask) =>
        whole.map((extent, axis) => (((mask >> axis) & 1) === 1 ? 1 : extent)),
      ) as [number[], number[]];
      return makeProgram([whole, second, third.slice(dropped)], instructions, seed, options);
    });
}
