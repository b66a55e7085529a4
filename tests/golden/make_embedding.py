"""Writes the expected values of tests/embedding.rs.

They are computed with mpmath from the defining formulas, at 700 digits, from the exact values of the
doubles that the tests pass in, and written with 25 digits. Gradients are central differences of those
formulas at steps of 1e-120, right to far more than 25 digits, so that no formula for a gradient is
needed here. Nothing is rearranged for stability, and nothing comes from the crate.

    pip install mpmath==1.3.0
    python tests/golden/make_embedding.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

from mpmath import acos, cos, exp, log, mp, mpf, nstr, pi, sin, sqrt

mp.dps = 700
HERE = Path(__file__).parent
ORIGIN = "mpmath, 700 digits, by tests/golden/make_embedding.py"


def text(value):
    """An input (a double) exactly, or a result with 25 digits."""
    return repr(value) if isinstance(value, (float, int)) else nstr(value, 25)


def flat(rows):
    return [value for row in rows for value in row]


def sub(a, b):
    return [x - y for x, y in zip(a, b)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def squared(a, b):
    return dot(sub(a, b), sub(a, b))


def cosine(a, b):
    return dot(a, b) / sqrt(dot(a, a) * dot(b, b))


def gradient(function, rows):
    """The derivative of function(rows) with respect to each cell, by central differences whose
    error is far below 25 digits."""
    result = []
    for i, row in enumerate(rows):
        largest = max(abs(x) for x in row) or mpf(1)
        h = largest * mpf(10) ** -120
        for k in range(len(row)):
            ends = []
            for sign in (1, -1):
                moved = [list(r) for r in rows]
                moved[i][k] += sign * h
                ends.append(function(moved))
            slope = (ends[0] - ends[1]) / (2 * h)
            # What the difference leaves of a slope of exactly 0 is some 240 digits smaller.
            flat_here = abs(slope) * largest < mpf(10) ** -230 * abs(ends[0])
            result.append(mpf(0) if flat_here else slope)
    return result


def exact(rows):
    return [[mpf(x) for x in row] for row in rows]


random.seed(3)


def normal(n, d, size=1.0):
    return [[random.gauss(0, 1) * size for _ in range(d)] for _ in range(n)]


cases = []

# --- distances

SETS = [
    (normal(4, 3), normal(3, 3)),
    (normal(3, 20), normal(2, 20)),
    (normal(3, 4, 1e150), normal(2, 4, 1e150)),
    (normal(3, 4, 1e-150), normal(2, 4, 1e-150)),
    (normal(2, 4, 1e-300), normal(2, 4, 1e300)),
    ([[1e-310, 5e-324], [3e-320, -2e-310]], [[1e-315, 1e-310], [1e308, 1.7e308]]),
    ([[1e8, 1.0, -3.0]], [[1e8, 1.0000000000000002, -3.0], [100000000.00000001, 1.0, -3.0]]),
    # Directions that differ by 1e-3 ... 1e-15, and by nothing.
    ([[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0 + 10.0**-k] for k in range(1, 16)]),
    ([[0.1, 0.7, -0.3]], [[0.3, 2.1, -0.9], [0.1, 0.7, -0.30000000000000004]]),
    # Nearly a right angle, nearly opposite.
    ([[1.0, 1e-9], [1.0, 1.0]], [[1e-9, 1.0], [-1.0, 1.0000000001], [-1.0, -1.0000001]]),
]


def near_cos(a, b):
    return 1 - cosine(a, b)


for left, right in SETS:
    l, r = exact(left), exact(right)
    cases.append({
        "of": "distances", "n": len(left), "m": len(right), "d": len(left[0]),
        "left": flat(left), "right": flat(right),
        "squared": [squared(a, b) for a in l for b in r],
        "cosine": [near_cos(a, b) for a in l for b in r],
    })

# --- pairs


def contrastive(same, a, b, margin):
    distance = sqrt(squared(a, b))
    return distance**2 / 2 if same else max(mpf(0), margin - distance) ** 2 / 2


def cosine_embedding(same, a, b, margin):
    c = cosine(a, b)
    return 1 - c if same else max(mpf(0), c - margin)


def pairs(name, function, margin, same, left, right):
    l, r, n, m = exact(left), exact(right), len(left), mpf(margin)
    each = [function(s, a, b, m) for s, a, b in zip(same, l, r)]
    to_left, to_right = [], []
    for s, a, b in zip(same, l, r):
        to_left += gradient(lambda rows: function(s, rows[0], b, m) / n, [a])
        to_right += gradient(lambda rows: function(s, a, rows[0], m) / n, [b])
    cases.append({
        "of": name, "margin": margin, "same": same, "d": len(left[0]),
        "left": flat(left), "right": flat(right), "each": each,
        "mean": sum(each) / n, "to_left": to_left, "to_right": to_right,
    })


for size in (1.0, 1e-100, 1e100):
    left, right = normal(6, 3, size), normal(6, 3, size)
    pairs("contrastive", contrastive, 2.5 * size, [1, 0, 1, 0, 0, 0], left, right)
    pairs("cosine_embedding", cosine_embedding, 0.25, [1, 0, 1, 0, 0, 0], left, right)
pairs("contrastive", contrastive, 1.0, [1, 0, 0, 0], [[1.0, 1.0]] * 4,
      [[1.0, 1.0000000000000002], [1.0, 1.0000000000000002], [1.0, 1.5], [1e-200, 1e-200]])
for margin in (-1.0, 0.0, 0.5):
    pairs("cosine_embedding", cosine_embedding, margin, [1, 1, 1, 0, 0, 0],
          [[1.0, 2.0], [1.0, 0.0], [3.0, 1.0]] * 2,
          [[1.0, 2.0000000001], [0.0, 1.0], [-3.0, -1.00001], [1.0, 2.1], [1.0, 2.0], [-3.0, 1.0]])

# --- triplets


def triplet(a, p, n, margin):
    return max(mpf(0), squared(a, p) - squared(a, n) + margin)


def triplets(margin, anchor, positive, negative):
    rows, count, m = exact(anchor + positive + negative), len(anchor), mpf(margin)

    def each(rows):
        a, p, n = rows[:count], rows[count:2 * count], rows[2 * count:]
        return [triplet(*three, m) for three in zip(a, p, n)]

    slopes = []
    for part in range(3):
        for i in range(count):
            three = [rows[i], rows[count + i], rows[2 * count + i]]

            def one(moved):
                now = list(three)
                now[part] = moved[0]
                return triplet(*now, m) / count

            slopes += gradient(one, [three[part]])
    cases.append({
        "of": "triplet", "margin": margin, "d": len(anchor[0]), "rows": flat(anchor + positive + negative),
        "each": each(rows), "mean": sum(each(rows)) / count, "slopes": slopes,
    })


for margin in (0.0, 0.2, 5.0):
    triplets(margin, normal(5, 4), normal(5, 4), normal(5, 4))
triplets(1e200, normal(3, 4, 1e100), normal(3, 4, 1e100), normal(3, 4, 1e100))
triplets(1e-200, normal(3, 4, 1e-100), normal(3, 4, 1e-100), normal(3, 4, 1e-100))
# On the margin's edge: just beyond, and just before it.
triplets(3.0, [[0.0]] * 2, [[1.0]] * 2, [[2.0000000000000004], [1.9999999999999998]])

# --- batches


def mined(name, labels, rows, margin):
    """All the triplets that a rule takes, by the definitions."""
    n = len(labels)
    d = [[squared(a, b) for b in rows] for a in rows]
    chosen = []
    for a in range(n):
        positives = [p for p in range(n) if p != a and labels[p] == labels[a]]
        negatives = [q for q in range(n) if labels[q] != labels[a]]
        if not positives or not negatives:
            continue
        if name == "batch_hard":
            chosen.append((a, max(positives, key=lambda p: d[a][p]), min(negatives, key=lambda q: d[a][q])))
        for p in positives:
            if name in ("batch_all", "batch_all_active"):
                chosen += [(a, p, q) for q in negatives
                           if name == "batch_all" or d[a][p] - d[a][q] + margin > 0]
            if name == "semi_hard":
                beyond = [q for q in negatives if d[a][q] > d[a][p]]
                chosen.append((a, p, min(beyond, key=lambda q: d[a][q]) if beyond
                               else max(negatives, key=lambda q: d[a][q])))
    return chosen


def batch(labels, embeddings, margin):
    rows, m = exact(embeddings), mpf(margin)
    for name in ("batch_all", "batch_all_active", "batch_hard", "semi_hard"):
        chosen = mined(name, labels, rows, m)

        def each(rows):
            return [triplet(rows[a], rows[p], rows[n], m) for a, p, n in chosen]

        losses = each(rows)
        count = max(len(chosen), 1)
        cases.append({
            "of": name, "margin": margin, "labels": labels, "d": len(rows[0]), "rows": flat(embeddings),
            "triplets": flat(chosen), "each": losses, "mean": sum(losses) / mpf(count),
            "active": sum(1 for loss in losses if loss > 0) / mpf(count),
            "slopes": gradient(lambda rows: sum(each(rows)) / mpf(count), rows),
        })


batch([0, 0, 1, 1, 2, 2], normal(6, 3), 1.0)
batch([5, 9, 5, 9, 9, 2, 5], normal(7, 2), 0.5)
batch([0, 0, 1], [[0.0, 0.0], [0.1, 0.0], [9.0, 9.0]], 0.5)
batch([0, 1, 0, 1, 1], normal(5, 2, 1e-3), 10.0)
batch([0, 0, 1, 1, 0], normal(5, 2, 1e120), 1.0)

# --- centres


def softmax_loss(label, logits):
    return log(sum(exp(z - logits[label]) for z in logits))


def centers(labels, embeddings, middles, logits, lam, alpha):
    x, c, z, n = exact(embeddings), exact(middles), exact(logits), len(labels)
    each = [squared(a, c[y]) / 2 for a, y in zip(x, labels)]
    joint = [softmax_loss(y, row) + mpf(lam) * loss for y, row, loss in zip(labels, z, each)]
    to_logits, to_embeddings = [], []
    for y, row, a in zip(labels, z, x):
        to_logits += gradient(lambda rows: softmax_loss(y, rows[0]) / n, [row])
        to_embeddings += gradient(lambda rows: squared(rows[0], c[y]) / 2 / n, [a])
    moved = []
    for j, middle in enumerate(c):
        members = [a for a, y in zip(x, labels) if y == j]
        moved += [m - mpf(alpha) * sum((m - a[k] for a in members), mpf(0)) / (1 + len(members))
                  for k, m in enumerate(middle)]
    cases.append({
        "of": "center", "labels": labels, "d": len(x[0]), "classes": len(c), "lambda": lam, "alpha": alpha,
        "embeddings": flat(embeddings), "centers": flat(middles), "logits": flat(logits),
        "each": each, "sum": sum(each), "joint": joint, "joint_mean": sum(joint) / n,
        "to_logits": to_logits, "to_embeddings": to_embeddings, "moved": moved,
    })


centers([0, 1, 1, 3], normal(4, 2), normal(4, 2), normal(4, 4, 3.0), 0.001, 0.5)
centers([2, 2, 0], normal(3, 5), normal(3, 5), normal(3, 3, 3.0), 0.1, 1.0)
centers([0, 1, 0], normal(3, 2, 1e-5), normal(2, 2, 1e-5), [[1e4, -1e4], [1e4, -1e4], [40.0, 0.0]], 1.0, 0.3)

# --- angles


def arc(c, margin):
    angle = acos(c)
    return cos(angle + margin) if angle + margin <= pi else c - margin * sin(margin)


def cosface(c, margin):
    return c - margin


def angular(name, target, scale, margin, labels, embeddings, weights):
    x, w, n = exact(embeddings), exact(weights), len(labels)
    s, m = mpf(scale), mpf(margin)

    def one(label, sample, w):
        logits = [s * cosine(sample, row) for row in w]
        logits[label] = s * target(cosine(sample, w[label]), m)
        return softmax_loss(label, logits)

    each = [one(y, a, w) for y, a in zip(labels, x)]
    to_embeddings = []
    for y, a in zip(labels, x):
        to_embeddings += gradient(lambda rows: one(y, rows[0], w) / n, [a])
    to_weights = gradient(lambda rows: sum(one(y, a, rows) for y, a in zip(labels, x)) / n, w)
    cases.append({
        "of": name, "scale": scale, "margin": margin, "labels": labels, "d": len(x[0]), "classes": len(w),
        "embeddings": flat(embeddings), "weights": flat(weights), "each": each, "mean": sum(each) / n,
        "to_embeddings": to_embeddings, "to_weights": to_weights,
    })


for name, target, margins in (("arcface", arc, [0.0, 0.5, 1.5]), ("cosface", cosface, [0.0, 0.35])):
    for margin in margins:
        for scale in (1.0, 16.0, 64.0):
            angular(name, target, scale, margin, [0, 2, 1, 1], normal(4, 4), normal(3, 4))
    # Huge and tiny lengths; an angle near 0; angles beyond pi - margin, and nearly pi.
    angular(name, target, 8.0, 0.5, [0, 1], normal(2, 3, 1e200), normal(2, 3, 1e-200))
    angular(name, target, 8.0, 0.5, [0, 0, 0, 0], [[1.0, 1e-6], [-1.0, 0.3], [-1.0, 1e-5], [-2.0, -0.9]],
            [[1.0, 0.0], [0.6, 0.9]])

for case in cases:
    for key, value in case.items():
        if isinstance(value, list):
            case[key] = [text(v) for v in value]
        elif not isinstance(value, str):
            case[key] = text(value)
lines = ",\n".join(json.dumps(case) for case in cases)
(HERE / "embedding.json").write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')
