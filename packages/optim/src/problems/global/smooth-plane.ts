import { planeProblem, type GlobalTestProblem } from "./global-test-problem.ts";

/** Flat, with sharp peaks at the corners of the box. */
export function beale(): GlobalTestProblem {
  return planeProblem({
    name: "Beale",
    text: "(1.5 - x1 + x1 x2)^2 + (2.25 - x1 + x1 x2^2)^2 + (2.625 - x1 + x1 x2^3)^2",
    range: [-4.5, 4.5],
    minimum: 0,
    minimizers: [[3, 0.5]],
    source: "E. M. L. Beale, On an iterative method for finding a local minimum, 1958",
  });
}

/** A tilted bowl. */
export function booth(): GlobalTestProblem {
  return planeProblem({
    name: "Booth",
    text: "(x1 + 2x2 - 7)^2 + (2x1 + x2 - 5)^2",
    range: [-10, 10],
    minimum: 0,
    minimizers: [[1, 3]],
    source: "M. Jamil & X.-S. Yang, A literature survey of benchmark functions, 2013, no. 17",
  });
}

/** A long, nearly flat trough. */
export function matyas(): GlobalTestProblem {
  return planeProblem({
    name: "Matyas",
    text: "0.26(x1^2 + x2^2) - 0.48x1 x2",
    range: [-10, 10],
    minimum: 0,
    minimizers: [[0, 0]],
    source: "M. Jamil & X.-S. Yang, A literature survey of benchmark functions, 2013, no. 71",
  });
}

/** Four minima of the same depth. */
export function himmelblau(): GlobalTestProblem {
  return planeProblem({
    name: "Himmelblau",
    text: "(x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2",
    range: [-5, 5],
    minimum: 0,
    minimizers: [
      [3, 2],
      [-2.805118086952745, 3.131312518250573],
      [-3.779310253377747, -3.2831859912861694],
      [3.5844283403304917, -1.8481265269644036],
    ],
    source: "D. M. Himmelblau, Applied Nonlinear Programming, 1972",
  });
}

/** Three minima in a row, the middle one the deepest. */
export function threeHumpCamel(): GlobalTestProblem {
  return planeProblem({
    name: "three-hump camel",
    text: "2x1^2 - 1.05x1^4 + x1^6/6 + x1 x2 + x2^2",
    range: [-5, 5],
    minimum: 0,
    minimizers: [[0, 0]],
    source: "L. C. W. Dixon & G. P. Szegő (eds.), Towards Global Optimisation, 1975",
  });
}

/** Six minima, two of them the deepest. */
export function sixHumpCamel(): GlobalTestProblem {
  return planeProblem({
    name: "six-hump camel",
    text: "(4 - 2.1x1^2 + x1^4/3)*x1^2 + x1 x2 + (-4 + 4x2^2)*x2^2",
    range: [-3, 3],
    secondRange: [-2, 2],
    minimum: -1.0316284534898774,
    minimizers: [
      [0.08984201310031806, -0.7126564030207396],
      [-0.08984201310031806, 0.7126564030207396],
    ],
    source: "L. C. W. Dixon & G. P. Szegő (eds.), Towards Global Optimisation 2, 1978",
  });
}

/** Values from 3 to a million, four minima. */
export function goldsteinPrice(): GlobalTestProblem {
  return planeProblem({
    name: "Goldstein–Price",
    text:
      "(1 + (x1 + x2 + 1)^2*(19 - 14x1 + 3x1^2 - 14x2 + 6x1 x2 + 3x2^2))" +
      "*(30 + (2x1 - 3x2)^2*(18 - 32x1 + 12x1^2 + 48x2 - 36x1 x2 + 27x2^2))",
    range: [-2, 2],
    minimum: 3,
    minimizers: [[0, -1]],
    source: "A. A. Goldstein & J. F. Price, Mathematics of Computation 25 (1971), 569–574",
  });
}

/** A sine along a sloping valley; the fifth problem of Hock and Schittkowski in a box. */
export function mcCormick(): GlobalTestProblem {
  return planeProblem({
    name: "McCormick",
    text: "sin(x1 + x2) + (x1 - x2)^2 - 1.5x1 + 2.5x2 + 1",
    range: [-1.5, 4],
    secondRange: [-3, 4],
    // (½ − π/3, −½ − π/3), −√3/2 − π/3
    minimum: -1.9132229549810364,
    minimizers: [[-0.5471975511965978, -1.5471975511965979]],
    source:
      "G. P. McCormick, in W. Hock & K. Schittkowski, Test Examples for Nonlinear Programming Codes, 1981, no. 5",
  });
}

/** Three minima of the same depth. */
export function branin(): GlobalTestProblem {
  return planeProblem({
    name: "Branin",
    text: "(x2 - 5.1x1^2/(4pi^2) + 5x1/pi - 6)^2 + 10(1 - 1/(8pi))*cos(x1) + 10",
    range: [-5, 10],
    secondRange: [0, 15],
    // The square is 0 and the cosine −1: 5/(4π) at (−π, 12.275), (π, 2.275) and (3π, 2.475).
    minimum: 5 / (4 * Math.PI),
    minimizers: [
      [-Math.PI, 12.275],
      [Math.PI, 2.275],
      [3 * Math.PI, 2.475],
    ],
    source: "F. H. Branin, IBM Journal of Research and Development 16 (1972), 504–522",
  });
}

/** A bowl with a few dents. */
export function bohachevsky(): GlobalTestProblem {
  return planeProblem({
    name: "Bohachevsky",
    text: "x1^2 + 2x2^2 - 0.3cos(3pi x1) - 0.4cos(4pi x2) + 0.7",
    range: [-100, 100],
    minimum: 0,
    minimizers: [[0, 0]],
    source: "I. O. Bohachevsky, M. E. Johnson & M. L. Stein, Technometrics 28 (1986), 209–217",
  });
}
