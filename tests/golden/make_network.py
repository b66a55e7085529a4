"""Writes the expected values of tests/network.rs.

Activations, a small network with every loss, and steps of the optimisers are computed with mpmath
from the defining formulas, at 100 digits, from the exact values of the doubles that the tests pass
in, and written with 25 digits. Gradients are differences of the loss itself (step 1e-40), so nothing
here is backpropagated. The second origin is PyTorch in double precision: its activations and their
autograd, the gradient of a network of three layers, and 20 steps of training.

    pip install mpmath==1.4.1 torch==2.15.0
    python tests/golden/make_network.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

import torch
from mpmath import cosh, erfc, exp, expm1, inf, log, mp, mpf, nstr, pi, quad, sqrt, tanh

mp.dps = 100
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
ORIGIN = (
    f"mpmath, 100 digits, and PyTorch {torch.__version__.split('+')[0]} in double precision "
    "(the kinds that begin with torch), by tests/golden/make_network.py"
)
ALPHA, SCALE = mpf("1.6732632423543772848170429916717"), mpf("1.0507009873554804934193349852946")


def text(value):
    """An input (a double) exactly, or a result with 25 digits; a word as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, (float, int)):
        return repr(value)
    return nstr(value, 25)


def write(name, cases):
    for case in cases:
        for key, value in case.items():
            if isinstance(value, list):
                case[key] = [text(v) for v in value]
            elif not isinstance(value, str):
                case[key] = text(value)
    lines = ",\n".join(json.dumps(case) for case in cases)
    path = Path(__file__).parent / name
    path.write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')


# --- activations: value and slope at x, as the formulas are written


def sigmoid(x):
    return 1 / (1 + exp(-x))


def leaky(a):
    return lambda x: x if x > 0 else a * x, lambda x: mpf(1) if x > 0 else a


def elu(alpha, scale):
    # expm1 where exp(x) - 1 would need more digits than there are: x may be 1e-320.
    return (lambda x: scale * x if x > 0 else scale * alpha * expm1(x),
            lambda x: scale if x > 0 else scale * alpha * exp(x))


def fast_sigmoid2(x):
    """The lecture's code, its constants being doubles."""
    half = mpf(abs(x)) / 2
    if half < mpf(1.7):
        z, slope = mpf(1.5) * half / (1 + half), mpf(1.5) / (1 + half) ** 2 / 4
    elif half < mpf(2.9):
        z, slope = mpf(0.9444) + mpf(0.0459) * (half - mpf(1.7)), mpf(0.0459) / 4
    else:
        z, slope = mpf(0.9997), mpf(0)
    return ((-z if x < 0 else z) + 1) / 2, slope


def activation(name, a, b):
    """A pair of functions. The parameters are doubles."""
    a, b = mpf(a), mpf(b)
    return {
        "linear": (lambda x: x, lambda x: mpf(1)),
        "step": (lambda x: mpf(1 if x >= 0 else 0), lambda x: mpf(0)),
        "sigmoid": (sigmoid, lambda x: exp(-abs(x)) / (1 + exp(-abs(x))) ** 2),
        "approximate_sigmoid": (lambda x: fast_sigmoid2(x)[0], lambda x: fast_sigmoid2(x)[1]),
        "tanh": (tanh, lambda x: 1 / cosh(x) ** 2),
        "relu": leaky(mpf(0)),
        "relu6": (lambda x: min(max(x, mpf(0)), mpf(6)), lambda x: mpf(1 if 0 < x < 6 else 0)),
        "leaky_relu": leaky(a),
        "prelu": leaky(a),
        "rrelu": leaky((a + b) / 2),
        "elu": elu(a, mpf(1)),
        "selu": elu(ALPHA, SCALE),
    }[name]


