"""
The problems of Moré, Garbow and Hillstrom (ACM TOMS 7, 1981) once more, written down independently of the TypeScript
ones: with NumPy, for any kind of number. Complex numbers give exact derivatives by the complex step, mpmath's the minima
to any number of digits.
"""

from functools import lru_cache

import numpy as np


class Doubles:
    """The functions of doubles, and of complex doubles close to the real line."""

    exp, sin, cos, log, sqrt, atan = np.exp, np.sin, np.cos, np.log, np.sqrt, np.arctan

    @staticmethod
    def number(text):
        return float(text)

    @staticmethod
    def abs(z):
        return np.where(np.real(z) < 0, -z, z)

    @staticmethod
    def power(base, exponent):
        return base**exponent


@lru_cache
def decimals(F, text):
    return np.array([F.number(word) for word in text.split()])


@lru_cache
def upto(F, first, last):
    return np.array([F.number(i) for i in range(first, last + 1)])


def joined(F, *parts):
    return np.concatenate([np.atleast_1d(np.asarray(part)) for part in parts])


def rosenbrock(x, F):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def freudenstein_roth(x, F):
    a, b = x
    return np.array([-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b])


def powell_badly_scaled(x, F):
    return np.array([10**4 * x[0] * x[1] - 1, F.exp(-x[0]) + F.exp(-x[1]) - F.number("1.0001")])


def brown_badly_scaled(x, F):
    return np.array([x[0] - 10**6, x[1] - F.number("0.000002"), x[0] * x[1] - 2])


def beale(x, F):
    return np.array([F.number(y) - x[0] * (1 - x[1] ** k) for k, y in ((1, "1.5"), (2, "2.25"), (3, "2.625"))])


def jennrich_sampson(x, F):
    i = upto(F, 1, 10)
    return 2 + 2 * i - (F.exp(i * x[0]) + F.exp(i * x[1]))


