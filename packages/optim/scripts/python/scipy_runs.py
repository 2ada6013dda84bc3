"""
SciPy's methods on the problems of Moré, Garbow and Hillstrom, with exact derivatives of an independent implementation: one
line of JSON for every run, in the form of `Run` in scripts/more-garbow-hillstrom/run.ts.
"""

import json
import sys
import warnings

import numpy as np
import scipy
from jets import Jets, variables
from more_garbow_hillstrom import PROBLEMS, Doubles, scaled_start
from scipy.optimize import least_squares, minimize

# Tight enough for everybody to come as near to a minimum as the tables ask for, with room to get there.
METHODS = {
    "BFGS": {"gtol": 1e-8, "maxiter": 10000},
    "L-BFGS-B": {"gtol": 1e-8, "ftol": 1e-15, "maxiter": 10000, "maxfun": 100000},
    "CG": {"gtol": 1e-8, "maxiter": 10000},
    "Newton-CG": {"xtol": 1e-10, "maxiter": 1000},
    "trust-exact": {"gtol": 1e-8, "maxiter": 1000},
    "Nelder-Mead": {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 20000, "maxfev": 20000},
    "Powell": {"xtol": 1e-9, "ftol": 1e-13, "maxiter": 5000, "maxfev": 20000},
}
NEEDS_GRADIENT = {"BFGS", "L-BFGS-B", "CG", "Newton-CG", "trust-exact"}
LEAST_SQUARES = {
    "least_squares lm": {"method": "lm", "x_scale": "jac"},
    "least_squares trf": {"method": "trf", "x_scale": "jac"},
}


class Counted:
    """f, its gradient and Hessian and the residuals with their Jacobian, counted, with the descent of f."""

    def __init__(self, problem, on_residuals):
        self.formula, self.n = problem["residuals"], problem["dimension"]
        self.on_residuals = on_residuals
        self.counts = {"values": 0, "gradients": 0, "hessians": 0, "products": 0}
        self.best, self.descent = np.inf, []
        self.kept = (None, None)

    def work(self):
        c = self.counts
        gradient = self.n if self.on_residuals else 1
        return c["values"] + gradient * c["gradients"] + self.n * c["hessians"] + c["products"]

    def plain(self, x):
        return np.real(self.formula(np.asarray(x, dtype=complex), Doubles))

    def residuals(self, x):
        self.counts["values"] += 1
        r = self.plain(x)
        value = float(r @ r)
        if value < self.best:
            self.best = value
            self.descent.append([self.work(), value])
        return r

    def value(self, x):
        r = self.residuals(x)
        return float(r @ r)

    def columns(self, x):
        """The Jacobian by the complex step (Squire & Trapp 1998), exact."""
        h = 1e-30
        point = np.asarray(x, dtype=complex)
        step = h * 1j * np.eye(self.n)
        return np.array([np.imag(self.formula(point + step[j], Doubles)) / h for j in range(self.n)]).T

    def jacobian(self, x):
        self.counts["gradients"] += 1
        return self.columns(x)

    def gradient(self, x):
        self.counts["gradients"] += 1
        return 2 * self.columns(x).T @ self.plain(x)

    def second(self, x):
        jets = self.formula(variables(x), Jets)
        total = np.zeros((self.n, self.n))
        for jet in jets:
            if hasattr(jet, "hessian"):
                total += 2 * (jet.value * jet.hessian + np.outer(jet.gradient, jet.gradient))
        return total

    def hessian(self, x):
        self.counts["hessians"] += 1
        return self.second(x)

    def product(self, x, v):
        self.counts["products"] += 1
        key = x.tobytes()
        if self.kept[0] != key:
            self.kept = (key, self.second(x))
        return self.kept[1] @ v


def run(name, problem, start):
    counted = Counted(problem, name in LEAST_SQUARES)
    try:
        if name in LEAST_SQUARES:
            options = LEAST_SQUARES[name]
            found = least_squares(
                counted.residuals,
                start,
                jac=counted.jacobian,
                xtol=1e-12,
                ftol=1e-14,
                gtol=1e-12,
                max_nfev=5000,
                **options,
            )
            value, claims = 2 * float(found.cost), found.status in (1, 2, 3, 4)
        else:
            derivatives = {"jac": counted.gradient} if name in NEEDS_GRADIENT else {}
            if name == "trust-exact":
                derivatives["hess"] = counted.hessian
            if name == "Newton-CG":
                derivatives["hessp"] = counted.product
            found = minimize(counted.value, start, method=name, options=METHODS[name], **derivatives)
            value, claims = float(found.fun), bool(found.success)
        x, message = found.x.tolist() if np.all(np.isfinite(found.x)) else [], str(found.message)
    except Exception as error:  # noqa: BLE001, whatever a method dies of is its result
        value, x, claims, message = float("nan"), [], False, f"{type(error).__name__}: {error}"
    return {
        "value": value if np.isfinite(value) else None,
        "x": x,
        "claims": claims,
        "message": message.split("\n")[0],
        "counts": counted.counts,
        "descent": counted.descent,
    }


def main():
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__}), flush=True)
    for factor in [int(word) for word in sys.argv[1:]] or [1, 10, 100]:
        for index, problem in enumerate(PROBLEMS):
            for name in [*METHODS, *LEAST_SQUARES]:
                line = {"method": name, "problem": index, "factor": factor}
                line["run"] = run(name, problem, scaled_start(problem, factor))
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
