import { checkpointOps } from "../control/checkpoint.ts";
import { condOps } from "../control/cond.ts";
import { customDerivativeOps } from "../control/custom-derivative.ts";
import { scanOps } from "../control/scan.ts";
import { whileOps } from "../control/while-loop.ts";
import { castOps } from "./cast.ts";
import { choleskyOps } from "./cholesky.ts";
import { convOps } from "./conv.ts";
import { cumulativeOps } from "./cumulative.ts";
import { determinantOps } from "./determinant.ts";
import { eighOps } from "./eigh.ts";
import { elementwiseFunctions } from "./elementwise.ts";
import { extremesOps } from "./extremes.ts";
import { linalgOps } from "./linalg.ts";
import { lstsqOps } from "./lstsq.ts";
import { matrixFunctionOps } from "./matrix-functions.ts";
import { normOps } from "./norm.ts";
import type { Op } from "./op.ts";
import { poolOps } from "./pool.ts";
import { qrOps } from "./qr.ts";
import { randomOps } from "./random.ts";
import { rearrangeOps } from "./rearrange.ts";
import { reduceOps } from "./reduce.ts";
import { sechSquaredOps } from "./sech-squared.ts";
import { shapeOps } from "./shape.ts";
import { softmaxOps } from "./softmax.ts";
import { solveOps } from "./solve.ts";
import { sortOps } from "./sort.ts";
import { stopGradientOps } from "./stop-gradient.ts";
import { svdOps } from "./svd.ts";
import { takeOps } from "./take.ts";
import { triangularSolveOps } from "./triangular.ts";

const families: readonly (readonly Op<never>[])[] = [
  castOps,
  shapeOps,
  rearrangeOps,
  takeOps,
  sortOps,
  reduceOps,
  sechSquaredOps,
  extremesOps,
  cumulativeOps,
  softmaxOps,
  linalgOps,
  solveOps,
  triangularSolveOps,
  choleskyOps,
  qrOps,
  lstsqOps,
  determinantOps,
  eighOps,
  svdOps,
  normOps,
  matrixFunctionOps,
  convOps,
  poolOps,
  randomOps,
  stopGradientOps,
  customDerivativeOps,
  checkpointOps,
  condOps,
  scanOps,
  whileOps,
];

/** The op table: every operation there is, by name. The documentation and the tests loop over it. */
export const ops: ReadonlyMap<string, Op> = new Map(
  [...Object.values(elementwiseFunctions).map(({ op }) => op), ...(families.flat() as Op[])].map((op) => [
    op.name,
    op,
  ]),
);
