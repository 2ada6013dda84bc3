"""Rows as somebody writes them who knows PyTorch well; derivatives are its own."""

import torch
from numpy_rows import parameters_of
from torch.nn import functional
from work import Work, training

torch.set_num_threads(1)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def normal_equations(inputs, settings):
    t, y = torch.from_numpy(inputs["t"]), torch.from_numpy(inputs["y"])
    a, b, c, w, d, e = settings["at"]
    lower = torch.tril_indices(6, 6)

    @torch.no_grad()
    def run():
        decay = torch.exp(-b * t)
        phase = w * t + d
        sine, cosine = torch.sin(phase), torch.cos(phase)
        residuals = a * decay + c * sine + e - y
        slope = c * cosine
        jacobian = torch.stack((decay, -a * t * decay, sine, t * slope, slope, torch.ones_like(t)))
        return residuals @ residuals, jacobian @ residuals, jacobian @ jacobian.T

    return Work(run, lambda done: [done[0].item(), *done[1].tolist(), *done[2][lower[0], lower[1]].tolist()])


def rosenbrock(inputs, settings):
    x = torch.from_numpy(inputs["x"]).requires_grad_()

    def run():
        head, tail = x[:-1], x[1:]
        value = (100 * (tail - head**2) ** 2 + (1 - head) ** 2).sum()
        return torch.autograd.grad(value, x)[0]

    return Work(run, numbers)


def hessian(inputs, settings):
    x = torch.from_numpy(inputs["x"])

    def f(x):
        return torch.sin(x[:-1] * x[1:]).sum() + torch.log1p((x * x).sum())

    if hasattr(torch, "func"):  # From 2.0 on, and the faster of the two.
        compute = torch.func.hessian(f)
        return Work(lambda: compute(x), numbers)
    return Work(lambda: torch.autograd.functional.hessian(f, x), numbers)


def without_gradients(compute):
    """Rows in which nothing is differentiated."""

    def make(inputs, settings):
        tensors = [torch.from_numpy(inputs[name]) for name in ("x", "y") if name in inputs]
        return Work(torch.inference_mode()(lambda: compute(*tensors)), numbers)

    return make


def chain(x):
    square = x * x
    return torch.exp(-square) * torch.sin(3 * x) + x / (1 + square)


def call_numbers(inputs, settings):
    x, y = (torch.tensor(settings[name], dtype=torch.float64) for name in ("x", "y"))

    @torch.inference_mode()
    def run():
        return (x * y + torch.sin(x)).item()

    return Work(run, lambda value: [value])


def trained(inputs, make_optimizer, loss_of):
    """A training run whose optimiser begins anew with every turn."""
    first = [torch.from_numpy(each) for each in parameters_of(inputs)]
    parameters = [each.clone().requires_grad_() for each in first]
    optimizer = None

    def start():
        nonlocal optimizer
        with torch.no_grad():
            for parameter, value in zip(parameters, first):
                parameter.copy_(value)
        optimizer = make_optimizer(parameters)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(*parameters)
        loss.backward()
        optimizer.step()
        return loss.item()

    return training(start, step)


def train_small(inputs, settings):
    x, y = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["y"])

    def loss(w1, b1, w2, b2, w3, b3):
        one = torch.tanh(torch.addmm(b1, x, w1))
        two = torch.tanh(torch.addmm(b2, one, w2))
        return functional.mse_loss(torch.addmm(b3, two, w3), y)

    return trained(inputs, lambda parameters: torch.optim.SGD(parameters, lr=settings["rate"]), loss)


def train_digits(inputs, settings):
    x, labels = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["labels"]).long()

    def loss(w1, b1, w2, b2):
        hidden = torch.relu(torch.addmm(b1, x, w1))
        return functional.cross_entropy(torch.addmm(b2, hidden, w2), labels)

    def adam(parameters):
        betas = (settings["beta1"], settings["beta2"])
        return torch.optim.Adam(parameters, lr=settings["rate"], betas=betas, eps=settings["epsilon"])

    return trained(inputs, adam, loss)


def train_conv(inputs, settings):
    x, labels = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["labels"]).long()

    def loss(k1, b1, k2, b2, w, b):
        one = functional.max_pool2d(torch.relu(functional.conv2d(x, k1, b1, padding=1)), 2)
        two = functional.max_pool2d(torch.relu(functional.conv2d(one, k2, b2, padding=1)), 2)
        return functional.cross_entropy(torch.addmm(b, two.flatten(1), w), labels)

    return trained(inputs, lambda parameters: torch.optim.SGD(parameters, lr=settings["rate"]), loss)


ROWS = {
    "normal-equations": normal_equations,
    "rosenbrock": rosenbrock,
    "hessian": hessian,
    "matmul": without_gradients(lambda x, y: x @ y),
    "elementwise": without_gradients(chain),
    "sum-of-squares": without_gradients(lambda x: torch.dot(x.reshape(-1), x.reshape(-1))),
    "mean-of-columns": without_gradients(lambda x: x.mean(0)),
    "mean-of-rows": without_gradients(lambda x: x.mean(1)),
    "call-numbers": call_numbers,
    "call-vectors": without_gradients(lambda x, y: x * y + torch.sin(x)),
    "train-small": train_small,
    "train-digits": train_digits,
    "train-conv": train_conv,
}
