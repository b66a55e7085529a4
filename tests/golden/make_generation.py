"""Writes the expected values of tests/generation.rs.

They are computed with mpmath from the defining formulas, at 1000 digits, from the exact values of the
doubles that the tests pass in, and written with 25 digits; nothing is rearranged for stability, and
nothing comes from the crate. Gradients of style losses are central differences at steps of 1e-120.

Second origins: SciPy integrates the divergence of two normal distributions numerically
("integrals") and correlates images with filters ("correlations"); JAX, in double precision,
differentiates the negative ELBO ("jax_elbo") and the perceptual loss through a bank of filters
("jax_perceptual") by itself, from forward formulas alone.

    pip install mpmath==1.4.1 numpy==2.4.6 scipy==1.17.1 jax==0.10.2
    python tests/golden/make_generation.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import scipy
from mpmath import exp, log, mp, mpf, nstr, pi
from scipy.integrate import quad
from scipy.signal import correlate2d
from scipy.stats import norm

mp.dps = 1000
jax.config.update("jax_enable_x64", True)
random.seed(23)
HERE = Path(__file__).parent
ORIGIN = (
    f"mpmath, 1000 digits; SciPy {scipy.__version__} (integrals, correlations); "
    f"JAX {jax.__version__} (jax_elbo, jax_perceptual); by tests/golden/make_generation.py"
)
cases = []


def text(value):
    """An input (a double) exactly, or a result with 25 digits."""
    if isinstance(value, (float, int)):
        return repr(float(value)) if isinstance(value, float) else repr(value)
    return nstr(value, 25)


def flat(rows):
    return [x for row in rows for x in row]


def exact(rows):
    return [[mpf(x) for x in row] for row in rows]


def normal(n, d, scale=1.0):
    return [[random.gauss(0.0, scale) for _ in range(d)] for _ in range(n)]


# --- divergences of Gaussians


def one(m, s, mu, t):
    """One dimension's divergence, and its derivatives with respect to m, s, mu, t."""
    off, ratio = m - mu, exp(s - t)
    value = (t - s + ratio - 1 + off**2 / exp(t)) / 2
    return value, off / exp(t), (ratio - 1) / 2, -off / exp(t), (1 - ratio - off**2 / exp(t)) / 2


def divergence(name, m, s, mu=None, t=None):
    n, d = len(m), len(m[0])
    zero = [[mpf(0)] * d for _ in range(n)]
    numbers = [exact(m), exact(s), exact(mu) if mu else zero, exact(t) if t else zero]
    cells = [[one(*(x[i][j] for x in numbers)) for j in range(d)] for i in range(n)]
    each = [sum(cell[0] for cell in row) for row in cells]
    case = {"of": name, "d": d, "p_mean": flat(m), "p_log_variance": flat(s)}
    if mu:
        case |= {"q_mean": flat(mu), "q_log_variance": flat(t)}
    case |= {"each": each, "mean": sum(each) / n, "sum": sum(each)}
    for k, key in enumerate(["to_p_mean", "to_p_log_variance", "to_q_mean", "to_q_log_variance"]):
        if mu or k < 2:
            case[key] = [cell[k + 1] / n for row in cells for cell in row]
    cases.append(case)


# Near 0, around the end of the series, and far out.
SPREADS = [0.0, 1e-300, 1e-160, -1e-160, 1e-9, -1e-9, 1e-17, 1e-5, -1e-3, 0.1, -0.25, 0.49999, 0.5,
           -0.49999, -0.5, 0.7, 1.0, -1.0, 3.0, -5.0, 40.0, -40.0, 699.9, 700.0, -745.0, 711.0,
           -1e5, -1e300]
divergence("standard_kl", normal(4, 3), normal(4, 3))
divergence("standard_kl", [[3.0, 4.0]], [[0.0, 0.0]])
for s in SPREADS:
    divergence("standard_kl", [[0.0]], [[s]])
for m in [1e-300, 1e-160, 1e-8, 1e5, 1e150, 1.8e154, 1e200]:
    divergence("standard_kl", [[m], [0.5]], [[1e-9], [-1e-7]])

