"""Writes the expected values of tests/point_cloud.rs.

Chamfer distances and their gradients are computed with mpmath from the defining formulas, at 1000
digits, from the exact values of the doubles that the tests pass in, by comparing every point with
every other one, and written with 25 digits. Assignments of up to 7 points come from trying all
permutations, in mpmath; the costs of larger ones from SciPy's linear_sum_assignment. Transport
plans come from Sinkhorn's iterations on the kernel itself (no logarithms), in mpmath at 80 digits
until the plan's sums are right to 1e-40; those of larger clouds from POT; those that need too many
iterations from Newton's method with all potentials as unknowns, in mpmath at 60 digits, until the
sums are right to 1e-30. Nothing comes from the crate.

    pip install mpmath==1.4.1 numpy==2.4.6 scipy==1.17.1 POT==0.9.7.post1
    python tests/golden/make_point_cloud.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from itertools import permutations
from pathlib import Path

import mpmath
import numpy as np
import ot
import scipy
from mpmath import exp, log, mp, mpf, nstr, sqrt
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

mp.dps = 1000
ORIGIN = (
    f"mpmath {mpmath.__version__} (chamfer, permutations, plan, hard), SciPy {scipy.__version__} "
    f"(assignment) and POT {ot.__version__} (pot), by tests/golden/make_point_cloud.py"
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


def flat(rows):
    return [value for row in rows for value in row]


def exact(cloud):
    return [[mpf(value) for value in point] for point in cloud]


def square(y, x):
    return sum((a - b) ** 2 for a, b in zip(y, x))


def cost_of(kind, y, x):
    return square(y, x) if kind == "squared" else sqrt(square(y, x))


def slope_of(kind, y, x):
    """With respect to x; 0 where a distance is 0."""
    if kind == "squared":
        return [2 * (b - a) for a, b in zip(y, x)]
    length = sqrt(square(y, x))
    return [(b - a) / length if length else mpf(0) for a, b in zip(y, x)]


def gradient_of(kind, target, prediction, pairs):
    """Of the weighted costs of pairs; and the sums of the terms' sizes, to measure rounding by."""
    gradient = [[mpf(0) for _ in x] for x in prediction]
    size = [[mpf(0) for _ in x] for x in prediction]
    for i, j, weight in pairs:
        for axis, slope in enumerate(slope_of(kind, target[i], prediction[j])):
            gradient[j][axis] += weight * slope
            size[j][axis] += abs(weight * slope)
    return flat(gradient), flat(size)


def uniform(points, dims, size=1.0, away=0.0):
    return [[away + size * random.random() for _ in range(dims)] for _ in range(points)]


def clouds():
    random.seed(21)
    pairs = []
    sizes = [(1, 1, 1), (3, 5, 1), (7, 4, 2), (5, 5, 3), (30, 23, 3), (9, 18, 7), (17, 4, 20)]
    for n, m, dims in sizes:
        pairs.append((uniform(n, dims), uniform(m, dims)))
    # where the squares are just doubles
    for size in (1e150, 1e-150):
        pairs.append((uniform(6, 3, size), uniform(5, 3, size)))
    # far away from the origin
    pairs.append((uniform(6, 3, 1e-3, 1e6), uniform(6, 3, 1e-3, 1e6)))
    # of all sizes at once
    mixed = [10.0**k for k in (-140, -100, -50, 0, 50, 100, 140)]
    pairs.append(([[v, 1.5 * v] for v in mixed], [[1.25 * v, v] for v in mixed]))
    # the same points, twice and in another order
    pairs.append(([[0.5, 1.0], [2.0, 3.0]], [[2.0, 3.0], [0.5, 1.0], [2.0, 3.0]]))
    return pairs


def nearest(kind, point, others):
    costs = [cost_of(kind, point, other) for other in others]
    least = min(range(len(costs)), key=costs.__getitem__)  # the first of equals
    return least, costs[least]


def chamfer():
    cases = []
    for y, x in clouds():
        target, prediction = exact(y), exact(x)
        n, m = len(y), len(x)
        for kind in ("squared", "euclidean"):
            of_target = [nearest(kind, point, prediction) for point in target]
            of_prediction = [nearest(kind, point, target) for point in prediction]
            sums = sum(c for _, c in of_target), sum(c for _, c in of_prediction)
            to = [(i, j) for i, (j, _) in enumerate(of_target)]
            fro = [(i, j) for j, (i, _) in enumerate(of_prediction)]
            by_mean = [(*p, mpf(1) / n) for p in to] + [(*p, mpf(1) / m) for p in fro]
            gradient, size = gradient_of(kind, target, prediction, by_mean)
            cases.append({
                "of": "chamfer", "squared": int(kind == "squared"), "dims": len(y[0]),
                "target": flat(y), "prediction": flat(x),
                "target_index": [j for j, _ in of_target],
                "target_cost": [c for _, c in of_target],
                "prediction_index": [i for i, _ in of_prediction],
                "prediction_cost": [c for _, c in of_prediction],
                "sum": sum(sums), "mean": sums[0] / n + sums[1] / m,
                "gradient": gradient, "size": size,
            })
    return cases


