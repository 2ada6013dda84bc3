"""What SciPy brings ready-made."""

from scipy.optimize import minimize, rosen, rosen_der
from work import Work, flat


def minimize_rosenbrock(inputs, settings):
    start = inputs["x"]
    return Work(lambda: minimize(rosen, start, jac=rosen_der, method="L-BFGS-B").x, flat)


ROWS = {
    "rosenbrock": lambda inputs, settings: Work(lambda: rosen_der(inputs["x"]), flat),
    "minimize-rosenbrock": minimize_rosenbrock,
}
