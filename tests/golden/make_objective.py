"""Writes the expected values of tests/objective.rs.

Values and gradients are the defining formulas, in mpmath at 1500 digits, from the exact values of the
doubles that the tests pass in; least squares and ridge by mpmath's qr_solve and lu_solve of the plain
equations, principal components by its eigsy of the covariance, k-means by Lloyd's iterations written out
here, the support-vector machine by solving the conditions of Karush, Kuhn and Tucker for the active
set that scikit-learn finds, and checking them, logistic regression by Newton's method at 60 digits, the
shortest of many weights by numpy.linalg.pinv. Nothing comes from the crate. The cases called `sklearn`
hold what scikit-learn itself answers, in double precision.

    pip install mpmath==1.4.1 scikit-learn==1.9.1
    python tests/golden/make_objective.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

import numpy as np
import sklearn
from mpmath import diag, eigsy, exp, log, lu_solve, matrix, mp, mpf, nstr, qr_solve, sqrt, workdps, zeros
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.svm import SVC

mp.dps = 1500
ORIGIN = (
    f"mpmath, 1500 digits, and scikit-learn {sklearn.__version__} (sklearn), "
    "by tests/golden/make_objective.py"
)


def text(value):
    """A word, an input (a double) exactly, or a result with 25 digits."""
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


def exact(rows):
    return [[mpf(v) for v in row] for row in rows]


def flat(rows):
    return [v for row in rows for v in row]


def gauss(n, d):
    return [[random.gauss(0, 1) for _ in range(d)] for _ in range(n)]


def scaled(rows, factors):
    return [[v * f for v, f in zip(row, factors)] for row in rows]


random.seed(8)
PLAIN, WIDE = gauss(12, 3), gauss(4, 6)
TABLES = {
    "plain": PLAIN,
    "one feature": gauss(5, 1),
    "far from 0": [[v + 1e6 for v in row] for row in gauss(10, 2)],
    "tiny": scaled(gauss(8, 3), [1e-200] * 3),
    "subnormal": scaled(gauss(8, 2), [1e-305] * 2),
    "huge": scaled(gauss(8, 3), [1e150] * 3),
    "units of their own": scaled(gauss(12, 4), [1e-9, 1.0, 1e9, 1e4]),
    "scales apart": scaled(gauss(12, 3), [1e-120, 1.0, 1e30]),
}


# --- linear models: value, gradient and fit


def linear_value(kind, lam, y, x, w, b):
    n, d = len(x), len(x[0])
    total, gw, gb = mpf(0), [mpf(0)] * d, mpf(0)
    for yi, row in zip(y, x):
        score = sum(a * c for a, c in zip(w, row)) + b
        if kind == "svm":
            s = 1 if yi == 1 else -1
            loss, slope = (1 - s * score, -s) if s * score < 1 else (mpf(0), 0)
        elif kind == "logistic":
            s = 1 if yi == 1 else -1
            loss, slope = log(1 + exp(-s * score)), -s / (1 + exp(s * score))
        else:
            loss, slope = (yi - score) ** 2, -2 * (yi - score)
        total += loss
        gw = [g + slope * v for g, v in zip(gw, row)]
        gb += slope
    value = total / n + lam * sum(a * a for a in w)
    return value, [g / n + 2 * lam * a for g, a in zip(gw, w)], gb / n


def ridge_fit(lam, y, x):
    """Weights, intercept: the normal equations with a column of ones, at 1500 digits."""
    n, d = len(x), len(x[0])
    a = matrix([row + [mpf(1)] for row in x])
    if lam == 0:
        solution, _ = qr_solve(a, matrix(y))
    else:
        penalty = diag([n * lam] * d + [0])
        solution = lu_solve(a.T * a + penalty, a.T * matrix(y))
    return [solution[k] for k in range(d)], solution[d]


def linear():
    cases = []
    for name, table in TABLES.items():
        x = exact(table)
        n, d = len(x), len(x[0])
        size = max(abs(v) for v in flat(table))
        for y_unit in (1.0, 1e-100, 1e100):
            target = [random.gauss(1, 2) * y_unit for _ in range(n)]
            y = [mpf(v) for v in target]
            for lam in (0.0, 1e-3, 1.0, 1e3):
                # In the unit of the features; also as it stands.
                for lam in {lam, min(lam * size * size, 1e300)}:
                    w, b = ridge_fit(mpf(lam), y, x)
                    largest = max(abs(v) for v in w)
                    if not (largest == 0 or mpf(10) ** -140 < largest < mpf(10) ** 140):
                        continue
                    value = linear_value("ridge", mpf(lam), y, x, w, b)[0]
                    cases.append({
                        "of": "least_squares", "name": [name], "d": d, "lambda": lam, "x": flat(table),
                        "target": target, "weights": w, "intercept": b,
                        "length": sqrt(sum(v * v for v in w)),
                        "shift": sum(abs(a * sum(r[k] for r in x) / n) for k, a in enumerate(w)),
                        "value": value if value < 1e300 else mpf(10) ** 400,
                    })
    return cases


def at_points():
    """Values and gradients away from the best model, where they can be had to all digits."""
    cases = []
    for name, table in TABLES.items():
        x = exact(table)
        n, d = len(x), len(x[0])
        for kind, lam in (("ols", 0.0), ("ridge", 0.25), ("svm", 0.5)):
            for w_unit in (1.0, 1e-8):
                w = [random.gauss(0, 1) * w_unit for _ in range(d)]
                b = random.gauss(0, 1)
                target = [float(random.random() < 0.5) for _ in range(n)]
                if kind != "svm":
                    target = [random.gauss(0, 3) for _ in range(n)]
                value, gw, gb = linear_value(
                    kind, mpf(lam), [mpf(v) for v in target], x, [mpf(v) for v in w], mpf(b))
                if value > 1e300:
                    continue
                cases.append({
                    "of": "linear", "name": [name], "kind": [kind], "d": d, "lambda": lam,
                    "x": flat(table), "target": target, "weights": w, "intercept": b,
                    "value": value, "to_weights": gw, "to_intercept": gb,
                })
    return cases


# --- principal components


def centred(x):
    n, d = len(x), len(x[0])
    means = [sum(row[k] for row in x) / n for k in range(d)]
    return means, [[row[k] - means[k] for k in range(d)] for row in x]


def pca():
    cases = []
    for name, table in {**TABLES, "wide": WIDE}.items():
        if name == "scales apart":  # the smallest variance is not an f64
            table = scaled(table, [1e40, 1.0, 1.0])
        x = exact(table)
        n, d = len(x), len(x[0])
        means, c = centred(x)
        # The covariance, and its eigenvectors: columns, by rising eigenvalue.
        m = matrix(c)
        values, vectors = eigsy(m.T * m / n)
        components = []
        for k in range(d - 1, max(d - min(n, d), 0) - 1, -1):
            v = [vectors[i, k] for i in range(d)]
            top = max(abs(e) for e in v)
            first = next(e for e in v if abs(e) >= (1 - mpf("1e-9")) * top)
            components.append([-e for e in v] if first < 0 else v)
        count = min(n, d)
        variances = [abs(values[d - 1 - k]) for k in range(count)]
        if n <= d:  # of n points less their mean, n - 1 directions are left
            variances, components = variances[: n - 1], components[: n - 1]
        direction = [random.gauss(0, 1) for _ in range(d)]
        length = sqrt(sum(mpf(v) ** 2 for v in direction))
        u = [mpf(v) / length for v in direction]
        scores = [sum(a * b for a, b in zip(row, u)) for row in c]
        value = sum(s * s for s in scores) / n
        gradient = [
            2 * sum(s * (row[k] - s * u[k]) for s, row in zip(scores, c)) / n / length for k in range(d)]
        cases.append({
            "of": "pca", "name": [name], "d": d, "x": flat(table), "mean": means,
            "variances": variances, "components": flat(components),
            "direction": direction, "value": value, "gradient": gradient,
        })
    return cases


# --- k-means


def k_means():
    cases = []
    for name, unit in (("plain", 1.0), ("tiny", 1e-150), ("huge", 1e140)):
        for k in (1, 2, 3, 5):
            x = scaled(gauss(25, 2), [unit, unit])
            start = x[:k]
            points, centers = exact(x), exact(start)
            history, first = [], None
            while True:
                squares = [[sum((a - b) ** 2 for a, b in zip(p, c)) for c in centers] for p in points]
                labels = [min(range(k), key=lambda j: row[j]) for row in squares]
                history.append(sum(row[j] for row, j in zip(squares, labels)) / len(points))
                members = [[p for p, j in zip(points, labels) if j == c] for c in range(k)]
                assert all(members), "no centre is left empty here"
                if first is None:
                    first = [2 * sum(c[a] - p[a] for p in own) / len(points)
                             for c, own in zip(centers, members) for a in range(2)]
                moved = [[sum(p[a] for p in own) / len(own) for a in range(2)] for own in members]
                if moved == centers:
                    break
                centers = moved
            # The last round moves nothing and is not counted.
            history = [v for i, v in enumerate(history) if i == 0 or v < history[i - 1]]
            cases.append({
                "of": "k_means", "name": [name], "k": k, "d": 2, "x": flat(x), "start": flat(start),
                "history": history, "centers": flat(centers), "labels": labels, "gradient": first,
            })
    return cases


# --- the support-vector machine


def svm_exact(lam, y, x, classifier):
    """Solves the conditions for the sets that the classifier found, and checks them."""
    n, d = len(x), len(x[0])
    c = 1 / (2 * n * lam)
    s = [mpf(1) if v == 1 else mpf(-1) for v in y]
    alpha = [mpf(0)] * n
    found = np.abs(classifier.dual_coef_[0])
    free = []
    for index, share in zip(classifier.support_, found):
        if share > float(c) * (1 - 1e-6):
            alpha[index] = c
        elif share > float(c) * 1e-9:
            free.append(int(index))
    # Without a free sample the intercept, with more than d + 1 the shares are not determined.
    if not free or len(free) > d + 1:
        return None
    m = len(free)
    dots = lambda i, j: sum(a * b for a, b in zip(x[i], x[j]))
    a, right = zeros(m + 1, m + 1), zeros(m + 1, 1)
    for p, i in enumerate(free):
        for q, j in enumerate(free):
            a[p, q] = s[i] * s[j] * dots(i, j)
        a[p, m] = a[m, p] = s[i]
        right[p] = 1 - sum(s[i] * s[j] * alpha[j] * dots(i, j) for j in range(n) if alpha[j])
    right[m] = -sum(s[j] * alpha[j] for j in range(n))
    solution = lu_solve(a, right)
    for p, i in enumerate(free):
        alpha[i] = solution[p]
    b = solution[m]
    w = [sum(alpha[i] * s[i] * x[i][k] for i in range(n)) for k in range(d)]
    for i in range(n):  # Karush, Kuhn, Tucker
        edge = s[i] * (sum(p * q for p, q in zip(w, x[i])) + b)
        assert 0 <= alpha[i] <= c
        small = mpf(10) ** -100
        assert edge > 1 - small if alpha[i] == 0 else edge < 1 + small if alpha[i] == c else abs(edge - 1) < small
    return w, b, [i for i in range(n) if alpha[i] > 0]


def svm():
    cases = []
    for lam in (1e-4, 1e-2, 0.1, 0.5):
        for n, apart, shift in ((10, 3.0, 0.0), (20, 1.0, 0.0), (30, 0.5, 100.0)):
            for unit in (1.0, 1e-100, 1e100):
                target = [float(i % 2) for i in range(n)]
                plain = [[v + apart * t + shift for v in row] for row, t in zip(gauss(n, 2), target)]
                table = scaled(plain, [unit, unit])
                weight = lam * unit * unit
                # scikit-learn only finds the sets, in the plain unit.
                classifier = SVC(kernel="linear", C=1 / (2 * n * lam), tol=1e-10)
                classifier.fit(np.array(plain) - shift, target)
                solved = svm_exact(mpf(weight), target, exact(table), classifier)
                if solved is None:
                    continue
                w, b, support = solved
                value = linear_value("svm", mpf(weight), target, exact(table), w, b)[0]
                cases.append({
                    "of": "svm", "d": 2, "lambda": weight, "x": flat(table), "target": target,
                    "weights": w, "intercept": b, "support": support, "value": value,
                })
    return cases


# --- scikit-learn's own answers


def listed(values):
    return [float(v) for v in np.ravel(values)]


def by_sklearn():
    x = np.array(gauss(30, 3)) * [1.0, 3.0, 0.5] + [0.0, 5.0, -1.0]
    y = x @ [1.0, -2.0, 0.5] + 3 + np.array([random.gauss(0, 1) for _ in range(30)])
    label = (y > np.median(y)).astype(float)
    label[:4] = 1 - label[:4]
    ols, ridge = LinearRegression().fit(x, y), Ridge(alpha=6.0, tol=1e-12).fit(x, y)
    means = KMeans(4, init=x[:4], n_init=1, tol=0, algorithm="lloyd").fit(x)
    axes = PCA().fit(x)
    machine = SVC(kernel="linear", C=2.0, tol=1e-10).fit(x, label)
    # LIBSVM keeps its kernel in single precision; the conditions of its active set are solved exactly.
    weights, intercept, _ = svm_exact(1 / (2 * mpf(30) * 2), list(label), exact(x.tolist()), machine)
    return [{
        "of": "sklearn", "d": 3, "x": listed(x), "target": listed(y), "label": listed(label),
        "ols": listed(ols.coef_) + [float(ols.intercept_)], "r_squared": float(ols.score(x, y)),
        "alpha": 6.0, "ridge": listed(ridge.coef_) + [float(ridge.intercept_)],
        "centers": listed(means.cluster_centers_), "inertia": float(means.inertia_),
        "labels": [int(v) for v in means.labels_],
        "explained_variance": listed(axes.explained_variance_),
        "ratios": listed(axes.explained_variance_ratio_), "components": listed(axes.components_),
        "c": 2.0, "svm": listed(machine.coef_) + [float(machine.intercept_[0])],
        "svm_exact": weights + [intercept],
        "support": sorted(int(v) for v in machine.support_),
    }]


# --- logistic regression


def logistic_points():
    """Values and gradients, as far out as training comes."""
    cases = []
    for lam, size in ((0.0, 1.0), (0.25, 1.0), (0.5, 30.0), (0.0, 3000.0)):
        table = gauss(8, 3)
        w, b = [random.gauss(0, size) for _ in range(3)], random.gauss(0, 1)
        target = [float(random.random() < 0.5) for _ in table]
        with workdps(5000):
            value, gw, gb = linear_value(
                "logistic", mpf(lam), [mpf(v) for v in target], exact(table), [mpf(v) for v in w], mpf(b))
        cases.append({
            "of": "linear", "name": [f"weights of size {size}"], "kind": ["logistic"], "d": 3, "lambda": lam,
            "x": flat(table), "target": target, "weights": w, "intercept": b,
            "value": value, "to_weights": gw, "to_intercept": gb,
        })
    return cases


@workdps(60)
def logistic_fit(lam, y, x):
    """Newton's method with the columns and a one, at 60 digits, from where scikit-learn comes to."""
    n, d = len(x), len(x[0])
    c = np.inf if lam == 0 else float(1 / (2 * n * lam))
    units = np.std(np.array(x, float), axis=0)
    found = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000).fit(np.array(x, float) / units, y)
    if lam != 0:
        found = LogisticRegression(C=c, tol=1e-12, max_iter=10000).fit(np.array(x, float), y)
        units = np.ones(d)
    p = [mpf(v) for v in np.append(found.coef_[0] / units, found.intercept_)]
    rows = [row + [mpf(1)] for row in x]
    price = [2 * n * lam] * d + [mpf(0)]
    for _ in range(12):
        scores = [sum(a * b for a, b in zip(row, p)) for row in rows]
        odds = [1 / (1 + exp(-z)) for z in scores]
        slope = [sum((o - t) * row[k] for o, t, row in zip(odds, y, rows)) + price[k] * p[k] for k in range(d + 1)]
        bend = matrix(d + 1, d + 1)
        for o, row in zip(odds, rows):
            for i in range(d + 1):
                for j in range(d + 1):
                    bend[i, j] += o * (1 - o) * row[i] * row[j]
        step = lu_solve(bend + diag(price), matrix(slope))
        p = [a - b for a, b in zip(p, step)]
    assert max(abs(b / a) for a, b in zip(p, step)) < mpf(10) ** -40
    value, gw, gb = linear_value("logistic", lam, y, x, p[:-1], p[-1])
    return p[:-1], p[-1], value, found


