import { norm, tensor, type Tensor } from "@steepest/autodiff";
import { symmetricProblem, type GlobalTestProblem } from "./global-test-problem.ts";

/** The sum of squares: the easiest function there is. */
export function sphere(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "sphere",
    f: (x) => x.square().sum(),
    range: [-5.12, 5.12],
    minimum: 0,
    minimizer: 0,
    formula: String.raw`\sum_{i=1}^{n} x_i^2`,
    source: "K. A. De Jong, An analysis of the behavior of a class of genetic adaptive systems, 1975, F1",
  });
}

/** One curved valley through all variables. For n ≥ 4 there is another local minimum near (−1, 1, …, 1). */
export function rosenbrock(n: number = 2): GlobalTestProblem {
  return symmetricProblem(
    n,
    {
      name: "Rosenbrock",
      f: (x) => {
        const [head, tail] = [x.slice([0, n - 1]), x.slice([1, n])];
        return tail.sub(head.square()).square().mul(100).add(head.sub(1).square()).sum();
      },
      range: [-2.048, 2.048],
      minimum: 0,
      minimizer: 1,
      formula: String.raw`\sum_{i=1}^{n-1} \left(100 \left(x_{i+1} - x_i^2\right)^2 + \left(x_i - 1\right)^2\right)`,
      source: "H. H. Rosenbrock, The Computer Journal 3 (1960), 175–184",
    },
    2,
  );
}

/** A bowl full of regular dents: about 11ⁿ local minima. */
export function rastrigin(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "Rastrigin",
    f: (x) =>
      x
        .square()
        .sub(
          x
            .mul(2 * Math.PI)
            .cos()
            .mul(10),
        )
        .sum()
        .add(10 * n),
    range: [-5.12, 5.12],
    minimum: 0,
    minimizer: 0,
    formula: String.raw`10 n + \sum_{i=1}^{n} \left(x_i^2 - 10 \cos\left(2 \pi x_i\right)\right)`,
    source:
      "L. A. Rastrigin, Systems of Extremal Control, 1974; H. Mühlenbein, D. Schomisch & J. Born, Parallel Computing 17 (1991)",
  });
}

/** A nearly flat plain with dents around a narrow funnel, which comes to a point. */
export function ackley(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "Ackley",
    f: (x) =>
      norm(x)
        .mul(-0.2 / Math.sqrt(n))
        .exp()
        .mul(-20)
        .sub(
          x
            .mul(2 * Math.PI)
            .cos()
            .mean()
            .exp(),
        )
        .add(20 + Math.E),
    range: [-32.768, 32.768],
    minimum: 0,
    minimizer: 0,
    formula: String.raw`-20 \exp\left(-0.2 \sqrt{\frac{1}{n} \sum_{i=1}^{n} x_i^2}\right) - \exp\left(\frac{1}{n} \sum_{i=1}^{n} \cos\left(2 \pi x_i\right)\right) + 20 + e`,
    source:
      "D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987; T. Bäck, Evolutionary Algorithms in Theory and Practice, 1996",
  });
}

/** Waves that grow outwards: the lowest point is near a corner, far from the next best. */
export function schwefel(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "Schwefel",
    f: (x) => x.abs().sqrt().sin().mul(x).sum().neg(),
    range: [-500, 500],
    // x = s² with tan s = −s/2
    minimum: -418.98288727243371 * n,
    minimizer: 420.96874635998203,
    formula: String.raw`-\sum_{i=1}^{n} x_i \sin\sqrt{\left\vert x_i\right\vert}`,
    source:
      "H.-P. Schwefel, Numerical Optimization of Computer Models, 1981, problem 2.26; often with 418.9829 n added",
  });
}

/** A bowl under a fine ripple, which matters less the more variables there are. */
export function griewank(n: number = 2): GlobalTestProblem {
  const roots = (): Tensor => tensor(Array.from({ length: n }, (_, i) => Math.sqrt(i + 1)));
  return symmetricProblem(n, {
    name: "Griewank",
    f: (x) => {
      const cosines = x.div(roots()).cos();
      let product = cosines.slice(0);
      for (let i = 1; i < n; i++) product = product.mul(cosines.slice(i));
      return x.square().sum().div(4000).sub(product).add(1);
    },
    range: [-600, 600],
    minimum: 0,
    minimizer: 0,
    formula: String.raw`1 + \frac{1}{4000} \sum_{i=1}^{n} x_i^2 - \prod_{i=1}^{n} \cos\frac{x_i}{\sqrt{i}}`,
    source: "A. O. Griewank, Journal of Optimization Theory and Applications 34 (1981), 11–39",
  });
}

/** A wavy bowl. */
export function levy(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "Levy",
    f: (x) => {
      const w = x.sub(1).div(4).add(1);
      const [first, last] = [w.slice(0), w.slice(n - 1)];
      const head = w.slice([0, n - 1]);
      const waves = head.mul(Math.PI).add(1).sin().square().mul(10).add(1);
      return first
        .mul(Math.PI)
        .sin()
        .square()
        .add(head.sub(1).square().mul(waves).sum())
        .add(
          last
            .sub(1)
            .square()
            .mul(
              last
                .mul(2 * Math.PI)
                .sin()
                .square()
                .add(1),
            ),
        );
    },
    range: [-10, 10],
    minimum: 0,
    minimizer: 1,
    formula: String.raw`\sin^2\left(\pi w_1\right) + \sum_{i=1}^{n-1} \left(w_i - 1\right)^2 \left(1 + 10 \sin^2\left(\pi w_i + 1\right)\right) + \left(w_n - 1\right)^2 \left(1 + \sin^2\left(2 \pi w_n\right)\right),\quad w_i = 1 + \frac{x_i - 1}{4}`,
    source: "A. V. Levy & A. Montalvo, SIAM Journal on Scientific and Statistical Computing 6 (1985), 15–29",
  });
}

/** Two wells in every variable, 2ⁿ in all. */
export function styblinskiTang(n: number = 2): GlobalTestProblem {
  return symmetricProblem(n, {
    name: "Styblinski–Tang",
    f: (x) => x.square().square().sub(x.square().mul(16)).add(x.mul(5)).sum().div(2),
    range: [-5, 5],
    // 4x³ − 32x + 5 = 0
    minimum: -39.166165703771415 * n,
    minimizer: -2.903534027771177,
    formula: String.raw`\frac{1}{2} \sum_{i=1}^{n} \left(x_i^4 - 16 x_i^2 + 5 x_i\right)`,
    source: "M. A. Styblinski & T.-S. Tang, Neural Networks 3 (1990), 467–483",
  });
}
