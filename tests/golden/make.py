"""Writes the expected values of tests/regression.rs and tests/information.rs.

They are computed with mpmath from the defining formulas, at 1000 digits, from the exact values of
the doubles that the tests pass in, and written with 25 digits. Nothing here is rearranged for
stability, and nothing comes from the crate.

    pip install mpmath==1.4.1
    python tests/golden/make.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
from pathlib import Path

from mpmath import cosh, log, mp, mpf, nstr, sqrt, tanh

mp.dps = 1000
HERE = Path(__file__).parent
ORIGIN = "mpmath, 1000 digits, by tests/golden/make.py"


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
    (HERE / name).write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')


# --- regression -------------------------------------------------------------------------------


def sign(r):
    return mpf((r > 0) - (r < 0))


def squared(r, _):
    return r * r, -2 * r


def absolute(r, _):
    return abs(r), -sign(r)


def huber(r, delta):
    if abs(r) <= delta:
        return r * r / 2, -r
    return delta * (abs(r) - delta / 2), -delta * sign(r)


def smooth_l1(r, beta):
    loss, slope = huber(r, beta)
    return loss / beta, slope / beta


def log_cosh(r, _):
    if abs(r) > 2000:  # cosh of these has no use for 1000 digits: exp(-2 abs(r)) is below them
        return abs(r) - log(mpf(2)), -sign(r)
    return log(cosh(r)), -tanh(r)


def quantile(r, tau):
    loss = max(tau * r, (tau - 1) * r)
    return loss, (-tau if r > 0 else 1 - tau if r < 0 else mpf(0))


RESIDUALS = [
    0.0, 5e-324, 1e-310, 1e-300, 1e-160, 1e-150, 1e-100, 1e-30, 1e-16, 1e-10, 1e-8, 1e-5, 1e-3,
    0.01, 0.1, 0.3, 0.5, 0.9, 0.9999999, 1.0, 1.0000001,
    1.00005, 1.3, 2.0, 2.5, 5.0, 10.0, 18.0, 19.0, 40.0,
    100.0, 700.0, 711.0, 1e5, 1e10, 1e16, 1e100, 1e150, 1e153, 1e200, 1e300,
]
LOSSES = [
    ("squared", squared, [None]),
    ("absolute", absolute, [None]),
    ("huber", huber, [1.0, 10.0, 0.1, 1e-200, 1e200]),
    ("smooth_l1", smooth_l1, [1.0, 10.0, 0.1, 1e-200, 1e200, 1e308]),
    ("log_cosh", log_cosh, [None]),
    ("quantile", quantile, [0.5, 0.1, 0.9, 1e-10, 0.999]),
]


def regression():
    cases = []
    for name, function, parameters in LOSSES:
        for parameter in parameters:
            residuals = [s * r for r in RESIDUALS for s in (1.0, -1.0)]
            exact = None if parameter is None else mpf(parameter)
            results = [function(mpf(r), exact) for r in residuals]
            cases.append({
                "of": name,
                "parameter": 0.0 if parameter is None else parameter,
                "residuals": residuals,
                "losses": [loss for loss, _ in results],
                "slopes": [slope for _, slope in results],
            })
    batches = [
        [-10.0, -5.0, 0.0, 5.0, 10.0],
        [-10.0, -5.0, 0.0, 5.0, 100.0],
        [0.1, 0.2, 0.3, -0.7],
        [3e200, 4e200],
        [3e-200, -4e-200, 1e-201],
        [5e-324],
        [1e-310, 2e-310, -3e-310],
        [1.7e308, -1.7e308, 1.7e308],
        [1e154, 1e154, 1e154, 1e154],
        [1e300, 1e-300],
        [1e16, 1.0, 1.0, 1.0, 1.0],
    ]
    for batch in batches:
        exact, n = [mpf(r) for r in batch], len(batch)
        mean_square = sum(r * r for r in exact) / n
        cases.append({
            "of": "batch",
            "residuals": batch,
            "mse": mean_square,
            "mae": sum(abs(r) for r in exact) / n,
            "rmse": sqrt(mean_square),
        })
    write("regression.json", cases)


# --- information ------------------------------------------------------------------------------


def plogp(weight, p):
    """weight ln p, with 0 ln 0 = 0."""
    return mpf(0) if weight == 0 else weight * log(p)


def h(p):
    return -sum(plogp(x, x) for x in p)


def kl(p, q):
    """The divergence of positive measures; it is KL where both sum to 1 exactly."""
    total = sum(plogp(x, x / y) if x else mpf(0) for x, y in zip(p, q))
    if sum(p) == 1 and sum(q) == 1:
        return total
    return total - sum(p) + sum(q)


def js(p, q):
    middle = [(x + y) / 2 for x, y in zip(p, q)]
    return (sum(plogp(x, x / m) if x else mpf(0) for x, m in zip(p, middle))
            + sum(plogp(x, x / m) if x else mpf(0) for x, m in zip(q, middle))) / 2


PROBABILITIES = [
    5e-324, 1e-310, 1e-300, 1e-100, 1e-30, 1e-17, 1e-16, 1e-10, 1e-5, 0.01, 0.1, 0.25, 0.3, 0.4,
    0.49999999, 0.5, 0.50000001, 0.6, 0.75, 0.9, 0.99, 0.99999, 1 - 1e-10, 1 - 1e-15, 1 - 2.0**-52,
    1 - 2.0**-53,
]
DISTRIBUTIONS = [
    [1.0],
    [1.0, 0.0],
    [0.5, 0.5],
    [0.1, 0.15, 0.5, 0.15, 0.1],
    [0.01, 0.09, 0.8, 0.09, 0.01],
    [0.2] * 5,
    [1 / 3] * 3,
    [0.1] * 10,
    [1e-3] * 1000,
    [1.0, 1e-300],
    [1.0, 1e-310, 5e-324],
    [1 - 2.0**-53, 2.0**-53],
    [1 - 2.0**-30, 2.0**-30, 0.0],
]
PAIRS = [
    ([0.5, 0.5], [0.75, 0.25]),
    ([0.75, 0.25], [0.5, 0.5]),
    ([0.5, 0.25, 0.25], [0.125, 0.375, 0.5]),
    ([1.0, 0.0, 0.0], [0.4, 0.3, 0.3]),
    ([0.1, 0.9], [0.2, 0.8]),
    ([0.2] * 5, [0.01, 0.09, 0.8, 0.09, 0.01]),
    ([0.0, 1.0], [0.5, 0.5]),
    # close together: the plain formula in doubles has no digit left
    ([0.5 + 2.0**-40, 0.5 - 2.0**-40], [0.5, 0.5]),
    ([0.5, 0.5], [0.5 + 2.0**-50, 0.5 - 2.0**-50]),
    ([0.25 + 2.0**-20, 0.75 - 2.0**-20], [0.25, 0.75]),
    ([0.3, 0.3, 0.4], [0.3, 0.3, 0.4]),
    ([0.5 + 2.0**-5, 0.5 - 2.0**-5], [0.5, 0.5]),
    ([0.55, 0.45], [0.45, 0.55]),
    # one step of the doubles apart, where the middle cannot be halfway
    ([0.5, 0.5], [0.5 - 2.0**-53, 0.5 + 2.0**-53]),
    # extremes
    ([1e-310, 1.0], [0.9, 0.1]),
    ([0.9, 0.1], [1e-310, 1.0]),
    ([1.0, 1e-300], [1e-300, 1.0]),
    ([1 - 2.0**-53, 2.0**-53], [0.5, 0.5]),
    ([0.5, 0.5], [1 - 2.0**-53, 2.0**-53]),
    ([1.0, 5e-324], [1.0, 1e-323]),
    ([1.0, 0.0], [1.0, 5e-324]),
]
TABLES = [
    (2, [0.5, 0.0, 0.25, 0.25]),
    (2, [0.25, 0.25, 0.25, 0.25]),
    (3, [0.125, 0.0625, 0.0625, 0.25, 0.375, 0.125]),
    (2, [0.5, 0.0, 0.0, 0.5]),
    (2, [0.5, 2.0**-70, 0.5, 2.0**-80]),
    (2, [0.5, 1e-20, 1e-20, 0.5]),
    (2, [1.0, 0.0, 0.0, 1e-200]),
    (2, [0.25 + 2.0**-30, 0.25 - 2.0**-30, 0.25 - 2.0**-30, 0.25 + 2.0**-30]),
    (3, [0.1, 0.2, 0.1, 0.05, 0.25, 0.3]),
]
SPLITS = [  # labels, branches
    # Quinlan's fourteen days (Mitchell 1997, table 3.2): play by outlook, temperature, humidity, wind
    ("00111010111110", "00122210020112"),
    ("00111010111110", "00012221211101"),
    ("00111010111110", "00001110111010"),
    ("00111010111110", "01000110001101"),
    ("0011", "0011"),
    ("0011", "0101"),
    ("0011", "0123"),
    ("0011", "0000"),
    ("012012012", "000111222"),
    ("0" * 500 + "1" * 500, "0" * 250 + "1" * 250 + "0" * 249 + "1" * 251),
    ("00000001", "00001111"),
    # as near to the proportions of the whole as whole numbers allow: 265 * 1009 - 497 * 538 = -1
    ("0" * 497 + "1" * 512, "0" * 265 + "1" * 232 + "0" * 273 + "1" * 239),
]
COUNTS = [[9, 5], [1], [7, 0], [1, 1, 1, 1], [2**63, 1], [2**64 - 1, 2**64 - 1, 1], [1000000, 3, 2]]


def shares(words):
    return [mpf(words.count(word)) / len(words) for word in sorted(set(words))]


def within(measure, labels, branches):
    """The mean of the measure within the branches."""
    total = mpf(0)
    for branch in set(branches):
        inside = [label for label, b in zip(labels, branches) if b == branch]
        total += mpf(len(inside)) / len(labels) * measure(shares(inside))
    return total


def gini(p):
    return 1 - sum(x * x for x in p)


def digits(words):
    return [int(word) for word in words]


def information():
    cases = []
    for p in PROBABILITIES:
        exact = mpf(p)
        cases.append({"of": "probability", "p": p, "self": -log(exact),
                      "binary": h([exact, 1 - exact])})
    for p in DISTRIBUTIONS:
        cases.append({"of": "distribution", "p": p, "entropy": h([mpf(x) for x in p])})
    for p, q in PAIRS:
        x, y = [mpf(v) for v in p], [mpf(v) for v in q]
        cases.append({"of": "pair", "p": p, "q": q, "kl": kl(x, y), "js": js(x, y),
                      "cross": -sum(plogp(a, b) for a, b in zip(x, y))})
    for columns, cells in TABLES:
        exact = [mpf(v) for v in cells]
        rows = [exact[i:i + columns] for i in range(0, len(exact), columns)]
        of_rows = [sum(row) for row in rows]
        of_columns = [sum(column) for column in zip(*rows)]
        product = [a * b for a in of_rows for b in of_columns]
        conditional = -sum(plogp(c, c / total) if c else 0
                           for row, total in zip(rows, of_rows) for c in row)
        cases.append({"of": "table", "columns": columns, "p": cells, "joint": h(exact),
                      "conditional": conditional, "mutual": kl(exact, product)})
    for labels, branches in SPLITS:
        gain = h(shares(labels)) - within(h, labels, branches)
        cost = h(shares(branches))
        if abs(gain) < mpf(10) ** -900:
            gain = mpf(0)
        decrease = gini(shares(labels)) - within(gini, labels, branches)
        if abs(decrease) < mpf(10) ** -900:
            decrease = mpf(0)
        cases.append({"of": "split", "labels": digits(labels), "branches": digits(branches),
                      "gain": gain, "ratio": gain / cost if cost else mpf(0),
                      "gini": gini(shares(labels)), "decrease": decrease})
    for counts in COUNTS:
        total = sum(counts)
        cases.append({"of": "counts", "counts": counts,
                      "entropy": h([mpf(c) / total for c in counts])})
    write("information.json", cases)


if __name__ == "__main__":
    regression()
    information()