ACTIVATIONS = [
    ("linear", 0.0, 0.0), ("step", 0.0, 0.0), ("sigmoid", 0.0, 0.0), ("approximate_sigmoid", 0.0, 0.0),
    ("tanh", 0.0, 0.0), ("relu", 0.0, 0.0), ("relu6", 0.0, 0.0), ("leaky_relu", 0.1, 0.0),
    ("leaky_relu", 0.01, 0.0), ("leaky_relu", -2.0, 0.0), ("prelu", 0.25, 0.0),
    ("rrelu", 1 / 8, 1 / 3), ("elu", 1.0, 0.0), ("elu", 0.3, 0.0), ("selu", 0.0, 0.0),
]
FEW = [("tanh", 0.0, 0.0), ("prelu", 0.25, 0.0), ("selu", 0.0, 0.0)]
XS = [0.0, 1e-320, 1e-300, 1e-20, 1e-8, 1e-3, 0.1, 0.5, 0.539, 1.0, 1.7, 2.5, 2.9, 3.0, 3.3999, 3.4, 5.0, 5.7999,
      5.8, 6.0, 6.5, 18.0, 20.0, 36.0, 37.0, 100.0, 354.0, 372.0, 700.0, 709.0, 720.0, 744.0, 750.0, 1000.0, 1e4, 1e100, 1e308]


def flush(value):
    """mpmath's numbers have no smallest one; doubles below half of theirs are 0."""
    return mpf(0) if abs(value) < mpf(2) ** -1075 else value


def activations():
    cases = []
    for name, a, b in ACTIVATIONS:
        value, slope = activation(name, a, b)
        xs = sorted({-x + 0.0 for x in XS} | set(XS))
        with mp.workdps(1000):
            cases.append({
                "of": "activation", "unit": [name, a, b], "x": xs,
                "values": [flush(value(mpf(x))) for x in xs],
                "slopes": [flush(slope(mpf(x))) for x in xs],
            })
    return cases


def selu_moments():
    """Mean and variance of SELU of a standard normal input, the constants rounded to k decimals."""
    cases = []
    density = lambda x: exp(-x * x / 2) / sqrt(2 * pi)
    with mp.workdps(40):
        # Klambauer et al., equation 14: the constants themselves.
        root = erfc(1 / sqrt(mpf(2))) * exp(mpf(1) / 2) - 1
        alpha = -sqrt(2 / pi) / root
        scale = (1 - erfc(1 / sqrt(mpf(2))) * sqrt(exp(1))) * sqrt(2 * pi) * (
            2 * erfc(sqrt(mpf(2))) * exp(2) + pi * erfc(1 / sqrt(mpf(2))) ** 2 * exp(1)
            - 2 * (2 + pi) * erfc(1 / sqrt(mpf(2))) * sqrt(exp(1)) + pi + 2) ** mpf("-0.5")
        assert abs(alpha - ALPHA) < mpf(10) ** -30 and abs(scale - SCALE) < mpf(10) ** -30
        for decimals in list(range(7)) + [16]:
            value, _ = elu(mpf(nstr(ALPHA, decimals + 1)), mpf(nstr(SCALE, decimals + 1)))
            mean = quad(lambda x: value(x) * density(x), [-inf, -1, 0, 1, inf])
            square = quad(lambda x: value(x) ** 2 * density(x), [-inf, -1, 0, 1, inf])
            cases.append({"of": "selu_moments", "decimals": decimals, "mean": +mean, "variance": square - mean**2})
    return cases


# --- losses of one prediction, as in the other families


def smooth_l1(r, beta):
    return r * r / (2 * beta) if abs(r) < beta else abs(r) - beta / 2


REGRESSION = {
    "squared": lambda r: r * r,
    "absolute": abs,
    "huber": lambda r: r * r / 2 if abs(r) <= 1 else abs(r) - mpf(1) / 2,
    "smooth_l1": lambda r: smooth_l1(r, mpf(0.5)),
    "log_cosh": lambda r: log(cosh(r)),
    "quantile": lambda r: mpf(0.75) * r if r > 0 else mpf(-0.25) * r,
}


def p_label(label, z):
    return exp(z[label]) / sum(exp(v) for v in z)


CLASSES = {
    "cross_entropy": lambda label, z: -log(p_label(label, z)),
    "softmax_focal": lambda label, z: -(1 - p_label(label, z)) ** 2 * log(p_label(label, z)),
    "multi_hinge": lambda label, z: max(mpf(0), 1 + max(v for k, v in enumerate(z) if k != label) - z[label]),
}
BINARY = {
    "binary_cross_entropy": lambda y, z: -log(sigmoid(z)) if y else -log(1 - sigmoid(z)),
    "binary_focal": lambda y, z: -(1 - sigmoid(z)) ** 2 * log(sigmoid(z)) if y else -sigmoid(z) ** 2 * log(1 - sigmoid(z)),
    "hinge": lambda y, z: max(mpf(0), 1 - z if y else 1 + z),
}


