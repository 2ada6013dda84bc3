"""Rows as somebody writes them who knows NumPy well; derivatives are worked out on paper."""

import numpy as np
from work import Work, flat, training


def normal_equations(inputs, settings):
    t, y = inputs["t"], inputs["y"]
    a, b, c, w, d, e = settings["at"]
    lower = np.tril_indices(6)

    def run():
        decay = np.exp(-b * t)
        phase = w * t + d
        sine, cosine = np.sin(phase), np.cos(phase)
        residuals = a * decay + c * sine + e - y
        slope = c * cosine
        jacobian = np.stack((decay, -a * t * decay, sine, t * slope, slope, np.ones_like(t)))
        return residuals @ residuals, jacobian @ residuals, jacobian @ jacobian.T

    return Work(run, lambda done: [done[0], *done[1], *done[2][lower]])


def rosenbrock(inputs, settings):
    x = inputs["x"]

    def run():
        head = x[:-1]
        miss = x[1:] - head * head
        gradient = np.zeros_like(x)
        gradient[:-1] = -400 * head * miss - 2 * (1 - head)
        gradient[1:] += 200 * miss
        return gradient

    return Work(run, flat)


def hessian(inputs, settings):
    x = inputs["x"]
    index = np.arange(len(x))

    def run():
        scale = 1 + x @ x
        result = np.outer(x, x) * (-4 / scale**2)
        head, tail = x[:-1], x[1:]
        product = head * tail
        sine = np.sin(product)
        diagonal = np.full_like(x, 2 / scale)
        diagonal[:-1] -= tail * tail * sine
        diagonal[1:] -= head * head * sine
        result[index, index] += diagonal
        mixed = np.cos(product) - product * sine
        result[index[:-1], index[1:]] += mixed
        result[index[1:], index[:-1]] += mixed
        return result

    return Work(run, flat)


def matmul(inputs, settings):
    x, y = inputs["x"], inputs["y"]
    return Work(lambda: x @ y, flat)


def elementwise(inputs, settings):
    x = inputs["x"]

    def run():
        square = x * x
        return np.exp(-square) * np.sin(3 * x) + x / (1 + square)

    return Work(run, flat)


def sum_of_squares(inputs, settings):
    x = flat(inputs["x"])
    return Work(lambda: x @ x, lambda total: [total])


def mean_of_columns(inputs, settings):
    x = inputs["x"]
    return Work(lambda: x.mean(axis=0), flat)


def mean_of_rows(inputs, settings):
    x = inputs["x"]
    return Work(lambda: x.mean(axis=1), flat)


def call_numbers(inputs, settings):
    x, y = np.float64(settings["x"]), np.float64(settings["y"])
    return Work(lambda: x * y + np.sin(x), lambda value: [value])


def call_vectors(inputs, settings):
    x, y = inputs["x"], inputs["y"]
    return Work(lambda: x * y + np.sin(x), flat)


def parameters_of(inputs):
    return [inputs[f"p{index}"] for index in range(sum(name.startswith("p") for name in inputs))]


def train_small(inputs, settings):
    x, y, first = inputs["x"], inputs["y"], parameters_of(inputs)
    rate = settings["rate"]
    parameters = [each.copy() for each in first]

    def start():
        for parameter, value in zip(parameters, first):
            parameter[...] = value

    def step():
        w1, b1, w2, b2, w3, b3 = parameters
        one = np.tanh(x @ w1 + b1)
        two = np.tanh(one @ w2 + b2)
        miss = two @ w3 + b3 - y
        d3 = miss * (2 / miss.size)
        d2 = (d3 @ w3.T) * (1 - two * two)
        d1 = (d2 @ w2.T) * (1 - one * one)
        gradients = (x.T @ d1, d1.sum(0), one.T @ d2, d2.sum(0), two.T @ d3, d3.sum(0))
        for parameter, gradient in zip(parameters, gradients):
            parameter -= rate * gradient
        return float((miss * miss).mean())

    return training(start, step)


def train_digits(inputs, settings):
    x, labels, first = inputs["x"], inputs["labels"], parameters_of(inputs)
    rate, beta1, beta2, epsilon = (settings[name] for name in ("rate", "beta1", "beta2", "epsilon"))
    rows = np.arange(len(labels))
    parameters = [each.copy() for each in first]
    means = [np.zeros_like(each) for each in first]
    squares = [np.zeros_like(each) for each in first]
    steps = 0

    def start():
        nonlocal steps
        steps = 0
        for parameter, mean, square, value in zip(parameters, means, squares, first):
            parameter[...] = value
            mean[...] = 0
            square[...] = 0

    def step():
        nonlocal steps
        w1, b1, w2, b2 = parameters
        hidden = np.maximum(x @ w1 + b1, 0)
        logits = hidden @ w2 + b2
        logits -= logits.max(1, keepdims=True)
        shares = np.exp(logits)
        totals = shares.sum(1, keepdims=True)
        loss = (np.log(totals[:, 0]) - logits[rows, labels]).mean()
        shares /= totals
        shares[rows, labels] -= 1
        shares /= len(labels)
        delta = (shares @ w2.T) * (hidden > 0)
        gradients = (x.T @ delta, delta.sum(0), hidden.T @ shares, shares.sum(0))
        steps += 1
        mean_factor, square_factor = 1 - beta1**steps, 1 - beta2**steps
        for parameter, mean, square, gradient in zip(parameters, means, squares, gradients):
            mean *= beta1
            mean += (1 - beta1) * gradient
            square *= beta2
            square += (1 - beta2) * (gradient * gradient)
            parameter -= (rate / mean_factor) * mean / (np.sqrt(square / square_factor) + epsilon)
        return float(loss)

    return training(start, step)


ROWS = {
    "normal-equations": normal_equations,
    "rosenbrock": rosenbrock,
    "hessian": hessian,
    "matmul": matmul,
    "elementwise": elementwise,
    "sum-of-squares": sum_of_squares,
    "mean-of-columns": mean_of_columns,
    "mean-of-rows": mean_of_rows,
    "call-numbers": call_numbers,
    "call-vectors": call_vectors,
    "train-small": train_small,
    "train-digits": train_digits,
}

NOTES = {
    "train-conv": "has no convolutions of images",
    "minimize-rosenbrock": "has no minimisers",
}
