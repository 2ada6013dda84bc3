import { cond, fori, scan, tensor, whileLoop, type Tensor } from "../../src/index.ts";
import { broadcastShapes, sizeOf } from "../../src/tensor/shape.ts";
import { asFloat, average, bounded, fit, withAxis, type Step } from "./context.ts";
import { chooseBody } from "./elementwise.ts";

export const control: Readonly<Record<string, Step>> = {
  scan: (x, y, c) => {
    const input = asFloat(withAxis(x), c);
    const body = chooseBody(c);
    const reverse = c.choose("reverse", 2) === 1;
    const element = input.shape.slice(1);
    const captured = fit(asFloat(y, c), element);
    const start = average(input, [0]).reshape(element);
    const clashes = sizeOf(broadcastShapes(element, captured.shape, "scan")) !== sizeOf(element);
    const added = (clashes ? average(captured, [...captured.shape.keys()]).reshape([]) : captured).cast(
      input.dtype,
    );
    const [last, results] = scan<Tensor, Tensor, Tensor>(
      (carry, row) => {
        const next = bounded(body(carry.mul(0.5).add(row)));
        return [next, carry.mul(row).sub(added)];
      },
      start,
      input,
      { reverse },
    );
    return c.choose("result", 2) === 0 ? bounded(results) : last;
  },
  fori: (x, _, c) => {
    const body = chooseBody(c);
    const start = asFloat(x, c);
    return fori<Tensor>(
      0,
      c.choose("turns", 4),
      (k, z) => bounded(body(z).add(k.mul(0.1).cast(z.dtype))),
      start,
    );
  },
  cond: (x, y, c) => {
    const [first, second] = [chooseBody(c), chooseBody(c)];
    const [z, w] = [asFloat(x, c), asFloat(y, c)];
    const measure = average(w, [...w.shape.keys()])
      .reshape([])
      .sub(0.0321);
    c.jump(() => measure);
    return cond<[Tensor], Tensor>(
      measure.greater(0),
      (a) => bounded(first(a)),
      (a) => bounded(second(a).mul(0.5)),
      z,
    );
  },
};

/** It has no reverse mode when it is traced. */
export const whileSteps: Readonly<Record<string, Step>> = {
  whileLoop: (x, _, c) => {
    const body = chooseBody(c);
    const energy = (z: Tensor): Tensor =>
      average(z.square(), [...z.shape.keys()])
        .reshape([])
        .sub(0.0123);
    return whileLoop<[Tensor, Tensor]>(
      ([k, z]) => {
        c.jump(() => energy(z));
        return energy(z).greater(0).logicalAnd(k.less(6));
      },
      ([k, z]) => [k.add(1), bounded(body(z).mul(0.6))],
      [tensor(0, { dtype: "i32" }), asFloat(x, c)],
    )[1];
  },
};