def helical_valley(x, F):
    pi = 4 * F.atan(F.number(1))
    if x[0].real == 0:
        turn = F.number(0.25 if x[1].real >= 0 else -0.25) - (x[0] / (2 * pi * x[1]) if x[1] != 0 else 0)
    else:
        turn = F.atan(x[1] / x[0]) / (2 * pi) + (F.number("0.5") if x[0].real < 0 else 0)
    return np.array([10 * (x[2] - 10 * turn), 10 * (F.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


def bard(x, F):
    y = decimals(F, "0.14 0.18 0.22 0.25 0.29 0.32 0.35 0.39 0.37 0.58 0.73 0.96 1.34 2.10 4.39")
    u = upto(F, 1, 15)
    v = 16 - u
    w = np.array([min(a, b) for a, b in zip(u, v)])
    return y - (x[0] + u / (v * x[1] + w * x[2]))


def gaussian(x, F):
    half = decimals(F, "0.0009 0.0044 0.0175 0.0540 0.1295 0.2420 0.3521")
    y = joined(F, half, F.number("0.3989"), half[::-1])
    t = (8 - upto(F, 1, 15)) / 2
    return x[0] * F.exp(-x[1] * (t - x[2]) ** 2 / 2) - y


def meyer(x, F):
    y = decimals(
        F, "34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872"
    )
    return x[0] * F.exp(x[1] / (45 + 5 * upto(F, 1, 16) + x[2])) - y


def gulf(x, F):
    t = upto(F, 1, 99) / 100
    y = 25 + F.power(-50 * F.log(t), F.number(2) / 3)
    return F.exp(-F.power(F.abs(y - x[1]), x[2]) / x[0]) - t


def box_three_dimensional(x, F):
    i = upto(F, 1, 10)
    t = i / 10
    return F.exp(-t * x[0]) - F.exp(-t * x[1]) - x[2] * (F.exp(-t) - F.exp(-i))


def powell_singular(x, F):
    a, b, c, d = x
    root = [F.sqrt(F.number(5)), F.sqrt(F.number(10))]
    return np.array([a + 10 * b, root[0] * (c - d), (b - 2 * c) ** 2, root[1] * (a - d) ** 2])


def wood(x, F):
    a, b, c, d = x
    root = [F.sqrt(F.number(90)), F.sqrt(F.number(10))]
    return np.array(
        [10 * (b - a**2), 1 - a, root[0] * (d - c**2), 1 - c, root[1] * (b + d - 2), (b - d) / root[1]]
    )


def kowalik_osborne(x, F):
    y = decimals(F, "0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246")
    u = decimals(F, "4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625")
    return y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


def brown_dennis(x, F):
    t = upto(F, 1, 20) / 5
    return (x[0] + t * x[1] - F.exp(t)) ** 2 + (x[2] + x[3] * F.sin(t) - F.cos(t)) ** 2


def osborne_1(x, F):
    y = decimals(
        F,
        "0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658 0.628 0.603 0.580 "
        "0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431 0.424 0.420 0.414 0.411 0.406",
    )
    t = 10 * upto(F, 0, 32)
    return y - (x[0] + x[1] * F.exp(-t * x[3]) + x[2] * F.exp(-t * x[4]))


def biggs_exp6(x, F):
    t = upto(F, 1, 13) / 10
    y = F.exp(-t) - 5 * F.exp(-10 * t) + 3 * F.exp(-4 * t)
    return x[2] * F.exp(-t * x[0]) - x[3] * F.exp(-t * x[1]) + x[5] * F.exp(-t * x[4]) - y


def osborne_2(x, F):
    y = decimals(
        F,
        "1.366 1.191 1.112 1.013 0.991 0.885 0.831 0.847 0.786 0.725 0.746 0.679 0.608 0.655 0.616 0.606 0.602 "
        "0.626 0.651 0.724 0.649 0.649 0.694 0.644 0.624 0.661 0.612 0.558 0.533 0.495 0.500 0.423 0.395 0.375 "
        "0.372 0.391 0.396 0.405 0.428 0.429 0.523 0.562 0.607 0.653 0.672 0.708 0.633 0.668 0.645 0.632 0.591 "
        "0.559 0.597 0.625 0.739 0.710 0.729 0.720 0.636 0.581 0.428 0.292 0.162 0.098 0.054",
    )
    t = upto(F, 0, 64) / 10
    peaks = sum(x[k] * F.exp(-((t - x[k + 7]) ** 2) * x[k + 4]) for k in (1, 2, 3))
    return y - (x[0] * F.exp(-t * x[4]) + peaks)


@lru_cache
def watson_powers(F, n):
    t = [F.number(i) / 29 for i in range(1, 30)]
    values = np.array([[ti**j for j in range(n)] for ti in t])
    slopes = np.array([[j * ti ** (j - 1) if j > 0 else F.number(0) for j in range(n)] for ti in t])
    return values, slopes


def watson(x, F):
    values, slopes = watson_powers(F, len(x))
    return joined(F, slopes @ x - (values @ x) ** 2 - 1, x[0], x[1] - x[0] ** 2 - 1)


def extended_rosenbrock(x, F):
    return np.concatenate([rosenbrock(x[k : k + 2], F) for k in range(0, len(x), 2)])


def extended_powell_singular(x, F):
    return np.concatenate([powell_singular(x[k : k + 4], F) for k in range(0, len(x), 4)])


def penalty_1(x, F):
    root = F.sqrt(F.number("0.00001"))
    return joined(F, root * (x - 1), sum(x**2) - F.number("0.25"))


def penalty_2(x, F):
    n = len(x)
    root = F.sqrt(F.number("0.00001"))
    e = F.exp(x / 10)
    i = upto(F, 1, n) / 10
    y = F.exp(i[1:]) + F.exp(i[:-1])
    weights = n + 1 - upto(F, 1, n)
    return joined(
        F,
        x[0] - F.number("0.2"),
        root * (e[1:] + e[:-1] - y),
        root * (e[1:] - F.exp(-F.number(1) / 10)),
        sum(weights * x**2) - 1,
    )


def variably_dimensioned(x, F):
    s = sum((j + 1) * (xj - 1) for j, xj in enumerate(x))
    return joined(F, x - 1, s, s**2)


def trigonometric(x, F):
    n = len(x)
    i = upto(F, 1, n)
    return n - sum(F.cos(x)) + i * (1 - F.cos(x)) - F.sin(x)


def brown_almost_linear(x, F):
    n = len(x)
    return joined(F, x[:-1] + sum(x) - (n + 1), np.prod(x) - 1)


def discrete_boundary_value(x, F):
    n = len(x)
    t = upto(F, 1, n) / (n + 1)
    zero = np.array([F.number(0)])
    left, right = np.concatenate([zero, x[:-1]]), np.concatenate([x[1:], zero])
    return 2 * x - left - right + (x + t + 1) ** 3 / (2 * (n + 1) ** 2)


@lru_cache
def integral_weights(F, n):
    """Of cubes up to t(i) in the first matrix, beyond it in the second."""
    t = upto(F, 1, n) / (n + 1)
    below = np.array([[(1 - t[i]) * t[j] if j <= i else 0 * t[0] for j in range(n)] for i in range(n)])
    above = np.array([[t[i] * (1 - t[j]) if j > i else 0 * t[0] for j in range(n)] for i in range(n)])
    return t, (below + above) / (2 * (n + 1))


def discrete_integral_equation(x, F):
    t, weights = integral_weights(F, len(x))
    return x + weights @ (x + t + 1) ** 3


def broyden_tridiagonal(x, F):
    zero = np.array([F.number(0)])
    left, right = np.concatenate([zero, x[:-1]]), np.concatenate([x[1:], zero])
    return (3 - 2 * x) * x - left - 2 * right + 1


def broyden_banded(x, F):
    n = len(x)
    rows = []
    for i in range(n):
        band = [j for j in range(max(0, i - 5), min(n, i + 2)) if j != i]
        rows.append(x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in band))
    return np.array(rows)


LINEAR_RESIDUALS = 10


def linear_full_rank(x, F):
    n, m = len(x), LINEAR_RESIDUALS
    mean = 2 * sum(x) / m
    return joined(F, x - mean - 1, np.array([-mean - 1] * (m - n)))


def linear_rank_1(x, F):
    s = sum((j + 1) * xj for j, xj in enumerate(x))
    return np.array([i * s - 1 for i in range(1, LINEAR_RESIDUALS + 1)])


def linear_rank_1_with_zeros(x, F):
    m = LINEAR_RESIDUALS
    s = sum((j + 1) * x[j] for j in range(1, len(x) - 1))
    minus = F.number(-1) + 0 * s
    return np.array([minus, *(i * s - 1 for i in range(1, m - 1)), minus])


def chebyquad(x, F):
    n = len(x)
    y = 2 * x - 1
    before, now = 1 + 0 * y, y
    rows = []
    for i in range(1, n + 1):
        rows.append(sum(now) / n + (F.number(1) / (i * i - 1) if i % 2 == 0 else 0))
        before, now = now, 2 * y * now - before
    return np.array(rows)


def repeated(values, n):
    return [values[k % len(values)] for k in range(n)]


def grid(n):
    return [k / (n + 1) for k in range(1, n + 1)]


def bent(n):
    return [t * (t - 1) for t in grid(n)]


def problem(number, residuals, start):
    return {"number": number, "dimension": len(start), "residuals": residuals, "start": start}


#: All of them, in the order of `moreGarbowHillstrom`.
PROBLEMS = [
    problem(1, rosenbrock, [-1.2, 1]),
    problem(2, freudenstein_roth, [0.5, -2]),
    problem(3, powell_badly_scaled, [0, 1]),
    problem(4, brown_badly_scaled, [1, 1]),
    problem(5, beale, [1, 1]),
    problem(6, jennrich_sampson, [0.3, 0.4]),
    problem(7, helical_valley, [-1, 0, 0]),
    problem(8, bard, [1, 1, 1]),
    problem(9, gaussian, [0.4, 1, 0]),
    problem(10, meyer, [0.02, 4000, 250]),
    problem(11, gulf, [5, 2.5, 0.15]),
    problem(12, box_three_dimensional, [0, 10, 20]),
    problem(13, powell_singular, [3, -1, 0, 1]),
    problem(14, wood, [-3, -1, -3, -1]),
    problem(15, kowalik_osborne, [0.25, 0.39, 0.415, 0.39]),
    problem(16, brown_dennis, [25, 5, -5, -1]),
    problem(17, osborne_1, [0.5, 1.5, -1, 0.01, 0.02]),
    problem(18, biggs_exp6, [1, 2, 1, 1, 1, 1]),
    problem(19, osborne_2, [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5]),
    problem(20, watson, [0] * 6),
    problem(20, watson, [0] * 9),
    problem(20, watson, [0] * 12),
    problem(21, extended_rosenbrock, repeated([-1.2, 1], 10)),
    problem(22, extended_powell_singular, repeated([3, -1, 0, 1], 12)),
    problem(23, penalty_1, [1, 2, 3, 4]),
    problem(23, penalty_1, list(range(1, 11))),
    problem(24, penalty_2, [0.5] * 4),
    problem(24, penalty_2, [0.5] * 10),
    problem(25, variably_dimensioned, [1 - j / 10 for j in range(1, 11)]),
    problem(26, trigonometric, [0.1] * 10),
    problem(27, brown_almost_linear, [0.5] * 10),
    problem(28, discrete_boundary_value, bent(10)),
    problem(29, discrete_integral_equation, bent(10)),
    problem(30, broyden_tridiagonal, [-1] * 10),
    problem(31, broyden_banded, [-1] * 10),
    problem(32, linear_full_rank, [1] * 5),
    problem(33, linear_rank_1, [1] * 5),
    problem(34, linear_rank_1_with_zeros, [1] * 5),
    problem(35, chebyquad, grid(8)),
    problem(35, chebyquad, grid(9)),
    problem(35, chebyquad, grid(10)),
]


def scaled_start(problem, factor):
    """`factor` times the start; a start of zeros becomes `factor` everywhere, as in Algorithm 566."""
    start = np.array(problem["start"], dtype=float)
    if factor == 1:
        return start
    return factor * start if start.any() else np.full_like(start, factor)
