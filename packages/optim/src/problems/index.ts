export { moreGarbowHillstrom } from "./more-garbow-hillstrom/collection.ts";
export { scaledStart, sumOfSquares, type KnownMinimum, type TestProblem } from "./test-problem.ts";
export { hockSchittkowski, hockSchittkowskiProblems } from "./hock-schittkowski/collection.ts";
export type {
  ConstrainedFormulas,
  ConstrainedTestProblem,
  KnownConstrainedMinimum,
} from "./constrained-test-problem.ts";
export {
  ackley,
  griewank,
  levy,
  rastrigin,
  rosenbrock,
  schwefel,
  sphere,
  styblinskiTang,
} from "./global/any-dimension.ts";
export { landscapes } from "./global/collection.ts";
export { hartmann3, hartmann6, shekel } from "./global/dixon-szego.ts";
export type { GlobalTestProblem } from "./global/global-test-problem.ts";
export { michalewicz } from "./global/michalewicz.ts";
export {
  bukin,
  crossInTray,
  dropWave,
  easom,
  eggholder,
  holderTable,
  schaffer2,
  schaffer4,
  shubert,
} from "./global/rugged-plane.ts";
export {
  beale,
  bohachevsky,
  booth,
  branin,
  goldsteinPrice,
  himmelblau,
  matyas,
  mcCormick,
  sixHumpCamel,
  threeHumpCamel,
} from "./global/smooth-plane.ts";
