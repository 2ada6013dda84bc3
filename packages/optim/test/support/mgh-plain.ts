/** A problem of the collection in plain JavaScript; the dimension is that of the point. */
export interface PlainProblem {
  number: number;
  residuals: (x: readonly number[]) => number[];
}

const { exp, sqrt, log, sin, cos, abs, atan, min, max, PI } = Math;

/** f(1), …, f(m) */
const list = (m: number, f: (i: number) => number): number[] => Array.from({ length: m }, (_, k) => f(k + 1));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const over = (divisor: number, digits: string): number[] =>
  digits.split(" ").map((word) => Number(word) / divisor);

const bard = over(100, "14 18 22 25 29 32 35 39 37 58 73 96 134 210 439");
const gaussian = over(10000, "9 44 175 540 1295 2420 3521 3989 3521 2420 1295 540 175 44 9");
const meyer = over(
  1,
  "34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872",
);
const enzymeY = over(10000, "1957 1947 1735 1600 844 627 456 342 323 235 246");
const enzymeU = over(10000, "40000 20000 10000 5000 2500 1670 1250 1000 833 714 625");
const osborne1 = over(
  1000,
  "844 908 932 936 925 908 881 850 818 784 751 718 685 658 628 603 580 558 538 522 506 490 478 467 457 448 438 431 424 420 414 411 406",
);
const osborne2 = over(
  1000,
  "1366 1191 1112 1013 991 885 831 847 786 725 746 679 608 655 616 606 602 626 651 724 649 649 694 644 624 661 612 558 533 495 500 423 395 375 372 391 396 405 428 429 523 562 607 653 672 708 633 668 645 632 591 559 597 625 739 710 729 720 636 581 428 292 162 98 54",
);

/** The element with a number that begins at 1; 0 beyond the ends. */
const at = (x: readonly number[], i: number): number => x[i - 1] ?? 0;

const rosenbrock = (a: number, b: number): number[] => [10 * (b - a * a), 1 - a];
const powell = (a: number, b: number, c: number, d: number): number[] => [
  a + 10 * b,
  sqrt(5) * (c - d),
  (b - 2 * c) ** 2,
  sqrt(10) * (a - d) ** 2,
];

/** An array is taken apart into as many numbers as the problem has. */
type Numbers = [number, number, number, number, number, number, number, number, number, number, number];
const fixed = (f: (...x: Numbers) => number[]) => (x: readonly number[]) => f(...(x as unknown as Numbers));