def all_permutations():
    cases = []
    random.seed(22)
    sizes = [(1, 1), (2, 2), (4, 1), (5, 3), (6, 2), (7, 3)]
    pairs = [(uniform(n, dims), uniform(n, dims)) for n, dims in sizes]
    for size in (1e150, 1e-150):
        pairs.append((uniform(5, 3, size), uniform(5, 3, size)))
    for y, x in pairs:
        target, prediction = exact(y), exact(x)
        n = len(y)
        for kind in ("squared", "euclidean"):
            table = [[cost_of(kind, a, b) for b in prediction] for a in target]
            best = min(permutations(range(n)), key=lambda s: sum(table[i][s[i]] for i in range(n)))
            each = [table[i][best[i]] for i in range(n)]
            paired = [(i, best[i], mpf(1) / n) for i in range(n)]
            gradient, size = gradient_of(kind, target, prediction, paired)
            cases.append({
                "of": "permutations", "squared": int(kind == "squared"), "dims": len(y[0]),
                "target": flat(y), "prediction": flat(x),
                "sum": sum(each), "mean": sum(each) / n,
                "each": each, "assignment": list(best),
                "gradient": gradient, "size": size,
            })
    return cases


def assignments():
    cases = []
    rng = np.random.default_rng(23)
    for n, dims in [(20, 1), (30, 2), (50, 3), (12, 30)]:
        # The second is a lattice, whose costs are equal all over the place.
        for y, x in [(rng.random((n, dims)), rng.random((n, dims))),
                     (rng.integers(0, 3, (n, dims)) * 1.0, rng.integers(0, 3, (n, dims)) * 1.0)]:
            for kind, metric in [("squared", "sqeuclidean"), ("euclidean", "euclidean")]:
                table = cdist(y, x, metric)
                rows, columns = linear_sum_assignment(table)
                cases.append({
                    "of": "assignment", "squared": int(kind == "squared"), "dims": dims,
                    "target": y.ravel().tolist(), "prediction": x.ravel().tolist(),
                    "mean": float(table[rows, columns].mean()),
                })
    return cases


def plan(kind, y, x, epsilon):
    target, prediction = exact(y), exact(x)
    n, m, epsilon = len(y), len(x), mpf(epsilon)
    table = [[cost_of(kind, a, b) for b in prediction] for a in target]
    kernel = [[exp(-c / epsilon) for c in row] for row in table]
    v = [mpf(1)] * m
    while True:
        u = [1 / (n * sum(k * b for k, b in zip(row, v))) for row in kernel]
        v = [1 / (m * sum(kernel[i][j] * u[i] for i in range(n))) for j in range(m)]
        p = [[u[i] * kernel[i][j] * v[j] for j in range(m)] for i in range(n)]
        if sum(abs(sum(row) - mpf(1) / n) for row in p) < mpf("1e-40"):
            break
    cost = sum(a * c for a, c in zip(flat(p), flat(table)))
    pairs = [(i, j, p[i][j]) for i in range(n) for j in range(m)]
    gradient, size = gradient_of(kind, target, prediction, pairs)
    return {
        "of": "plan", "squared": int(kind == "squared"), "dims": len(y[0]), "epsilon": float(epsilon),
        "target": flat(y), "prediction": flat(x),
        "plan": flat(p), "transport_cost": cost,
        "objective": cost + epsilon * sum(a * log(n * m * a) for a in flat(p)),
        "gradient": gradient, "size": size,
    }


def plans():
    mp.dps = 80
    random.seed(24)
    cases = []
    for n, m, dims in [(1, 1, 1), (1, 4, 2), (3, 3, 1), (4, 6, 3), (5, 2, 8)]:
        y, x = uniform(n, dims), uniform(m, dims)
        for kind in ("squared", "euclidean"):
            for epsilon in (0.1, 1.0, 100.0):
                cases.append(plan(kind, y, x, epsilon))
    for size in (1e150, 1e-150):
        cases.append(plan("euclidean", uniform(3, 2, size), uniform(4, 2, size), size / 4))
    mp.dps = 1000
    return cases


