import { planeProblem, type GlobalTestProblem } from "./global-test-problem.ts";

/** A plain with one narrow pit. */
export function easom(): GlobalTestProblem {
  return planeProblem({
    name: "Easom",
    text: "-cos(x1)*cos(x2)*exp(-(x1 - pi)^2 - (x2 - pi)^2)",
    range: [-100, 100],
    minimum: -1,
    minimizers: [[Math.PI, Math.PI]],
    source: "E. E. Easom, A survey of global optimization techniques, 1990",
  });
}

/** Rings around the deepest point. */
export function dropWave(): GlobalTestProblem {
  return planeProblem({
    name: "drop wave",
    text: "-(1 + cos(12hypot(x1, x2)))/(0.5(x1^2 + x2^2) + 2)",
    range: [-5.12, 5.12],
    minimum: -1,
    minimizers: [[0, 0]],
    source: "M. Molga & C. Smutnicki, Test functions for optimization needs, 2005",
  });
}

/** Many irregular valleys; the lowest point is on the border, with a kink not far away. */
export function eggholder(): GlobalTestProblem {
  return planeProblem({
    name: "eggholder",
    text: "-(x2 + 47)*sin(sqrt(abs(x2 + x1/2 + 47))) - x1*sin(sqrt(abs(x1 - (x2 + 47))))",
    range: [-512, 512],
    minimum: -959.6406627208508,
    minimizers: [[512, 404.2318051137578]],
    source: "D. Whitley, S. Rana, J. Dzubera & K. E. Mathias, Artificial Intelligence 85 (1996), 245–276",
  });
}

/** Four pits in an array of many, with kinks along a cross. */
export function crossInTray(): GlobalTestProblem {
  const x = 1.3494066171539108;
  return planeProblem({
    name: "cross in tray",
    text: "-0.0001(abs(sin(x1)*sin(x2)*exp(abs(100 - hypot(x1, x2)/pi))) + 1)^0.1",
    range: [-10, 10],
    minimum: -2.0626118708227369,
    minimizers: [
      [x, x],
      [x, -x],
      [-x, x],
      [-x, -x],
    ],
    source: "S. K. Mishra, Some new test functions for global optimization, 2006",
  });
}

/** Pits that are deepest near the four corners. */
export function holderTable(): GlobalTestProblem {
  const [x, y] = [8.0550234757365634, 9.66459001924127289];
  return planeProblem({
    name: "Hölder table",
    text: "-abs(sin(x1)*cos(x2)*exp(abs(1 - hypot(x1, x2)/pi)))",
    range: [-10, 10],
    minimum: -19.208502567886732,
    minimizers: [
      [x, y],
      [x, -y],
      [-x, y],
      [-x, -y],
    ],
    source: "S. K. Mishra, Some new test functions for global optimization, 2006",
  });
}

/** A kinked ridge line of minima, sloping a little. */
export function bukin(): GlobalTestProblem {
  return planeProblem({
    name: "Bukin",
    text: "100sqrt(abs(x2 - 0.01x1^2)) + 0.01abs(x1 + 10)",
    range: [-15, -5],
    secondRange: [-3, 3],
    minimum: 0,
    minimizers: [[-10, 1]],
    source: "A. D. Bukin, New minimization strategy for non-smooth functions, 1997, no. 6",
  });
}

/** The product of two waves: 760 minima, 18 of them the deepest. */
export function shubert(): GlobalTestProblem {
  const wave = (x: string): string =>
    `(${[1, 2, 3, 4, 5].map((j) => `${j}cos(${j + 1}${x} + ${j})`).join(" + ")})`;
  // The highest and the lowest points of the wave.
  const high = [-7.0835064076515596, -0.80032110047197312, 5.4828642067076134];
  const low = [-7.7083137354993474, -1.425128428319761, 4.8580568788598255];
  const pairs = high.flatMap((a) => low.map((b): [number, number] => [a, b]));
  return planeProblem({
    name: "Shubert",
    text: `${wave("x1")}*${wave("x2")}`,
    range: [-10, 10],
    minimum: -186.73090883102383,
    minimizers: pairs.flatMap(([a, b]) => [
      [a, b],
      [b, a],
    ]),
    source: "B. O. Shubert, SIAM Journal on Numerical Analysis 9 (1972), 379–388",
  });
}

/** Rings around the deepest point, all nearly as deep. */
export function schaffer2(): GlobalTestProblem {
  return planeProblem({
    name: "Schaffer 2",
    text: "0.5 + (sin(x1^2 - x2^2)^2 - 0.5)/(1 + 0.001(x1^2 + x2^2))^2",
    range: [-100, 100],
    minimum: 0,
    minimizers: [[0, 0]],
    source: "S. K. Mishra, Some new test functions for global optimization, 2006, after J. D. Schaffer",
  });
}

/** A cross of many minima around the four deepest. */
export function schaffer4(): GlobalTestProblem {
  const x = 1.2531318314637332;
  return planeProblem({
    name: "Schaffer 4",
    text: "0.5 + (cos(sin(abs(x1^2 - x2^2)))^2 - 0.5)/(1 + 0.001(x1^2 + x2^2))^2",
    range: [-100, 100],
    minimum: 0.29257863203598055,
    minimizers: [
      [0, x],
      [0, -x],
      [x, 0],
      [-x, 0],
    ],
    source: "S. K. Mishra, Some new test functions for global optimization, 2006, after J. D. Schaffer",
  });
}