# --- a network 2-3-outputs; parameters: weights row by row, bias, PReLU's a, layer by layer


def network(parameters, name, a, b, outputs, sample):
    parameters = iter(parameters)
    w1 = [[next(parameters) for _ in range(2)] for _ in range(3)]
    b1 = [next(parameters) for _ in range(3)]
    value, _ = leaky(next(parameters)) if name == "prelu" else activation(name, a, b)
    w2 = [[next(parameters) for _ in range(3)] for _ in range(outputs)]
    b2 = [next(parameters) for _ in range(outputs)]
    hidden = [value(sum(w * x for w, x in zip(row, sample)) + c) for row, c in zip(w1, b1)]
    return [sum(w * h for w, h in zip(row, hidden)) + c for row, c in zip(w2, b2)]


X = [[0.5, -1.25], [-0.75, 0.3], [2.0, 1.5], [-1.1, -0.6]]
NUMBERS = [[0.3, -0.2], [1.5, 0.7], [-2.2, 0.1], [0.9, -1.4]]
LABELS = [0, 1, 1, 0]


def mean_loss(kind, loss, parameters, name, a, b):
    outputs = 1 if kind == "binary" else 2
    total = mpf(0)
    for sample, numbers, label in zip(X, NUMBERS, LABELS):
        z = network(parameters, name, a, b, outputs, [mpf(v) for v in sample])
        if kind == "regression":
            total += sum(REGRESSION[loss](mpf(y) - v) for y, v in zip(numbers, z)) / 2
        elif kind == "classes":
            total += CLASSES[loss](label, z)
        else:
            total += BINARY[loss](label, z[0])
    return total / len(X)


def networks():
    cases, step = [], mpf(10) ** -40
    random.seed(5)
    for kind, losses in [("regression", REGRESSION), ("classes", CLASSES), ("binary", BINARY)]:
        for loss in losses:
            # Every activation with one loss, every loss with three activations.
            for name, a, b in ACTIVATIONS if loss == "squared" else FEW:
                outputs = 1 if kind == "binary" else 2
                count = 9 + (name == "prelu") + 4 * outputs
                start = [random.gauss(0, 0.8) for _ in range(count)]
                if name == "prelu":
                    start[9] = a
                exact = [mpf(v) for v in start]
                gradient = []
                for place in range(count):
                    low, high = exact[:], exact[:]
                    low[place] -= step
                    high[place] += step
                    down, up = (mean_loss(kind, loss, p, name, a, b) for p in (low, high))
                    gradient.append((up - down) / (2 * step))
                z = [network(exact, name, a, b, outputs, [mpf(v) for v in sample]) for sample in X]
                cases.append({
                    "of": "network", "loss": [loss], "unit": [name, a, b],
                    "parameters": start, "x": [v for row in X for v in row],
                    "numbers": [v for row in NUMBERS for v in row], "labels": LABELS,
                    "outputs": [v for row in z for v in row],
                    "mean": mean_loss(kind, loss, exact, name, a, b),
                    "gradient": [flush(mpf(nstr(g, 30)) if abs(g) > mpf(10) ** -50 else mpf(0)) for g in gradient],
                })
    return cases


# --- optimisers: 20 steps along given gradients


def optimisers():
    random.seed(6)
    gradients = [[random.gauss(0, 1) * 10 ** random.uniform(-6, 3), random.gauss(0.1, 1), 1e-9, 0.0] for _ in range(20)]
    start = [0.5, -1.0, 2.0, 3.0]
    settings = [("sgd", 0.1, 0.0, 0.0, 0.0), ("sgd", 0.01, 0.9, 0.0, 0.0), ("sgd", 0.25, 0.5, 0.0, 0.0),
                ("adam", 0.001, 0.9, 0.999, 1e-8), ("adam", 0.1, 0.5, 0.9, 1e-3), ("adam", 0.1, 0.0, 0.0, 1e-8)]
    cases = []
    for name, *parameters in settings:
        rate, one, two, epsilon = (mpf(v) for v in parameters)
        p, m, v, path = [mpf(x) for x in start], [mpf(0)] * 4, [mpf(0)] * 4, []
        for t, gradient in enumerate(gradients, 1):
            g = [mpf(x) for x in gradient]
            if name == "sgd":
                m = [one * a + b for a, b in zip(m, g)]
                p = [x - rate * a for x, a in zip(p, m)]
            else:
                m = [one * a + (1 - one) * b for a, b in zip(m, g)]
                v = [two * a + (1 - two) * b * b for a, b in zip(v, g)]
                p = [x - rate * (a / (1 - one**t)) / (sqrt(b / (1 - two**t)) + epsilon) for x, a, b in zip(p, m, v)]
            path += p
        cases.append({"of": "optimiser", "name": [name], "rate": parameters[0], "one": parameters[1], "two": parameters[2],
                      "epsilon": parameters[3], "start": start, "gradients": sum(gradients, []), "path": path})
    return cases


