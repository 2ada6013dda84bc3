"""
SciPy's SLSQP and trust-constr on problems that the caller evaluates. One line of JSON in for every run: the method, start,
bounds and numbers of constraints; {"at": x} out for every point, answered by a line with value, gradient, constraints and
Jacobians, which are exact; at the end {"run": …} out.
"""

import json
import sys
import warnings

import numpy as np
import scipy
from scipy.optimize import Bounds, NonlinearConstraint, minimize

# Tight enough for either to come as near to the solutions as the tables ask for, with room to get there.
OPTIONS = {
    "SLSQP": {"ftol": 1e-10, "maxiter": 1000},
    "trust-constr": {"gtol": 1e-8, "xtol": 1e-12, "barrier_tol": 1e-8, "maxiter": 3000},
}


class Asked:
    """The functions at the last point, asked for once."""

    def __init__(self):
        self.key, self.answer, self.points = None, None, 0

    def at(self, x):
        key = np.asarray(x, dtype=float).tobytes()
        if key != self.key:
            print(json.dumps({"at": [float(xi) for xi in x]}), flush=True)
            answer = json.loads(sys.stdin.readline())
            self.key, self.points = key, self.points + 1
            self.answer = {name: np.array(value, dtype=float) for name, value in answer.items()}
        return self.answer

    def entry(self, name):
        return lambda x: self.at(x)[name]


def run(task):
    asked = Asked()
    name, start = task["method"], np.array(task["start"], dtype=float)
    n = len(start)
    lower = np.array([-np.inf if v is None else v for v in task["lower"]])
    upper = np.array([np.inf if v is None else v for v in task["upper"]])
    constraints = []
    for kind, rows in (("equalities", "equalityJacobian"), ("inequalities", "inequalityJacobian")):
        count = task[kind]
        if count == 0:
            continue
        fun = asked.entry(kind)
        jac = lambda x, rows=rows, count=count: asked.at(x)[rows].reshape(count, n)  # noqa: E731
        if name == "SLSQP":
            constraints.append({"type": "eq" if kind == "equalities" else "ineq", "fun": fun, "jac": jac})
        else:
            most = 0.0 if kind == "equalities" else np.inf
            constraints.append(NonlinearConstraint(fun, 0.0, most, jac=jac))
    try:
        found = minimize(
            lambda x: float(asked.at(x)["value"]),
            start,
            jac=asked.entry("gradient"),
            method=name,
            bounds=Bounds(lower, upper),
            constraints=constraints,
            options=OPTIONS[name],
        )
        # trust-constr calls 1 (gtol) and 2 (xtol) a success; with a violation left, they are none.
        claims = bool(found.success)
        if name == "trust-constr":
            claims = found.status in (1, 2) and bool(found.constr_violation <= 1e-6)
        x, message, iterations = [float(xi) for xi in found.x], str(found.message), int(found.nit)
    except Exception as error:  # noqa: BLE001, whatever a method dies of is its result
        x, claims, message, iterations = [], False, f"{type(error).__name__}: {error}", 0
    return {"x": x, "claims": claims, "message": message, "iterations": iterations, "points": asked.points}


def main():
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"run": run(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