divergence("gaussian_kl", normal(4, 3), normal(4, 3), normal(4, 3), normal(4, 3))
for s in SPREADS[:-2]:
    for base in (0.0, 0.3, -2.0):
        divergence("gaussian_kl", [[0.25]], [[base + s]], [[0.25]], [[base]])
near = [1.0 + 2.0**-50, 1.0]
for m, s, mu, t in [
    (1.0, 0.0, 4.0, 0.0), (near[0], 2.0, near[1], 2.0), (1.0, near[0], 1.0, near[1]),
    # a variance that overflows or vanishes
    (1e300, 1400.0, 0.0, 1400.0), (1e200, 5.0, 1e200, -3000.0),
    (1.0, 600.3, 2.0, -0.123456), (0.0, -3000.0, 1e3, 3000.0),
]:
    divergence("gaussian_kl", [[m]], [[s]], [[mu]], [[t]])

PAIRS = [
    (1.0, 2.0, 5.0, 2.0), (0.0, 4.0, 0.0, 1.0), (0.0, 1.0, 0.0, 4.0), (-1.0, 0.5, 2.0, 3.0), (0.0, 1.0, 0.0, 1.0),
    (3.0, 1.0, 3.0, 1.0 + 2.0**-52), (3.0, 1e-9, 3.0, 1.0000001e-9), (0.0, 1.28, 0.0, 1.0), (0.0, 1.29, 0.0, 1.0),
    (0.0, 0.77, 0.0, 1.0), (0.0, 2.0, 0.0, 1.0), (0.0, 0.49, 0.0, 1.0), (1e-170, 1e-170, -1e-170, 1e-170),
    (0.0, 1e-300, 0.0, 1e300), (0.0, 5e-324, 0.0, 1.0),
    (1e300, 1e299, -1e300, 1e150), (0.0, 1e300, 0.0, 1e-300), (2.0, 1e-320, 2.0, 3e-320),
]
for m, deviation, mu, other in PAIRS:
    a, b = mpf(deviation), mpf(other)
    nats = log(b / a) + (a**2 + (mpf(m) - mpf(mu)) ** 2) / (2 * b**2) - mpf(1) / 2
    cases.append({"of": "normals", "numbers": [m, deviation, mu, other], "nats": nats})

for m, deviation, mu, other in PAIRS[:4]:
    p, q = norm(m, deviation), norm(mu, other)
    nats, error = quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), m - 12 * deviation, m + 12 * deviation,
                       epsabs=1e-13, epsrel=1e-13)
    assert error < 1e-11
    cases.append({"of": "integrals", "numbers": [m, deviation, mu, other], "nats": nats})

# --- the negative ELBO


def bernoulli(x, a, _variance):
    p = 1 / (1 + exp(-a))
    other = 1 / (1 + exp(a))
    return -x * log(p) - (1 - x) * log(other), p - x


def gaussian(x, a, variance):
    return (x - a) ** 2 / (2 * variance) + log(2 * pi * variance) / 2, (a - x) / variance


def elbo(pixel, variance, beta, x, a, m, s):
    n = len(x)
    pixels = [[pixel(mpf(u), mpf(v), mpf(variance)) for u, v in zip(*rows)] for rows in zip(x, a)]
    latent = [[one(mpf(u), mpf(v), mpf(0), mpf(0)) for u, v in zip(*rows)] for rows in zip(m, s)]
    reconstruction = [sum(cell[0] for cell in row) for row in pixels]
    kl = [sum(cell[0] for cell in row) for row in latent]
    each = [r + mpf(beta) * k for r, k in zip(reconstruction, kl)]
    cases.append({
        "of": f"elbo_{pixel.__name__}", "variance": variance, "beta": beta, "pixels": len(x[0]), "d": len(m[0]),
        "target": flat(x), "prediction": flat(a), "p_mean": flat(m), "p_log_variance": flat(s),
        "each": each, "mean": sum(each) / n, "sum": sum(each),
        "reconstruction": sum(reconstruction) / n, "kl": sum(kl) / n,
        "to_prediction": [cell[1] / n for row in pixels for cell in row],
        "to_p_mean": [mpf(beta) * cell[1] / n for row in latent for cell in row],
        "to_p_log_variance": [mpf(beta) * cell[2] / n for row in latent for cell in row],
    })


