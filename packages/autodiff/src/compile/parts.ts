import { apply, type Op, type Signature } from "../ops/op.ts";
import { concatenate } from "../ops/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { castOp, copyOf } from "./legalize.ts";

interface Part {
  readonly index: number;
  readonly signature: Signature;
}

/** One of several results of an operation. */
const partOp: Op<Part> = {
  ...(castOp as Op<unknown> as Op<Part>),
  name: "part",
  infer: (_, { signature }) => signature,
};

/** The results of control flow that has several, which are one f64 vector to the graph, side by side. */
export class Parts {
  readonly results: readonly Tensor[];
  #whole: Tensor | undefined;

  constructor(run: Tensor, signatures: readonly Signature[]) {
    this.results = signatures.map((signature, index) => apply(partOp, [run], { index, signature }));
  }

  /** The result that a node cuts out, if it is exactly one of them. */
  pick(node: Tensor): Tensor | undefined {
    if (node.op.name !== "slice") return undefined;
    const { start, step, shape } = node.attributes as Record<"start" | "step" | "shape", readonly number[]>;
    let at = 0;
    for (const part of this.results) {
      if (at === start[0] && part.size === shape[0] && step[0] === 1) return flat(part);
      at += part.size;
    }
    return undefined;
  }

  /** All of them in one tensor, for whoever does not ask for exactly one. */
  get whole(): Tensor {
    return (this.#whole ??= concatenate(this.results.map(flat)));
  }
}

function flat(part: Tensor): Tensor {
  const vector = part.reshape([part.size]);
  return part.dtype === "f64" ? vector : copyOf(vector, "f64");
}

/** The parts of a node of control flow, if there are several. */
export function partsOf(run: Tensor): Parts | undefined {
  if (run.hasValue) return undefined;
  const { signatures } = run.attributes as { readonly signatures: readonly Signature[] };
  return signatures.length > 1 ? new Parts(run, signatures) : undefined;
}