def logistic():
    cases = []
    for n, d, units in ((12, 1, [1.0]), (40, 3, [1.0] * 3), (60, 2, [1e-9, 1e6]), (300, 5, [1.0] * 5)):
        for lam in (0.0, 1e-6, 0.01, 2.0):
            plain = gauss(n, d)
            target = [float(sum(row) + random.gauss(0, 1.5) > 0) for row in plain]
            table = scaled(plain, units)
            if units[0] != 1.0 and lam != 0.0:
                continue
            w, b, value, found = logistic_fit(mpf(lam), target, exact(table))
            cases.append({
                "of": "logistic", "name": [f"{n} samples of {d}"], "d": d, "lambda": lam,
                "x": flat(table), "target": target, "weights": w, "intercept": b, "value": value,
            })
    return cases


# --- many weights that fit equally well


def shortest():
    """numpy.linalg.pinv of the centred data, in double precision."""
    cases = []
    for n, d, rank in ((8, 3, 2), (6, 4, 1), (4, 6, 3), (3, 3, 2), (2, 1, 1), (9, 5, 3), (5, 30, 4)):
        for shift in (0.0, 100.0):
            rank_of = min(rank, n - 1)
            x = np.array(gauss(n, rank_of)) @ np.array(gauss(rank_of, d)) + shift
            y = np.array([random.gauss(0, 1) for _ in range(n)])
            w = np.linalg.pinv(x - x.mean(0), rcond=1e-10) @ (y - y.mean())
            cases.append({
                "of": "shortest", "name": [f"rank {rank_of} of {n} x {d}"], "d": d, "rank": rank_of,
                "x": listed(x), "target": listed(y), "weights": listed(w),
            })
    return cases


if __name__ == "__main__":
    parts = [linear(), at_points(), pca(), k_means(), svm(), by_sklearn()]
    write("objective.json", sum(parts + [logistic_points(), logistic(), shortest()], []))
