import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "../schedule.ts";
import { bytesPerElement, lanesOf, loadVector, storeVector, vectorBytes } from "./access.ts";
import { Body } from "./body.ts";
import type { FunctionBuilder, Local } from "./encoder.ts";
import type { Surroundings } from "./pass.ts";

/** Arithmetic on scalars: straight-line code in which every lane holds the same number. */
export function emitScalars(code: FunctionBuilder, pass: Pass, around: Surroundings): void {
  code.scope(() => {
    const at = (address: number): { position: undefined; offset: number } => ({
      position: undefined,
      offset: address,
    });
    const outside = {
      ownSource: (operand: Tensor) => around.ownSource(pass, operand),
      load: (operand: Tensor): Local => {
        if (typeof operand.storage === "number") return body.vector.let(operand.storage);
        const access = around.accessOf(operand, [1]);
        return loadVector(body.vector, access, at(access.address), lanesOf(pass.format));
      },
    };
    const body = new Body(code, pass.format, pass.elementwise, around, outside, false);
    const store = (value: Local, node: Tensor, offset: number): void => {
      const access = { ...around.accessOf(node, []), strides: [vectorBytes] };
      storeVector(body.vector, value, access, at(access.address + offset), 1);
    };
    for (const node of pass.elementwise) body.compute(node);
    // Stored last: what replaces an operand may be stored over it.
    const placed = pass.stores.map(({ operand }) => body.numbers(operand));
    for (const node of pass.elementwise) if (around.isStored(node)) store(body.numbers(node), node, 0);
    pass.stores.forEach(({ node, offset }, index) => {
      store(placed[index] as Local, node, offset * bytesPerElement[pass.format]);
    });
  });
}
