"""Writes the expected values of tests/segmentation.rs.

The soft losses and their gradients are computed with mpmath from the defining formulas, at 1000
digits, from the exact values of the doubles that the tests pass in, and written with 25 digits.
Nothing here is rearranged for stability, and nothing comes from the crate. The measures of masks
come from scikit-learn, which knows them as F1 and Jaccard score.

    pip install mpmath==1.4.1 scikit-learn==1.9.1
    python tests/golden/make_segmentation.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

import sklearn
from mpmath import mp, mpf, nstr
from sklearn.metrics import f1_score, jaccard_score

mp.dps = 1000
ORIGIN = (
    "mpmath, 1000 digits (dice, soft_iou, tversky), and "
    f"scikit-learn {sklearn.__version__} (masks), by tests/golden/make_segmentation.py"
)


def text(value):
    """An input (a double) exactly, or a result with 25 digits."""
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


# A loss is 1 - N / D. Each of these gives N, D, and their derivatives at every pixel.


def dice(g, p, _alpha, _beta, s):
    n = 2 * sum(a * b for a, b in zip(p, g)) + s
    d = sum(p) + sum(g) + s
    return n, d, [2 * x for x in g], [mpf(1) for _ in g]


def soft_iou(g, p, _alpha, _beta, s):
    both = sum(a * b for a, b in zip(p, g))
    return both + s, sum(p) + sum(g) - both + s, g, [1 - x for x in g]


def tversky(g, p, alpha, beta, s):
    both = sum(a * b for a, b in zip(p, g))
    extra = sum(a * (1 - b) for a, b in zip(p, g))
    missed = sum((1 - a) * b for a, b in zip(p, g))
    slopes = [x + alpha * (1 - x) - beta * x for x in g]
    return both + s, both + alpha * extra + beta * missed + s, g, slopes


def one_class(function, g, p, *parameters):
    n, d, dn, dd = function([mpf(x) for x in g], [mpf(x) for x in p], *map(mpf, parameters))
    return 1 - n / d, [-(a * d - n * b) / d**2 for a, b in zip(dn, dd)]


TINY, NEARLY = 1e-300, 1 - 1e-16
IMAGES = [  # target, prediction of one class
    ([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]),  # the lecture article's example
    ([1.0, 1.0, 0.0, 0.0], [0.9, 0.6, 0.3, 0.1]),
    ([1.0], [0.5]),
    ([1.0, 0.0], [0.0, 1.0]),
    ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]),
    ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0]),
    ([0.0, 0.0, 0.0], [0.5, 0.25, 1e-5]),
    # nearly perfect: as the formula stands, no digit of the loss is left
    ([1.0, 0.0, 1.0], [NEARLY, TINY, NEARLY]),
    ([1.0, 0.0], [1.0, TINY]),
    ([1.0, 0.0], [NEARLY, 1e-16]),
    ([1.0, 1.0, 0.0], [1 - 1e-9, 1.0, 1e-12]),
    # nearly nothing
    ([1.0, 0.0], [TINY, NEARLY]),
    ([1.0, 0.0], [TINY, TINY]),
    ([0.0, 0.0], [TINY, 0.0]),
    # one object pixel in fifty
    ([1.0] + [0.0] * 49, [0.75] + [0.001] * 49),
    # soft targets
    ([0.25, 0.5, 1.0, 0.0], [0.3, 0.6, 0.7, 0.2]),
    ([0.9, 0.1], [0.9, 0.1]),
]
PARAMETERS = {
    "dice": [(0.0, 0.0, s) for s in (0.0, 1.0, 1e-6, 100.0, 1e200)],
    "soft_iou": [(0.0, 0.0, s) for s in (0.0, 1.0, 1e-6, 1e200)],
    "tversky": [
        (0.5, 0.5, 0.0), (0.5, 0.5, 1.0), (1.0, 1.0, 0.0), (0.3, 0.7, 0.0), (0.7, 0.3, 1e-5),
        (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1e-8, 1e8, 0.0), (1e200, 1e199, 1.0),
    ],
}


def losses():
    cases = []
    random.seed(20)
    several = [([float(random.random() < 0.4) for _ in range(5)],
                [random.random() for _ in range(5)]) for _ in range(3)]
    for name, function in [("dice", dice), ("soft_iou", soft_iou), ("tversky", tversky)]:
        for alpha, beta, s in PARAMETERS[name]:
            for images in [[image] for image in IMAGES] + [several]:
                results = [one_class(function, g, p, alpha, beta, s) for g, p in images]
                k = len(images)
                pixels = range(len(images[0][0]))
                cases.append({
                    "of": name, "alpha": alpha, "beta": beta, "smoothing": s, "classes": k,
                    "target": [g[i] for i in pixels for g, _ in images],
                    "prediction": [p[i] for i in pixels for _, p in images],
                    "each": [loss for loss, _ in results],
                    "mean": sum(loss for loss, _ in results) / k,
                    "gradient": [gradient[i] / k for i in pixels for _, gradient in results],
                })
    return cases


def masks():
    cases = []
    random.seed(21)
    for share in (0.1, 0.5, 0.9):
        for n in (1, 4, 50, 400):
            target = [int(random.random() < share) for _ in range(n)]
            prediction = [int(random.random() < share) for _ in range(n)]
            # Two empty masks: scikit-learn lets one choose, and 1 is our convention.
            cases.append({
                "of": "masks", "target": target, "prediction": prediction,
                "dice": float(f1_score(target, prediction, zero_division=1.0)),
                "iou": float(jaccard_score(target, prediction, zero_division=1.0)),
            })
    return cases


if __name__ == "__main__":
    write("segmentation.json", losses() + masks())
