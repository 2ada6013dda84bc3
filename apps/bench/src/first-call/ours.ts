import { compile, valueAndGrad, type Tensor } from "@steepest/autodiff";

const at: [x: number, y: number] = [0.7, 1.3];

/** Compiles exp(−x²) sin(y) + log(c + (x y)²), ten operations, with its gradient, and calls it. */
export function firstCall(c: number): number[] {
  const formula = ([x, y]: [Tensor, Tensor]): Tensor =>
    x.square().neg().exp().mul(y.sin()).add(x.mul(y).square().add(c).log());
  const [value, [dx, dy]] = compile(valueAndGrad(formula))(at);
  return [value.item(), dx.item(), dy.item()];
}
