"""What SciPy brings ready-made."""

from scipy.optimize import rosen_der
from work import Work, flat

ROWS = {"rosenbrock": lambda inputs, settings: Work(lambda: rosen_der(inputs["x"]), flat)}