def pixels(n, d):
    return [[random.random() for _ in range(d)] for _ in range(n)]


def bits(n, d):
    return [[float(random.random() < 0.5) for _ in range(d)] for _ in range(n)]


for beta in (1.0, 0.0, 4.0, 1e-3):
    elbo(bernoulli, 1.0, beta, bits(3, 6), normal(3, 6, 3.0), normal(3, 2), normal(3, 2))
    elbo(bernoulli, 1.0, beta, pixels(3, 6), normal(3, 6, 3.0), normal(3, 2), normal(3, 2))
    for variance in (1.0, 0.3, 25.0):
        elbo(gaussian, variance, beta, pixels(3, 6), normal(3, 6, 3.0), normal(3, 2), normal(3, 2))
elbo(bernoulli, 1.0, 1.0, [[1.0, 0.0, 1.0, 0.0]], [[800.0, 800.0, -800.0, -700.0]], [[0.0]], [[1e-9]])
elbo(bernoulli, 1.0, 1.0, [[1.0, 0.0]], [[40.0, -40.0]], [[0.0]], [[0.0]])
elbo(bernoulli, 1.0, 1.0, [[0.25, 1e-300, 1.0 - 2.0**-53]], [[1e300, 5.0, -3.0]], [[0.0]], [[0.0]])
# Variances whose constant is what counts, and residuals that only the deviation makes large.
elbo(gaussian, 1e-300, 1.0, [[1e-160, 1e-150]], [[0.0, 3e-150]], [[0.0]], [[0.0]])
elbo(gaussian, 1e300, 1.0, [[1e160]], [[-1e160]], [[0.0]], [[0.0]])
elbo(gaussian, 1.0, 1.0, [[0.5, 0.25]], [[0.5, 0.25]], [[0.0]], [[0.0]])

for likelihood in ("bernoulli", "gaussian"):
    x, a, m, s = (np.array(v) for v in (pixels(4, 5), normal(4, 5, 2.0), normal(4, 3), normal(4, 3)))
    variance, beta = 0.7, 1.5

    def negative_elbo(a, m, s):
        if likelihood == "bernoulli":
            fit = -x * jax.nn.log_sigmoid(a) - (1 - x) * jax.nn.log_sigmoid(-a)
        else:
            fit = -jax.scipy.stats.norm.logpdf(x, a, jnp.sqrt(variance))
        kl = 0.5 * (jnp.exp(s) - s - 1 + m**2)
        return jnp.mean(fit.sum(1) + beta * kl.sum(1))

    value, gradients = jax.value_and_grad(negative_elbo, argnums=(0, 1, 2))(a, m, s)
    cases.append({
        "of": "jax_elbo", "bernoulli": int(likelihood == "bernoulli"), "variance": variance, "beta": beta,
        "pixels": 5, "d": 3, "target": flat(x), "prediction": flat(a), "p_mean": flat(m), "p_log_variance": flat(s),
        "mean": float(value), "to_prediction": flat(gradients[0]), "to_p_mean": flat(gradients[1]),
        "to_p_log_variance": flat(gradients[2]),
    })

# --- feature maps


def gram(f):
    size = len(f) * len(f[0])
    return [[sum(a * b for a, b in zip(left, right)) / size for right in f] for left in f]


def style(f, g):
    return sum((a - b) ** 2 for a, b in zip(flat(gram(f)), flat(gram(g))))


def content(f, g):
    return sum((a - b) ** 2 for a, b in zip(flat(f), flat(g))) / (len(f) * len(f[0]))


