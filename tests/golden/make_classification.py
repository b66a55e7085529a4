"""Writes the expected values of tests/classification_losses.rs.

They are computed with mpmath from the defining formulas, from the exact values of the doubles that
the tests pass in, and written with 25 digits. Nothing here is rearranged for stability (which is why
it works with 800 digits and more: 1 + exp(-20000) has 8686), and nothing comes from the crate. Derivatives
are written out by the chain rule, softmax by its Jacobian, as the crate's are not.

A second origin, on ordinary inputs: the cases named scipy_ and sklearn_.

    pip install mpmath==1.4.1 numpy scipy scikit-learn
    python tests/golden/make_classification.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
import sklearn.metrics
from mpmath import exp, inf, log, mp, mpf, nstr, pi, sqrt

mp.dps = 800
HERE = Path(__file__).parent
ORIGIN = (
    "mpmath, 800 digits or more, by tests/golden/make_classification.py; "
    f"scipy_: SciPy {scipy.__version__}, sklearn_: scikit-learn {sklearn.__version__}"
)


def text(value):
    """An input (a double) exactly, or a result with 25 digits."""
    if isinstance(value, (float, int)):
        return repr(value)
    if abs(value) < mpf("1e-330"):
        return "0.0"  # half of the smallest double is 2.5e-324
    with mp.workdps(40):
        return nstr(+value, 25)


def exact(values):
    return [mpf(v) for v in values]


def enough_digits(logits):
    """So many that 1 keeps exp(-spread), and what is left of it, apart from 0."""
    mp.dps = 800 + int(0.44 * (max(logits) - min(logits)))


def softmax(logits):
    enough_digits(logits)
    exps = [exp(x) for x in exact(logits)]
    return [e / sum(exps) for e in exps]


def through_softmax(p, by_p):
    """Derivatives with respect to the logits from those with respect to the probabilities."""
    n = len(p)
    return [
        sum(by_p[k] * p[k] * ((k == j) - p[j]) for k in range(n)) for j in range(n)
    ]


def times(weight, value):
    return mpf(0) if weight == 0 else weight * value


def minus_log(p):
    return inf if p == 0 else -log(p)


LOGITS = [
    [0.0], [0.0, 0.0], [0.3, -0.2], [1.0, 2.0, 3.0], [-0.1, 0.2, 0.05, -1.3], [5.0, 5.0, 5.0],
    [1e-300, -1e-300], [1e-10, 0.0, -1e-10], [40.0, 0.0], [-36.7, 0.1, 0.1], [100.0, -100.0, 3.0],
    [700.3, 0.1], [0.1, 0.2, 744.9], [746.0, 0.0, 745.5], [1e4, -1e4], [1e4, 9999.5, -1e4, 1e4],
    [-1e4, -1e4, -9999.9], [1e4, 0.0, 0.0], [0.1] * 10, [0.1 * k for k in range(12)],
]
# Ten digits of slope are all that is left where a soft target is nearly met; these are not.
SOFT = {2: [0.25, 0.75], 3: [0.5, 0.125, 0.375], 4: [0.0, 0.25, 0.75, 0.0]}
WEIGHTS = {2: [0.5, 3.0], 3: [2.0, 0.25, 0.0], 4: [1.0, 10.0, 0.1, 2.0]}
PROBABILITIES = [
    [1.0], [0.5, 0.5], [0.4, 0.3, 0.3], [1.0, 0.0], [1.0, 1e-300], [1 - 2.0**-53, 2.0**-53],
    [1e-16, 1 - 2.0**-53], [0.0, 0.25, 0.75], [1e-5, 0.99999, 1e-10], [0.1, 0.2, 0.3, 0.4],
]
BINARY_LOGITS = [
    s * z
    for z in [0.0, 1e-300, 1e-16, 1e-8, 0.1, 0.5, 1.0, 2.5, 17.0, 36.8, 40.0, 100.3, 700.5, 744.7, 1e4]
    for s in (1.0, -1.0)
]
BINARY_PROBABILITIES = [
    0.0, 1e-300, 1e-100, 1e-17, 1e-16, 1e-5, 0.1, 0.5, 0.7, 0.99999, 1 - 1e-10, 1 - 2.0**-52,
    1 - 2.0**-53, 1.0,
]
SCORES = [
    [0.0], [0.0, 0.0], [2.0, 0.5], [1.0, 2.0, 2.0], [1e4, -1e4, 9999.5], [0.1, 1.1], [0.3, 1.3, 0.2],
    [1.1, 0.1 + 2.0**-54], [1e16, 1e16 - 2], [1e150, -1e150], [3.0, 2.0, 1.0], [0.1, -0.9, -0.9],
    [7.0, 6.0 + 2.0**-50, 5.0],
]


def one_hot(label, classes):
    return [float(k == label) for k in range(classes)]


def targets(classes):
    """Labels (some of many), and a soft row."""
    for label in sorted({0, 1 % classes, classes // 2, classes - 1}):
        yield [label], one_hot(label, classes)
    if classes in SOFT:
        yield [], SOFT[classes]


def softmaxes():
    for logits in LOGITS:
        p = softmax(logits)
        yield {
            "of": "softmax", "logits": logits, "softmax": p, "log_softmax": [log(q) for q in p],
            "log_sum_exp": log(sum(exp(x) for x in exact(logits))),
        }


def class_case(of, row, label, target, weights, parameter, loss, slope):
    return {
        "of": of, "prediction": row, "label": label, "target": target, "weights": weights or [],
        "parameter": parameter, "loss": loss, "slope": slope,
    }


def cross_entropies():
    for of, rows in (("cross_entropy_logits", LOGITS), ("cross_entropy", PROBABILITIES)):
        for row in rows:
            n = len(row)
            p = softmax(row) if of.endswith("logits") else exact(row)
            costs = [minus_log(q) for q in p]
            for label, target in targets(n):
                for weights, smoothing in ((None, 0.0), (WEIGHTS.get(n), 0.0), (WEIGHTS.get(n), 0.1)):
                    e = mpf(smoothing)
                    pull = [
                        w * ((1 - e) * t + e / n)
                        for t, w in zip(exact(target), exact(weights or [1.0] * n))
                    ]
                    loss = sum(times(a, cost) for a, cost in zip(pull, costs))
                    by_p = [mpf(0) if a == 0 else -inf if q == 0 else -a / q for a, q in zip(pull, p)]
                    slope = through_softmax(p, by_p) if of.endswith("logits") else by_p
                    yield class_case(of, row, label, target, weights, smoothing, loss, slope)


def power(base, exponent):
    return mpf(1) if exponent == 0 else base**exponent


def focal(p, gamma):
    """Loss and slope with respect to p of a sample whose true class has the probability p."""
    loss = -power(1 - p, gamma) * log(p)
    slope = -power(1 - p, gamma) / p
    if gamma != 0 and p != 1:
        slope += gamma * power(1 - p, gamma - 1) * log(p)
    return loss, slope


def focals():
    for row in LOGITS:
        n = len(row)
        p = softmax(row)
        for alpha, gamma in ((None, 0.0), (None, 2.0), (WEIGHTS.get(n), 0.5), (WEIGHTS.get(n), 5.0)):
            parts = [focal(q, mpf(gamma)) for q in p]
            for label, target in targets(n):
                pull = [t * a for t, a in zip(exact(target), exact(alpha or [1.0] * n))]
                loss = sum(times(a, part[0]) for a, part in zip(pull, parts))
                slope = through_softmax(p, [times(a, part[1]) for a, part in zip(pull, parts)])
                yield class_case("focal", row, label, target, alpha, gamma, loss, slope)


def multi_hinges():
    mp.dps = 800
    for row in SCORES:
        n = len(row)
        for label, target in targets(n):
            loss, slope = mpf(0), [mpf(0)] * n
            for k, t in enumerate(exact(target)):
                rivals = [mpf(s) for j, s in enumerate(row) if j != k]
                short = 1 + max(rivals) - mpf(row[k]) if rivals else mpf(0)
                if short > 0:
                    first = next(j for j, s in enumerate(row) if j != k and mpf(s) == max(rivals))
                    loss += t * short
                    slope[k] -= t
                    slope[first] += t
            yield class_case("multi_hinge", row, label, target, None, 0.0, loss, slope)


def binary_case(of, predictions, parameters, target, sides):
    """sides: of each prediction, loss and slope if positive, and if negative."""
    y = mpf(target)
    losses = [times(y, a[0]) + times(1 - y, b[0]) for a, b in sides]
    slopes = [times(y, a[1]) + times(1 - y, b[1]) for a, b in sides]
    return {
        "of": of, "predictions": predictions, "parameters": parameters, "target": target,
        "losses": losses, "slopes": slopes,
    }


def of_logits(side):
    """Loss and slope of a positive, and of a negative sample, at each of the logits."""
    sides = []
    for logit in BINARY_LOGITS:
        enough_digits([logit, -logit])
        sides.append(side(1 / (1 + exp(-mpf(logit)))))
    mp.dps = 800
    return sides


def of_probability(p, w):
    return (
        (w * minus_log(p), -inf if p == 0 else -w / p),
        (minus_log(1 - p), inf if p == 1 else 1 / (1 - p)),
    )


def through_sigmoid(p, positive, negative):
    inner = p * (1 - p)
    return (positive[0], positive[1] * inner), (negative[0], negative[1] * inner)


def binary_focal(p, gamma, a, b):
    (up, by_p), (down, by_q) = focal(p, gamma), focal(1 - p, gamma)
    return through_sigmoid(p, (a * up, a * by_p), (b * down, -b * by_q))


def binaries():
    cases = []
    for weight in (1.0, 3.0, 0.1):
        w = mpf(weight)
        sides = of_logits(lambda p: through_sigmoid(p, *of_probability(p, w)))
        cases.append(("bce_logits", BINARY_LOGITS, [weight], sides))
        sides = [of_probability(p, w) for p in exact(BINARY_PROBABILITIES)]
        cases.append(("bce", BINARY_PROBABILITIES, [weight], sides))
    for parameters in ([0.0], [2.0], [0.5, 0.25], [5.0, 0.9], [2.0, 0.0]):
        gamma = mpf(parameters[0])
        a, b = (mpf(parameters[1]), 1 - mpf(parameters[1])) if parameters[1:] else (mpf(1), mpf(1))
        sides = of_logits(lambda p: binary_focal(p, gamma, a, b))
        cases.append(("binary_focal", BINARY_LOGITS, parameters, sides))
    scores = BINARY_LOGITS + [1 - 2.0**-53, 1 + 2.0**-52, -1 - 2.0**-52, -1 + 2.0**-53, 1e150]
    sides = [
        ((max(mpf(0), 1 - s), mpf(-(s < 1))), (max(mpf(0), 1 + s), mpf(int(s > -1))))
        for s in exact(scores)
    ]
    cases.append(("hinge", scores, [], sides))
    for of, predictions, parameters, sides in cases:
        for target in (1.0, 0.0, 0.3, 1e-300):
            yield binary_case(of, predictions, parameters, target, sides)


CLASSES = [
    ([0.5, 0.5], [0.0, 4.0], [1.0, 1.0]),
    ([0.9, 0.1], [0.0, 3.0], [1.0, 2.0]),
    ([0.25, 0.75], [-1.0, 2.5], [0.5, 0.5]),
    ([0.2, 0.8], [1.0, 1.0], [3.0, 1.0]),
    ([0.01, 0.99], [0.0, 0.5], [1.0, 1.25]),
    ([0.3, 0.3, 0.4], [-2.0, 0.0, 3.0], [1.0, 0.5, 2.0]),
]
POINTS = [-9.5, -3.0, -1.0, -0.1, 0.0, 0.3, 1.0, 2.0, 2.7, 5.0, 12.25]


def posteriors():
    mp.dps = 800
    for priors, means, deviations in CLASSES:
        classes = list(zip(exact(priors), exact(means), exact(deviations)))
        table = [
            [prior * exp(-(((mpf(x) - m) / d) ** 2) / 2) / (d * sqrt(2 * pi)) for prior, m, d in classes]
            for x in POINTS
        ]
        (pa, ma, da), (pb, mb, db) = classes[:2]
        a = 1 / (2 * db**2) - 1 / (2 * da**2)
        b = ma / da**2 - mb / db**2
        c = mb**2 / (2 * db**2) - ma**2 / (2 * da**2) + log(pa / da) - log(pb / db)
        if a == 0:
            boundary = [-c / b]
        else:
            inside = b * b - 4 * a * c
            boundary = [] if inside < 0 else sorted((-b + s * sqrt(inside)) / (2 * a) for s in (1, -1))
        yield {
            "of": "posterior", "priors": priors, "means": means, "deviations": deviations, "x": POINTS,
            "densities": sum(table, []), "posterior": [v / sum(row) for row in table for v in row],
            "boundary": boundary,
        }


def second_origin():
    rows = np.array([[0.5, -1.25, 2.0], [3.0, 3.0, -2.5], [-7.0, 1.5, 0.25], [10.0, -10.0, 4.0]])
    labels = [2, 0, 1, 2]
    p = scipy.special.softmax(rows, axis=1)
    flat = lambda values: [float(v) for v in np.ravel(values)]
    yield {
        "of": "scipy_softmax", "logits": flat(rows), "softmax": flat(p),
        "log_softmax": flat(scipy.special.log_softmax(rows, axis=1)),
        "log_sum_exp": flat(scipy.special.logsumexp(rows, axis=1)),
    }
    signs, scores = [1, 0, 1, 0], [2.5, 0.5, -0.75, -3.0]
    chances = scipy.special.expit(scores)
    yield {
        "of": "sklearn_losses", "logits": flat(rows), "labels": labels,
        "log_loss": float(sklearn.metrics.log_loss(labels, p, labels=[0, 1, 2])),
        "multi_hinge": float(sklearn.metrics.hinge_loss(labels, rows, labels=[0, 1, 2])),
        "signs": signs, "scores": scores, "chances": flat(chances),
        "binary_log_loss": float(sklearn.metrics.log_loss(signs, chances)),
        "hinge": float(sklearn.metrics.hinge_loss(signs, scores)),
    }
    for priors, means, deviations in CLASSES:
        densities = np.array(priors) * scipy.stats.norm.pdf(np.array(POINTS)[:, None], means, deviations)
        yield {
            "of": "scipy_posterior", "priors": priors, "means": means, "deviations": deviations,
            "x": POINTS, "posterior": flat(densities / densities.sum(axis=1, keepdims=True)),
        }


def main():
    warnings.simplefilter("error")
    cases = []
    for make in (
        softmaxes, cross_entropies, focals, multi_hinges, binaries, posteriors, second_origin
    ):
        for case in make():
            for key, value in case.items():
                if isinstance(value, list):
                    case[key] = [text(v) for v in value]
                elif not isinstance(value, str):
                    case[key] = text(value)
            cases.append(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    path = HERE / "classification.json"
    path.write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')


main()
