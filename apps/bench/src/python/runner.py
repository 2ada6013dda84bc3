"""The Python side of the bench: does the same work with NumPy, SciPy and PyTorch, on one thread, when it is asked to.

Requests are lines of JSON on standard input, a request's arrays following it as they lie in memory; every request is
answered by a line of JSON on standard output. See ../libraries/python.ts for the other side.
"""

import json
import os
import platform
import signal
import sys
import time

# Before the libraries are loaded, which read them then.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[variable] = "1"


def load():
    """The modules with rows, by the label of what they need, and why one is missing."""
    import importlib

    modules, versions, missing = [], {"Python": platform.python_version()}, {}
    for label, library, rows in (
        ("NumPy", "numpy", "numpy_rows"),
        ("SciPy", "scipy", "scipy_rows"),
        ("PyTorch", "torch", "torch_rows"),
    ):
        try:
            loaded = importlib.import_module(library)
            versions[label] = loaded.__version__ + (blas(loaded) if label == "NumPy" else "")
            modules.append((label, importlib.import_module(rows)))
        except ImportError as error:
            versions.pop(label, None)
            missing[label] = f"not on this machine ({error})"
    return modules, versions, missing


def blas(numpy):
    """The library behind its matrix products."""
    try:
        about = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f" with {about['name']} {about['version']}"
    except (KeyError, TypeError):
        return ""  # Before NumPy 1.25 it does not say.


def read_inputs(described):
    import numpy

    types = {"f32": numpy.float32, "f64": numpy.float64, "i32": numpy.int32}
    inputs = {}
    for name, dtype, shape in described:
        array = numpy.empty(shape, types[dtype])
        view = memoryview(array.reshape(-1)).cast("B")
        done = 0
        while done < len(view):
            got = sys.stdin.buffer.readinto(view[done:])
            if not got:
                raise EOFError("the input ended early")
            done += got
        inputs[name] = array
    return inputs


class Session:
    def __init__(self):
        self.modules, self.versions, self.missing = load()
        self.contenders = []

    def make(self, work, settings, inputs):
        """The contenders for some work."""
        arrays = read_inputs(inputs) if self.modules else {}
        self.contenders, notes = [], {}
        for label, module in self.modules:
            if work in module.ROWS:
                self.contenders.append((label, module.ROWS[work](arrays, settings)))
            elif work in getattr(module, "NOTES", {}):
                notes[label] = module.NOTES[work]
        return {"contenders": [label for label, _ in self.contenders], "notes": notes}

    def result(self, contender):
        _, work = self.contenders[contender]
        work.start()
        return {"numbers": [value for _ in range(work.compared) for value in sample(work.numbers(work.run()))]}

    def turn(self, contender, repeats):
        _, work = self.contenders[contender]
        work.start()
        run = work.run
        begin = time.perf_counter()
        for _ in range(repeats):
            run()
        return {"milliseconds": (time.perf_counter() - begin) * 1e3}

    def about(self):
        return {"versions": self.versions, "missing": self.missing}


def sample(values):
    """About a thousand elements, evenly spaced, as the other side takes them."""
    step = max(1, -(-len(values) // 1000))
    return [float(value) for value in values[::step]]


def main():
    # The other side decides when it is over: it closes the input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    sys.dont_write_bytecode = True
    answers = sys.stdout
    sys.stdout = sys.stderr  # What libraries print is no answer.
    session = Session()
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        action = getattr(session, request.pop("do"))
        try:
            answer = action(**request)
        except Exception as error:  # Told to the other side, whatever it is.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
