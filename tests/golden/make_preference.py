"""Writes the expected values of tests/preference.rs.

They are computed with mpmath from the defining formulas, at 1000 digits, from the exact values of
the doubles that the tests pass in, and written with 25 digits. Nothing here is rearranged for
stability, and nothing comes from the crate. A second origin: optax's sigmoid cross-entropy, which is
a Bradley-Terry loss when the label is 1, with the gradient that JAX takes of it, and rlax's clipped
surrogate.

    pip install mpmath==1.4.1 jax==0.10.2 optax==0.2.8 rlax==0.1.9
    python tests/golden/make_preference.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import optax
import rlax
from mpmath import exp, log, mp, mpf, nstr

mp.dps = 1000
jax.config.update("jax_enable_x64", True)
PACKAGES = ", ".join(f"{name} {version(name)}" for name in ("jax", "optax", "rlax"))
ORIGIN = f"mpmath, 1000 digits, and {PACKAGES} (optax, rlax), by tests/golden/make_preference.py"


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


FAR = 2000  # exp(-2000) is 0 to any double, and needs most of the digits


def sigmoid(z):
    return mpf(z > 0) if abs(z) > FAR else 1 / (1 + exp(-z))


def minus_log_sigmoid(z):
    return max(-z, mpf(0)) if abs(z) > FAR else -log(sigmoid(z))


def columns(rows):
    return [list(column) for column in zip(*rows)]


# --- Bradley-Terry ------------------------------------------------------------------------------

SCORES = [
    (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (2.5, -1.5), (-3.0, 4.0), (0.1, 0.3), (20.0, 0.0),
    (0.0, 20.0), (37.5, 0.0), (0.0, 37.5), (100.0, 0.0), (0.0, 100.0), (700.0, 0.0), (740.0, 0.0),
    (1e4, 0.0), (0.0, 1e4), (-1e4, 1e4), (1e4, 9999.75), (1e-9, 0.0), (1e-300, 0.0), (0.0, 1e-300),
    (10000.1, 0.3), (1e150, 0.0), (0.0, 1e150), (5e-324, 0.0), (700.3, 0.1), (0.7, 0.1),
]


def bradley_terry():
    cases = []
    for margin in (0.0, 1.0, 0.3, 1e4):
        rows = []
        for chosen, rejected in SCORES:
            if (margin, chosen) == (1e4, 10000.1):
                continue  # a lead of -0.2 is what is left of 1e4: the last digits are the input's
            z = mpf(chosen) - mpf(rejected) - mpf(margin)
            rows.append((chosen, rejected, minus_log_sigmoid(z), -sigmoid(-z)))
        chosen, rejected, losses, slopes = columns(rows)
        cases.append({"of": "bradley_terry", "margin": margin, "chosen": chosen,
                      "rejected": rejected, "losses": losses, "slopes": slopes,
                      "mean": sum(losses) / len(losses)})
    return cases


# --- DPO ----------------------------------------------------------------------------------------

PAIRS = [  # reference chosen, rejected; policy chosen, rejected
    (-20.0, -20.0, -20.0, -20.0), (-20.0, -20.0, -15.0, -25.0), (-20.0, -20.0, -25.0, -15.0),
    (-12.3, -45.6, -11.1, -47.7), (-0.1, -0.2, -0.3, -0.4), (-1e4, -1e4, -9999.9, -1e4),
    (-1e4, -1.0, -1.0, -1e4), (-1.0, -1e4, -1e4, -1.0), (-1234.5, -987.6, -1234.4, -987.7),
    (-1e-300, -1.0, -2.0, -3.0), (0.0, 0.0, 0.0, -1e4), (-350.1, -20.7, -20.3, -390.9),
    (3.5, -2.25, 4.0, -2.0),
]


def dpo():
    cases = []
    for beta in (0.1, 0.5, 1.0, 10.0, 1e-3):
        for smoothing in (0.0, 0.1, 0.3, 1e-10):
            rows = []
            for pair in PAIRS:
                rc, rr, pc, pr = map(mpf, pair)
                b, e = mpf(beta), mpf(smoothing)
                z = b * ((pc - rc) - (pr - rr))
                loss = (1 - e) * minus_log_sigmoid(z) + e * minus_log_sigmoid(-z)
                slope = -b * ((1 - e) * sigmoid(-z) - e * sigmoid(z))
                rows.append((*pair, loss, slope))
            rc, rr, pc, pr, losses, slopes = columns(rows)
            cases.append({"of": "dpo", "beta": beta, "smoothing": smoothing,
                          "reference_chosen": rc, "reference_rejected": rr, "chosen": pc,
                          "rejected": pr, "losses": losses, "slopes": slopes,
                          "mean": sum(losses) / len(losses)})
    return cases


# --- PPO and the KL penalty ---------------------------------------------------------------------

ACTIONS = [  # advantage, log-probability before and now
    (a, old, old + step)
    for a in (1.0, -1.0, 0.37, -2.9, 1e-300, 1e6)
    for old in (-1.3, -250.0)
    for step in (0.0, 0.05, -0.05, 0.15, -0.15, 0.5, -0.5, 5.0, -30.0, 100.0, -700.0)
] + [(1.0, -1e4, 0.0), (1.0, 0.0, -1e4), (-1.0, 0.0, -1e4), (0.0, -1.0, -0.5), (-1.0, -1.0, 0.0)]


def ppo():
    cases = []
    for epsilon in (0.1, 0.2, 0.3, 0.9):
        rows = []
        for action in ACTIONS:
            a, old, new = map(mpf, action)
            e = mpf(epsilon)
            rho = exp(new - old)
            plain, clipped = rho * a, min(max(rho, 1 - e), 1 + e) * a
            rows.append((*action, -min(plain, clipped), -plain if plain <= clipped else mpf(0)))
        advantages, old, new, losses, slopes = columns(rows)
        cases.append({"of": "ppo", "epsilon": epsilon, "advantages": advantages, "old": old,
                      "new": new, "losses": losses, "slopes": slopes})
    return cases


ANSWERS = [  # reward, log-probability under the reference and the policy
    (1.0, -8.0, -6.0), (1.0, -8.0, -8.0), (0.3, -12.7, -14.9), (-2.0, -1e4, -9999.9),
    (0.123, -100.1, -98.87), (1e4, -1e4, 0.0), (1e-300, -1.0, -1.0), (5.0, -1e150, -1.0),
    (0.02, -3.1, -2.9),
]


def kl():
    cases = []
    for beta in (0.0, 0.1, 0.5, 1.0, 0.02):
        # Where the reward and its price cancel to 1e-15, what is left is rounding.
        answers = [row for row in ANSWERS if beta != 0.1 or row[0] not in (0.02, 0.123)]
        rows = [(*row, mpf(row[0]) - mpf(beta) * (mpf(row[2]) - mpf(row[1]))) for row in answers]
        rewards, reference, policy, left = columns(rows)
        cases.append({"of": "kl", "beta": beta, "rewards": rewards, "reference": reference,
                      "policy": policy, "left": left})
    return cases


# --- the second origin --------------------------------------------------------------------------


def second():
    random.seed(24)
    chosen = [random.gauss(0, 3) for _ in range(20)]
    rejected = [random.gauss(0, 3) for _ in range(20)]

    def mean(chosen, rejected):
        z = chosen - rejected
        return optax.sigmoid_binary_cross_entropy(z, jnp.ones_like(z)).mean()

    value, gradients = jax.value_and_grad(mean, (0, 1))(jnp.array(chosen), jnp.array(rejected))
    cases = [{"of": "optax", "chosen": chosen, "rejected": rejected, "mean": float(value),
              "of_chosen": [float(x) for x in gradients[0]],
              "of_rejected": [float(x) for x in gradients[1]]}]

    advantages = [random.gauss(0, 1) for _ in range(20)]
    old = [-random.expovariate(1) for _ in range(20)]
    new = [x + random.gauss(0, 0.3) for x in old]

    def surrogate(new):
        ratios = jnp.exp(new - jnp.array(old))
        return rlax.clipped_surrogate_pg_loss(ratios, jnp.array(advantages), 0.2)

    value, gradient = jax.value_and_grad(surrogate)(jnp.array(new))
    cases.append({"of": "rlax", "epsilon": 0.2, "advantages": advantages, "old": old, "new": new,
                  "mean": float(value), "gradient": [float(x) for x in gradient]})
    return cases


if __name__ == "__main__":
    write("preference.json", bradley_terry() + dpo() + ppo() + kl() + second())
