import {
  ackley,
  griewank,
  levy,
  rastrigin,
  rosenbrock,
  schwefel,
  sphere,
  styblinskiTang,
} from "./any-dimension.ts";
import type { GlobalTestProblem } from "./global-test-problem.ts";
import { michalewicz } from "./michalewicz.ts";
import {
  bukin,
  crossInTray,
  dropWave,
  easom,
  eggholder,
  holderTable,
  schaffer2,
  schaffer4,
  shubert,
} from "./rugged-plane.ts";
import {
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
} from "./smooth-plane.ts";

/** All functions that have a picture, those of any dimension in two variables: from easy to hard, about. */
export function landscapes(): readonly GlobalTestProblem[] {
  return [
    sphere(),
    booth(),
    matyas(),
    rosenbrock(),
    beale(),
    himmelblau(),
    mcCormick(),
    branin(),
    threeHumpCamel(),
    sixHumpCamel(),
    goldsteinPrice(),
    styblinskiTang(),
    levy(),
    bohachevsky(),
    rastrigin(),
    ackley(),
    griewank(),
    michalewicz(),
    schwefel(),
    dropWave(),
    schaffer2(),
    schaffer4(),
    shubert(),
    easom(),
    bukin(),
    crossInTray(),
    holderTable(),
    eggholder(),
  ];
}
