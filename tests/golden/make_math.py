"""Finds the coefficients of src/math.rs, and writes the expected values of its tests.

The coefficients are those of the polynomials whose largest relative error is least (Remez's
exchange), printed; the values are computed with mpmath at 60 digits from the exact values of the
doubles that the tests pass in, and written with 25 digits.

    pip install mpmath==1.3.0
    python tests/golden/make_math.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import math
import random
from pathlib import Path

from mpmath import atanh, cos, exp, floor, log, log1p, lu_solve, matrix, mp, mpf, nstr, pi, sqrt

mp.dps = 60
ORIGIN = "mpmath, 60 digits, by tests/golden/make_math.py"


def remez(function, low, high, count, weight):
    """The `count` coefficients that make the largest `weight * (polynomial - function)` least."""
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle + half * cos(pi * (2 * i + 1) / (2 * (count + 1))) for i in range(count + 1)]
    grid = [middle - half * cos(pi * mpf(i) / (60 * count)) for i in range(60 * count + 1)]
    for _ in range(12):
        system, values = matrix(count + 1, count + 1), matrix(count + 1, 1)
        for row, x in enumerate(points):
            for power in range(count):
                system[row, power] = x**power
            system[row, count] = (-1) ** row / weight(x)
            values[row] = function(x)
        coefficients = list(lu_solve(system, values))[:count]

        def error(x):
            value = sum(c * x**power for power, c in enumerate(coefficients))
            return weight(x) * (value - function(x))

        errors = [error(x) for x in grid]
        extremes, best = [], 0
        for at in range(1, len(grid)):
            if (errors[at] > 0) != (errors[best] > 0):
                extremes.append(best)
                best = at
            elif abs(errors[at]) > abs(errors[best]):
                best = at
        extremes.append(best)
        if len(extremes) != count + 1:
            break
        points = [grid[at] for at in extremes]
    largest = max(abs(e) for e in errors)
    print(f"error 2^{nstr(log(largest, 2), 4)}:", [float(c) for c in coefficients])


TINY = mpf("1e-30")


def exp_rest(r):
    """(e^r - 1 - r) / r^2"""
    return mpf(1) / 2 + r / 6 if abs(r) < mpf("1e-25") else (exp(r) - 1 - r) / r**2


def artanh_rest(z):
    """(2 artanh(s) / s - 2) / z, where z = s^2"""
    s = sqrt(z)
    return mpf(2) / 3 + 2 * z / 5 if z < mpf("1e-20") else (2 * atanh(s) / s - 2) / z


edge = log(2) / 2 * (1 + mpf(2) ** -20)
remez(exp_rest, -edge, edge, 10, lambda r: r * r + TINY)
remez(artanh_rest, mpf(0), mpf("0.0401"), 8, lambda z: z + TINY)
high = floor(log(2) * 2**42) / mpf(2) ** 42
print("ln 2 =", float(high), "+", float(log(2) - high))

random.seed(20)


def neighbours(*values):
    steps = [math.nextafter(v, to) for v in values for to in (-math.inf, math.inf)]
    return list(values) + steps


def write(cases):
    cases = [
        {"of": of, "x": [repr(x) for x in xs], "expected": [nstr(f(mpf(x)), 25) for x in xs]}
        for of, f, xs in cases
    ]
    path = Path(__file__).with_name("math.json")
    path.write_text(json.dumps({"origin": ORIGIN, "cases": cases}, indent=1) + "\n")


exponents = [-(random.uniform(0, 1) * 10 ** random.uniform(-18, 2.87)) for _ in range(400)]
turns = [-float((k + mpf(1) / 2) * log(2)) for k in range(0, 1070, 45)]
units = [random.uniform(0, 1) * 10 ** random.uniform(-20, 0) for _ in range(300)]
units += [random.uniform(0, 1) for _ in range(300)]
powers = [2.0**-k for k in (1, 2, 3, 52, 53, 54, 500, 1021, 1022)]
write(
    [
        ("exp", exp, exponents + neighbours(*turns) + [-5e-324, -700.0, -708.5, -740.0, -745.0]),
        ("ln_1p", log1p, units + [v for v in neighbours(0.5, *powers) if v <= 1.0] + [1.0, 5e-324]),
        ("ln", log, units + [v for v in neighbours(0.75, *powers) if v <= 1.0] + [5e-324, 3e-310]),
        ("ln_of_rest", lambda x: log1p(-x), units + [v for v in neighbours(0.25, 0.5, *powers)]),
    ]
)
