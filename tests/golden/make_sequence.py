"""Writes the expected values of tests/sequence.rs.

Small cases are computed with mpmath at 100 digits from the definition: every one of the
symbols^time paths is collapsed, and the probabilities of those that give the target are added up;
so is, for the posterior, the part of them that shows a symbol in a frame. Long ones are computed
with the forward and backward recursions of Graves et al. (2006), equations 5 to 16, in their plain
linear form, which loses nothing at so many digits; small cases are computed both ways and compared
here. Everything starts from the exact values of the doubles that the tests pass in.

PyTorch (CPU, float64) is a second origin: this script stops where its loss or its gradient for
logits differs from mpmath's by more than 1e-11 (1e-9 for hundreds of frames: it works with
logarithms, which are in the thousands there), for all inputs without -inf whose loss is finite (a
target without an alignment has the gradient 0 here, and NaN there). What it calls the
gradient for log-probabilities is that for logits, p - posterior.

    pip install mpmath==1.4.1 torch==2.15.0
    python tests/golden/make_sequence.py

Numbers are written as text, so that reading them rounds once, to the nearest double. Long
predictions are some rows that repeat; `at` lists the frames whose gradients are given.
"""

import itertools
import json
import math
import random
from pathlib import Path

import torch
from mpmath import mp, mpf, nstr

mp.dps = 100
INF = math.inf
ORIGIN = "mpmath, 100 digits and more, by tests/golden/make_sequence.py"


def text(value):
    """An input (a double) exactly, or a result with 25 digits."""
    if isinstance(value, (float, int)):
        return repr(value)
    return nstr(+value, 25)  # +: rounded to the digits of now, of thousands


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


def collapse(path, blank):
    return [s for s, _ in itertools.groupby(path) if s != blank]


def exp(x):
    return mpf(0) if x == -INF else mp.exp(mpf(x))


def enumerated(target, p, blank):
    """The probability of the target, and of the target with a symbol in a frame."""
    time, symbols = len(p), len(p[0])
    total, shown = mpf(0), [[mpf(0)] * symbols for _ in p]
    for path in itertools.product(range(symbols), repeat=time):
        if collapse(path, blank) == target:
            product = mpf(1)
            for t, k in enumerate(path):
                product *= p[t][k]
            total += product
            for t, k in enumerate(path):
                shown[t][k] += product
    return total, shown


def recursed(target, p, blank):
    states = [blank]
    for label in target:
        states += [label, blank]
    n, time = len(states), len(p)

    def skip(s):
        return s >= 2 and states[s] != blank and states[s] != states[s - 2]

    alpha = [[p[0][states[s]] if s < 2 else mpf(0) for s in range(n)]]
    for t in range(1, time):
        a = alpha[-1]
        alpha.append([
            (a[s] + (a[s - 1] if s >= 1 else 0) + (a[s - 2] if skip(s) else 0)) * p[t][states[s]]
            for s in range(n)
        ])
    beta = [mpf(1) if s >= n - 2 else mpf(0) for s in range(n)]
    shown = [[mpf(0)] * len(p[0]) for _ in p]
    for t in reversed(range(time)):
        for s in range(n):
            shown[t][states[s]] += alpha[t][s] * beta[s]
        b = [beta[s] * p[t][states[s]] for s in range(n)]
        beta = [
            b[s] + (b[s + 1] if s + 1 < n else 0) + (b[s + 2] if s + 2 < n and skip(s + 2) else 0)
            for s in range(n)
        ]
    return sum(alpha[-1][-2:]), shown


def probabilities(kind, rows):
    if kind == "log_probs":
        return [[exp(x) for x in row] for row in rows]
    p = []
    for row in rows:
        exps = [mp.exp(mpf(x)) for x in row]
        p.append([e / sum(exps) for e in exps])
    return p


def with_torch(kind, target, rows, blank):
    x = torch.tensor(rows, dtype=torch.float64, requires_grad=True)
    log_p = x if kind == "log_probs" else torch.log_softmax(x, 1)
    loss = torch.nn.functional.ctc_loss(
        log_p.unsqueeze(1), torch.tensor([target], dtype=torch.long), [len(rows)], [len(target)],
        blank=blank, reduction="none",
    )[0]
    loss.backward()
    return loss.item(), x.grad.tolist()