# --- PyTorch


def torch_activation(name, a, b):
    f = torch.nn.functional
    return {
        "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": f.relu, "relu6": f.relu6,
        "leaky_relu": lambda x: f.leaky_relu(x, a), "prelu": lambda x: f.prelu(x, torch.tensor([a])),
        "rrelu": lambda x: f.rrelu(x, a, b, training=False), "elu": lambda x: f.elu(x, a), "selu": f.selu,
    }[name]


def torch_activations():
    cases = []
    for name, a, b in ACTIVATIONS:
        if name in ("linear", "step", "approximate_sigmoid"):
            continue
        # As far as PyTorch keeps its digits: tanh's slope by 1 - tanh^2, sigmoid's by p (1 - p).
        x = torch.cat([torch.linspace(-8.0, 4.0, 25), torch.tensor([6.0, 6.5])]).requires_grad_()
        if name in ("sigmoid", "tanh"):
            x = torch.linspace(-2.0, 2.0, 17).requires_grad_()
        y = torch_activation(name, a, b)(x)
        y.sum().backward()
        cases.append({"of": "torch_activation", "unit": [name, a, b], "x": x.tolist(),
                      "values": y.tolist(), "slopes": x.grad.tolist()})
    return cases


def torch_network(name, a, b, outputs):
    def units():
        if name == "prelu":
            return torch.nn.PReLU(init=a)
        module = torch.nn.Module()
        module.forward = torch_activation(name, a, b)
        return module
    return torch.nn.Sequential(torch.nn.Linear(3, 5), units(), torch.nn.Linear(5, 4), units(), torch.nn.Linear(4, outputs))


def flat(tensors):
    return [float(v) for tensor in tensors for v in tensor.detach().reshape(-1)]


def torch_networks():
    cases, f = [], torch.nn.functional
    torch.manual_seed(7)
    for name, a, b in ACTIVATIONS:
        if name in ("linear", "step", "approximate_sigmoid"):
            continue
        for loss in ("squared", "cross_entropy", "binary_cross_entropy"):
            outputs = 1 if loss == "binary_cross_entropy" else 2
            net, x = torch_network(name, a, b, outputs), torch.randn(6, 3)
            numbers, labels = torch.randn(6, 2), torch.randint(0, 2, (6,))
            def mean():
                z = net(x)
                if loss == "squared":
                    return f.mse_loss(z, numbers)
                if loss == "cross_entropy":
                    return f.cross_entropy(z, labels)
                return f.binary_cross_entropy_with_logits(z[:, 0], labels.to(z.dtype))
            start = flat(net.parameters())
            value = mean()
            value.backward()
            case = {"of": "torch_network", "unit": [name, a, b], "loss": [loss], "parameters": start, "x": flat([x]),
                    "numbers": flat([numbers]), "labels": labels.tolist(), "mean": value.item(),
                    "gradient": flat(p.grad for p in net.parameters())}
            optimisers = [("sgd", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
                          ("adam", lambda p: torch.optim.Adam(p, lr=0.01))]
            # In training RReLU draws, and nobody draws alike.
            for kind, make in [] if name == "rrelu" else optimisers:
                with torch.no_grad():
                    left = start[:]
                    for p in net.parameters():
                        p.copy_(torch.tensor(left[:p.numel()]).reshape(p.shape))
                        left = left[p.numel():]
                optimiser, history = make(net.parameters()), []
                for _ in range(20):
                    optimiser.zero_grad()
                    value = mean()
                    value.backward()
                    optimiser.step()
                    history.append(value.item())
                case[f"{kind}_history"], case[f"{kind}_parameters"] = history, flat(net.parameters())
            cases.append(case)
    return cases


if __name__ == "__main__":
    write("network.json", activations() + selu_moments() + networks() + optimisers() + torch_activations() + torch_networks())