const problems: Record<number, (x: readonly number[]) => number[]> = {
  1: fixed(rosenbrock),
  2: fixed((a, b) => [-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b]),
  3: fixed((a, b) => [1e4 * a * b - 1, exp(-a) + exp(-b) - 1.0001]),
  4: fixed((a, b) => [a - 1e6, b - 2e-6, a * b - 2]),
  5: fixed((a, b) => [1.5 - a * (1 - b), 2.25 - a * (1 - b ** 2), 2.625 - a * (1 - b ** 3)]),
  6: fixed((a, b) => list(10, (i) => 2 + 2 * i - (exp(i * a) + exp(i * b)))),
  7: fixed((a, b, c) => {
    const quarter = b >= 0 ? 0.25 : -0.25;
    const theta = a === 0 ? quarter : atan(b / a) / (2 * PI) + (a < 0 ? 0.5 : 0);
    return [10 * (c - 10 * theta), 10 * (sqrt(a * a + b * b) - 1), c];
  }),
  8: fixed((a, b, c) => list(15, (u) => at(bard, u) - (a + u / ((16 - u) * b + min(u, 16 - u) * c)))),
  9: fixed((a, b, c) => list(15, (i) => a * exp((-b * ((8 - i) / 2 - c) ** 2) / 2) - at(gaussian, i))),
  10: fixed((a, b, c) => list(16, (i) => a * exp(b / (45 + 5 * i + c)) - at(meyer, i))),
  11: fixed((a, b, c) =>
    list(99, (i) => {
      const t = i / 100;
      const y = 25 + (-50 * log(t)) ** (2 / 3);
      return exp(-(abs(y - b) ** c) / a) - t;
    }),
  ),
  12: fixed((a, b, c) =>
    list(10, (i) => exp(-0.1 * i * a) - exp(-0.1 * i * b) - c * (exp(-0.1 * i) - exp(-i))),
  ),
  13: fixed(powell),
  14: fixed((a, b, c, d) => [
    10 * (b - a * a),
    1 - a,
    sqrt(90) * (d - c * c),
    1 - c,
    sqrt(10) * (b + d - 2),
    (b - d) / sqrt(10),
  ]),
  15: fixed((a, b, c, d) =>
    list(11, (i) => {
      const u = at(enzymeU, i);
      return at(enzymeY, i) - (a * (u * u + u * b)) / (u * u + u * c + d);
    }),
  ),
  16: fixed((a, b, c, d) =>
    list(20, (i) => (a + (i / 5) * b - exp(i / 5)) ** 2 + (c + d * sin(i / 5) - cos(i / 5)) ** 2),
  ),
  17: fixed((a, b, c, d, e) =>
    list(33, (i) => at(osborne1, i) - (a + b * exp(-10 * (i - 1) * d) + c * exp(-10 * (i - 1) * e))),
  ),
  18: fixed((a, b, c, d, e, f) =>
    list(13, (i) => {
      const t = 0.1 * i;
      const y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t);
      return c * exp(-t * a) - d * exp(-t * b) + f * exp(-t * e) - y;
    }),
  ),
  19: fixed((x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11) =>
    list(65, (i) => {
      const t = (i - 1) / 10;
      return (
        at(osborne2, i) -
        (x1 * exp(-t * x5) +
          x2 * exp(-((t - x9) ** 2) * x6) +
          x3 * exp(-((t - x10) ** 2) * x7) +
          x4 * exp(-((t - x11) ** 2) * x8))
      );
    }),
  ),
  20: (x) => [
    ...list(29, (i) => {
      const t = i / 29;
      const slope = sum(x.slice(1).map((xj, k) => (k + 1) * xj * t ** k));
      return slope - sum(x.map((xj, k) => xj * t ** k)) ** 2 - 1;
    }),
    at(x, 1),
    at(x, 2) - at(x, 1) ** 2 - 1,
  ],
  21: (x) => list(x.length / 2, (i) => i).flatMap((i) => rosenbrock(at(x, 2 * i - 1), at(x, 2 * i))),
  22: (x) =>
    list(x.length / 4, (i) => 4 * i - 3).flatMap((i) =>
      powell(at(x, i), at(x, i + 1), at(x, i + 2), at(x, i + 3)),
    ),
  23: (x) => [...x.map((xi) => sqrt(1e-5) * (xi - 1)), sum(x.map((xi) => xi * xi)) - 0.25],
  24: (x) => {
    const n = x.length;
    return list(2 * n, (i) => {
      if (i === 1) return at(x, 1) - 0.2;
      if (i <= n) {
        const y = exp(i / 10) + exp((i - 1) / 10);
        return sqrt(1e-5) * (exp(at(x, i) / 10) + exp(at(x, i - 1) / 10) - y);
      }
      if (i < 2 * n) return sqrt(1e-5) * (exp(at(x, i - n + 1) / 10) - exp(-1 / 10));
      return sum(x.map((xj, k) => (n - k) * xj * xj)) - 1;
    });
  },
  25: (x) => {
    const s = sum(x.map((xj, k) => (k + 1) * (xj - 1)));
    return [...x.map((xi) => xi - 1), s, s * s];
  },
  26: (x) => {
    const cosines = sum(x.map(cos));
    return x.map((xi, k) => x.length - cosines + (k + 1) * (1 - cos(xi)) - sin(xi));
  },
  27: (x) => {
    const n = x.length;
    const product = x.reduce((p, xi) => p * xi, 1);
    return list(n, (i) => (i < n ? at(x, i) + sum(x) - (n + 1) : product - 1));
  },
  28: (x) => {
    const h = 1 / (x.length + 1);
    return list(
      x.length,
      (i) => 2 * at(x, i) - at(x, i - 1) - at(x, i + 1) + (h * h * (at(x, i) + i * h + 1) ** 3) / 2,
    );
  },
  29: (x) => {
    const h = 1 / (x.length + 1);
    const cube = (j: number): number => (at(x, j) + j * h + 1) ** 3;
    return list(x.length, (i) => {
      const below = sum(list(i, (j) => j * h * cube(j)));
      const above = sum(list(x.length - i, (k) => (1 - (i + k) * h) * cube(i + k)));
      return at(x, i) + (h * ((1 - i * h) * below + i * h * above)) / 2;
    });
  },
  30: (x) => list(x.length, (i) => (3 - 2 * at(x, i)) * at(x, i) - at(x, i - 1) - 2 * at(x, i + 1) + 1),
  31: (x) =>
    list(x.length, (i) => {
      let r = at(x, i) * (2 + 5 * at(x, i) ** 2) + 1;
      for (let j = max(1, i - 5); j <= min(x.length, i + 1); j++) if (j !== i) r -= at(x, j) * (1 + at(x, j));
      return r;
    }),
  32: (x) => list(10, (i) => (i <= x.length ? at(x, i) : 0) - (2 / 10) * sum(x) - 1),
  33: (x) => list(10, (i) => i * sum(x.map((xj, k) => (k + 1) * xj)) - 1),
  34: (x) => {
    const inner = sum(x.map((xj, k) => (k === 0 || k === x.length - 1 ? 0 : (k + 1) * xj)));
    return list(10, (i) => (i === 1 || i === 10 ? -1 : (i - 1) * inner - 1));
  },
  35: (x) => {
    const n = x.length;
    const means = new Array<number>(n).fill(0);
    for (const xj of x) {
      const y = 2 * xj - 1;
      let [before, now] = [1, y];
      for (let i = 0; i < n; i++) {
        means[i]! += now / n;
        [before, now] = [now, 2 * y * now - before];
      }
    }
    return means.map((mean, k) => mean + (k % 2 === 1 ? 1 / ((k + 1) ** 2 - 1) : 0));
  },
};

/**
 * The problems of Moré, Garbow & Hillstrom once more, with `Math` and loops and tables of their own: what ours are compared
 * with, and what other libraries are given.
 */
export const plainProblems: readonly PlainProblem[] = Object.entries(problems).map(([number, residuals]) => ({
  number: Number(number),
  residuals,
}));