def gradient(function, f, g):
    result = []
    h = (max(abs(x) for x in flat(g)) or 1) * mpf(10) ** -120
    for i in range(len(g)):
        for k in range(len(g[0])):
            ends = []
            for sign in (1, -1):
                moved = [list(row) for row in g]
                moved[i][k] += sign * h
                ends.append(function(f, moved))
            result.append((ends[0] - ends[1]) / (2 * h))
    return result


def maps(channels, positions, scale=1.0):
    """As a ReLU leaves them: nothing negative, some 0."""
    return [[max(0.0, x) for x in row] for row in normal(channels, positions, scale)]


for channels, size, other, scale in [
    (1, (1, 1), (1, 1), 1.0), (2, (1, 3), (2, 2), 1.0), (3, (4, 5), (4, 5), 1.0), (4, (3, 3), (5, 2), 1.0),
    (2, (2, 2), (2, 2), 1e-60), (2, (2, 2), (2, 2), 1e72), (2, (2, 2), (2, 3), 1e120), (2, (30, 40), (7, 7), 1.0),
]:
    f, g = maps(channels, size[0] * size[1], scale), maps(channels, other[0] * other[1], scale)
    x, y = exact(f), exact(g)
    case = {
        "of": "features", "channels": channels, "height": size[0], "width": size[1], "other_height": other[0],
        "other_width": other[1], "target": flat(f), "prediction": flat(g), "gram": flat(gram(x)), "style": style(x, y),
        "to_style": gradient(style, x, y),
    }
    if size == other:
        case |= {"content": content(x, y), "to_content": gradient(content, x, y)}
    cases.append(case)
cases[-1]["of"] = "large_features"

# --- filters

image = np.random.default_rng(23).random((9, 11))
for size in (1, 3, 5):
    filters = np.random.default_rng(size).normal(size=(3, size, size))
    answers = np.array([np.maximum(0.0, correlate2d(image, kernel, mode="valid")) for kernel in filters])
    cases.append({
        "of": "correlations", "channels": 3, "size": size, "height": 9, "width": 11, "image": flat(image),
        "filters": list(filters.ravel()), "features": list(answers.ravel()),
    })


def jax_features(image, filters, scales):
    result = []
    for scale in range(scales):
        if scale > 0:
            height, width = (image.shape[0] // 2, image.shape[1] // 2)
            image = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2).mean(axis=(1, 3))
        answers = jax.lax.conv_general_dilated(image[None, None], filters[:, None], (1, 1), "VALID")
        result.append(jax.nn.relu(answers[0]))
    return result


def jax_gram(f):
    f = f.reshape(f.shape[0], -1)
    return f @ f.T / f.size


draw = np.random.default_rng(24)
for scales, content_weight, style_weight in [(1, 1.0, 1.0), (2, 0.0, 100.0), (3, 2.0, 10.0)]:
    filters = draw.normal(size=(4, 3, 3))
    pictures = [draw.random((14, 17)), draw.random((19, 13)), draw.random((14, 17))]
    wanted = [jax_features(pictures[0], filters, scales), jax_features(pictures[1], filters, scales)]

    def perceptual(image):
        total = 0.0
        for f, c, s in zip(jax_features(image, filters, scales), *wanted):
            total += content_weight * jnp.mean((f - c) ** 2) / scales
            total += style_weight * jnp.sum((jax_gram(f) - jax_gram(s)) ** 2) / scales
        return total

    value, slope = jax.value_and_grad(perceptual)(jnp.array(pictures[2]))
    cases.append({
        "of": "jax_perceptual", "scales": scales, "content_weight": content_weight, "style_weight": style_weight,
        "filters": list(filters.ravel()), "content": flat(pictures[0]), "style": flat(pictures[1]),
        "prediction": flat(pictures[2]), "loss": float(value), "gradient": list(np.array(slope).ravel()),
    })

for case in cases:
    for key, value in case.items():
        if isinstance(value, list):
            case[key] = [text(float(v) if isinstance(v, (np.floating, jax.Array)) else v) for v in value]
        elif not isinstance(value, str):
            case[key] = text(value)
lines = ",\n".join(json.dumps(case) for case in cases)
(HERE / "generation.json").write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')
