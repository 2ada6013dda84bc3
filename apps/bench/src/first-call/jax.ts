import { jaxArray, jit, np, valueAndGrad, type JaxArray } from "../libraries/jax.ts";

const [jaxX, jaxY] = [jaxArray(Float64Array.of(0.7), []), jaxArray(Float64Array.of(1.3), [])];

/** The same formula with jax-js. */
export function firstCall(c: number): number[] {
  const formula = ([x, y]: [JaxArray, JaxArray]): JaxArray =>
    np
      .exp(np.negative(np.square(x.ref)))
      .mul(np.sin(y.ref))
      .add(np.log(np.square(x.mul(y)).add(c)));
  const compiled = jit(valueAndGrad(formula));
  const [value, [dx, dy]] = compiled([jaxX.ref, jaxY.ref]);
  const numbers = [value, dx, dy].map((each) => each.dataSync()[0] as number);
  compiled.dispose();
  return numbers;
}