def newton_plan(table, epsilon):
    """The plan, by Newton's method on the dual, with an epsilon that falls to the one asked for."""
    n, m = len(table), len(table[0])
    f, g, now = [mpf(0)] * n, [mpf(0)] * m, max(flat(table))
    while True:
        p = [[exp((f[i] + g[j] - table[i][j]) / now) / (n * m) for j in range(m)] for i in range(n)]
        rows, columns = [sum(row) for row in p], [sum(column) for column in zip(*p)]
        slope = [mpf(1) / n - r for r in rows] + [mpf(1) / m - c for c in columns]
        error = sum(abs(s) for s in slope)
        if now == epsilon and error < mpf("1e-30"):
            return p, error
        if now > epsilon and error < mpf("1e-4"):
            now = max(epsilon, now / 2)
            continue
        # The last potential stays as it is: one of them is free.
        size = n + m - 1
        curvature = mp.matrix(size, size)
        for i in range(n):
            curvature[i, i] = rows[i]
            for j in range(m - 1):
                curvature[i, n + j] = curvature[n + j, i] = p[i][j]
                curvature[n + j, n + j] = columns[j]
        step = list(mp.lu_solve(curvature, mp.matrix(slope[:size]))) + [mpf(0)]
        # How much a plan's logarithms may change at most; the curvature changes no faster.
        span = max(step[:n]) - min(step[:n]) + max(step[n:]) - min(step[n:])
        part = log(1 + span) / span if span else 1
        f = [a + now * part * s for a, s in zip(f, step[:n])]
        g = [a + now * part * s for a, s in zip(g, step[n:])]


def hard(kind, y, x, epsilon):
    target, prediction = exact(y), exact(x)
    n, m = len(y), len(x)
    table = [[cost_of(kind, a, b) for b in prediction] for a in target]
    # As a double, so that the test can pass it in: a share of the mean cost, unless it is given.
    epsilon = epsilon or float(sum(flat(table)) / (n * m) / 100)
    p, _ = newton_plan(table, mpf(epsilon))
    cost = sum(a * c for a, c in zip(flat(p), flat(table)))
    return {
        "of": "hard", "squared": int(kind == "squared"), "dims": len(y[0]), "epsilon": epsilon,
        "target": flat(y), "prediction": flat(x), "transport_cost": cost,
        "objective": cost + mpf(epsilon) * sum(a * log(n * m * a) for a in flat(p)),
    }


def hard_plans():
    """Where Sinkhorn's iterations alone take tens of thousands: a hundredth of the mean cost."""
    mp.dps = 60
    random.seed(26)
    y = [[2.0, 3.0], [0.0, 2.0], [1.0, 2.0], [2.0, 0.0], [0.0, 0.0]]
    x = [[1.0, 3.0], [0.0, 1.0], [3.0, 3.0], [3.0, 1.0], [1.0, 2.0]]
    cases = [hard(kind, y, x, 0.5) for kind in ("squared", "euclidean")]
    for n, m, dims in [(4, 4, 2), (4, 4, 2), (8, 8, 3), (8, 8, 3), (5, 9, 2), (9, 5, 2), (20, 24, 3)]:
        for kind in ("squared", "euclidean"):
            cases.append(hard(kind, uniform(n, dims), uniform(m, dims), None))
    for kind in ("squared", "euclidean"):
        twice, lattice = uniform(3, 2), [[float(random.randrange(4)) for _ in range(2)] for _ in range(8)]
        cases.append(hard(kind, twice + twice, uniform(4, 2) + twice, None))
        cases.append(hard(kind, lattice, [[a + 1.0, b] for a, b in lattice[::-1]], None))
        cases.append(hard(kind, uniform(6, 2, 1e8, -5e7), uniform(6, 2, 1e8), None))
        cases.append(hard(kind, uniform(6, 2, 1e-8), uniform(6, 2, 1e-8), None))
    mp.dps = 1000
    return cases


def pot():
    cases = []
    rng = np.random.default_rng(25)
    for n, m, dims, epsilon in [(15, 12, 3, 0.05), (12, 12, 2, 0.2), (6, 20, 1, 0.02)]:
        y, x = rng.random((n, dims)), rng.random((m, dims))
        for kind, metric in [("squared", "sqeuclidean"), ("euclidean", "euclidean")]:
            a, b, table = np.full(n, 1 / n), np.full(m, 1 / m), cdist(y, x, metric)
            found = ot.sinkhorn(a, b, table, epsilon, method="sinkhorn_log",
                                numItermax=200_000, stopThr=1e-15)
            cases.append({
                "of": "pot", "squared": int(kind == "squared"), "dims": dims, "epsilon": epsilon,
                "target": y.ravel().tolist(), "prediction": x.ravel().tolist(),
                "plan": found.ravel().tolist(), "transport_cost": float((found * table).sum()),
            })
    return cases


if __name__ == "__main__":
    write("point_cloud.json", chamfer() + all_permutations() + assignments() + plans() + hard_plans() + pot())