def agrees(computed, expected, frames):
    return abs(computed - expected) <= (1e-9 if frames > 50 else 1e-11) * max(abs(expected), 1.0)


def case(kind, target, rows, frames=None, blank=0, at=None, digits=100):
    frames = frames or len(rows)
    mp.dps = digits
    distinct = probabilities(kind, rows)
    p = [distinct[t % len(rows)] for t in range(frames)]
    total, shown = recursed(target, p, blank)
    if len(rows[0]) ** frames <= 5000:
        again, shown_again = enumerated(target, p, blank)
        assert abs(total - again) <= mpf(10) ** -80 * total
        for one, other in zip(shown, shown_again):
            assert all(abs(a - b) <= mpf(10) ** -80 * total for a, b in zip(one, other))
        total, shown = again, shown_again
    loss = -mp.log(total) if total > 0 else INF
    if kind == "log_probs" and total > 1:
        # Rounded rows: the excess is theirs, and a certain target costs nothing.
        assert total < 1 + 1e-15
        loss = mpf(0)
    at = list(range(frames)) if at is None else at
    gradient = []
    for t in at:
        for k in range(len(rows[0])):
            if total == 0:
                gradient.append(mpf(0))
                continue
            posterior = shown[t][k] / total
            gradient.append(-posterior if kind == "log_probs" else p[t][k] - posterior)
    if total > 0 and all(x > -1e6 for row in rows for x in row):
        whole = [rows[t % len(rows)] for t in range(frames)]
        its_loss, its_gradient = with_torch(kind, target, whole, blank)
        assert agrees(its_loss, loss, frames), (its_loss, loss)
        for t in at:
            for k in range(len(rows[0])):
                right = p[t][k] - shown[t][k] / total
                assert agrees(its_gradient[t][k], right, frames), (t, k, right)
    mp.dps = 100
    return {
        "of": kind, "blank": blank, "target": target, "symbols": len(rows[0]), "frames": frames,
        "rows": [x for row in rows for x in row], "loss": loss, "at": at, "gradient": gradient,
    }


def log_softmax(rows):
    """Rounded to doubles."""
    mp.dps = 1000
    return [[float(mp.log(x)) for x in row] for row in probabilities("logits", rows)]


def random_logits(frames, symbols, spread):
    return [[random.gauss(0, spread) for _ in range(symbols)] for _ in range(frames)]


def both(target, logits, **more):
    return [
        case("logits", target, logits, **more), case("log_probs", target, log_softmax(logits), **more),
    ]


def ordinary():
    random.seed(22)
    cases = []
    uniform = [[0.0] * 3] * 3
    for target in ([], [1], [1, 2], [1, 1], [2, 1, 2]):
        cases += both(target, uniform)
    for symbols, frames, target in [
        (2, 1, [1]), (2, 1, []), (2, 5, [1, 1]), (3, 5, [2, 1]), (4, 6, [3, 3, 1]), (4, 4, [1, 2, 3]),
        (4, 5, [1, 1, 1]), (3, 7, [1, 2, 1]),
    ]:
        for spread in (1.0, 5.0):
            cases += both(target, random_logits(frames, symbols, spread))
    for blank, target in [(1, [0, 2]), (2, [0, 0, 1]), (3, [0, 1, 2])]:
        cases += both(target, random_logits(5, 4, 1.0), blank=blank)
    for spread in (1.0, 10.0):
        labels = [random.randrange(1, 6) for _ in range(15)]
        cases += both(labels, random_logits(50, 6, spread), at=[0, 1, 20, 48, 49])
    return cases


