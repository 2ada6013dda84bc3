import { full, tensor, where, type Tensor } from "../../src/index.ts";
import { asFloat, bounded, fit, mostElements, type Step, type StepContext } from "./context.ts";

/** A constant with another shape than the operand, one axis more. */
const filled = (x: Tensor, value: number, c: StepContext): Tensor =>
  full([2 * x.size <= mostElements ? c.choose("rows", 3) : 1, ...x.shape], value, x.dtype);

const pair =
  (f: (x: Tensor, y: Tensor) => Tensor): Step =>
  (x, y, c) => {
    const float = asFloat(x, c);
    return bounded(f(float, fit(asFloat(y, c), float.shape)));
  };

/** Operations that a compiler may leave out or exchange for others, if shape and dtype stay what they are. */
export const identities: Readonly<Record<string, Step>> = {
  timesOne: (x) => x.mul(1),
  timesOnes: (x, _, c) => x.mul(filled(x, 1, c)).slice([0, 1]),
  plusZeros: (x, _, c) => x.add(filled(x, 0, c)).slice([0, 1]),
  minusZero: (x) => x.sub(0),
  overOne: (x, _, c) => asFloat(x, c).div(1),
  power: (x, _, c) => bounded(asFloat(x, c).pow(c.choose("exponent", 4))),
  /** Of truth values, too. */
  square: (x) => x.mul(x).minimum(9),
  negatives: (x, _, c) => {
    const float = asFloat(x, c);
    return c.choose("times", 2) === 0 ? float.neg() : float.neg().neg();
  },
  minusNegative: pair((x, y) => x.sub(y.neg())),
  plusNegative: pair((x, y) => x.add(y.neg())),
  timesNegative: pair((x, y) => x.mul(y.neg())),
  negativeTimes: pair((x, y) => x.neg().mul(y)),
  negativeOver: pair((x, y) => x.neg().div(y.square().add(1))),
  /** A choice that is made already. */
  known: pair((x, y) => where(tensor(true), x, y)),
  knownOther: pair((x, y) => where(tensor(false), x, y)),
  /** The same expression twice. */
  twice: pair((x, y) => x.mul(y).sin().add(x.mul(y).sin().square())),
};