def extreme():
    random.seed(23)
    cases = []
    # Nearly certain: as the formula stands, no digit of the loss is left.
    for sure in (20.0, 40.0, 100.0, 600.0):
        path = [0, 1, 1, 0, 2, 0]
        logits = [[sure if k == best else 0.0 for k in range(3)] for best in path]
        cases += both([1, 2], logits, digits=1000)
        cases += both([2, 1], logits, digits=1000)
    # The same with a frame that is open, but not about the target.
    cases.append(case("logits", [1], [[0.0, 50.0, 0.0], [30.0, 30.5, -10.0], [40.0, 0.0, 0.0]]))
    cases.append(case("logits", [1, 2], [[40.0, 0.0, 1.0], [0.0, 45.0, -1.0], [7.0, 8.0, -40.0],
                                         [-3.0, 1.0, 50.0]]))
    for tiny in (1e-8, 1e-16, 1e-100, 1e-300):
        other = math.log(tiny / 2)
        cases.append(case("log_probs", [1, 2], [[other, -tiny, other], [other, other, -tiny],
                                                [-tiny, other, other]], digits=1000))
    # Far from likely.
    low = [[0.0, -1e4, -1e4], [-1e4, 0.0, -1e4], [0.0, -1e4, -9990.0], [-20000.0, -1e4, 0.0]]
    for target in ([1], [2, 1], [2], [], [1, 2, 1], [2, 2]):
        cases.append(case("log_probs", target, low, digits=10000))
        cases.append(case("logits", target, low, digits=10000))
    cases += both([1, 2, 1], random_logits(6, 3, 300.0), digits=5000)
    cases.append(case("logits", [1, 2], [[1e4 + x for x in row] for row in random_logits(4, 3, 1.0)]))
    # Where some symbols are impossible.
    half = math.log(0.5)
    cases.append(case("log_probs", [1], [[half, half], [-INF, 0.0], [0.0, -INF]]))
    cases.append(case("log_probs", [1], [[half, half], [-INF, 0.0], [half, half], [0.0, -INF]]))
    cases.append(case("log_probs", [1], [[0.0, -INF], [0.0, -INF]]))
    cases.append(case("log_probs", [1, 1], [[-INF, 0.0], [-INF, 0.0], [half, half]]))
    cases.append(case("log_probs", [], [[0.0, -INF], [0.0, -INF]]))
    cases.append(case("log_probs", [], [[0.0]]))
    # Long.
    rows = random_logits(7, 5, 2.0)
    labels = [random.randrange(1, 5) for _ in range(60)]
    cases += both(labels, rows, frames=2000, at=[0, 1000, 1999], digits=60)
    blanks = [[14.0, 0.0, 0.1, -0.2]] * 3
    labels = [random.randrange(1, 4) for _ in range(90)]
    cases += both(labels, blanks, frames=1000, at=[0, 500, 999], digits=60)
    labels = [1 + t % 3 for t in range(300)]
    cases += both(labels, random_logits(7, 4, 3.0), frames=300, at=[0, 150, 299], digits=60)
    return cases


def masked():
    """Symbols that can't be, and targets too long for their frames."""
    cases = []
    some = [[0.3, -INF, 1.2], [0.5, 2.0, -INF], [-1.0, 0.4, 0.1], [-INF, 0.7, -0.2]]
    for target in ([1], [2, 1], [1, 2], [2, 1, 2], [1, 1], []):
        cases.append(case("logits", target, some))
    always = [[0.2, 1.0, -0.4, -INF], [1e4, 9999.0, 9998.5, -INF], [-3.0, 0.0, 2.0, -INF]]
    for target in ([1], [1, 2], [3], [1, 3]):
        cases.append(case("logits", target, always))
    cases.append(case("logits", [1], [[-INF, 5.0], [3.0, -INF]]))
    cases.append(case("logits", [1], [[-INF, 50.0, 10.0], [30.0, -INF, -10.0]]))
    rows = [[0.1, 0.7, -0.3], [1.0, -2.0, 0.4], [0.0, 0.2, 0.5]]
    for target, frames in [([1, 1], 2), ([1, 2, 1], 2), ([2, 2, 1], 3)]:
        cases += both(target, rows[:frames])
    return cases


if __name__ == "__main__":
    write("sequence.json", ordinary() + extreme() + masked())
