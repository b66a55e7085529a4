"""Writes the expected values of tests/labels.rs: what scikit-learn counts in pairs of labels, and the
mutual information that it and SciPy find in them, in nats.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python tests/golden/make_labels.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import random
from pathlib import Path

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn.metrics import confusion_matrix, mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

HERE = Path(__file__).parent
ORIGIN = (
    f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__} (entropies), "
    "by tests/golden/make_labels.py"
)

random.seed(12)


def draws(n, k, likeness):
    """n labels below k, and as many others that agree with them that often."""
    first = [random.randrange(k) for _ in range(n)]
    return first, [a if random.random() < likeness else random.randrange(k) for a in first]


PAIRS = [draws(*how) for how in [(1, 1, 0), (6, 2, 0.5), (40, 3, 0.7), (200, 7, 0.2), (500, 30, 0.9)]]
PAIRS.append(([0, 1, 0, 2], [0, 1, 0, 0]))  # the lecture's
PAIRS.append(([2, 2, 5, 5, 2], [10**12, 7, 7, 7, 10**12]))  # values far apart, none of them 0

cases = []
for first, second in PAIRS:
    counts = contingency_matrix(first, second)
    joint = counts / counts.sum()
    of_first = scipy.stats.entropy(joint.sum(axis=1))
    of_both = scipy.stats.entropy(joint.ravel())
    cases.append({
        "of": "contingency", "first": first, "second": second, "columns": counts.shape[1],
        "counts": counts.ravel(), "mutual": mutual_info_score(first, second),
        "joint": of_both, "conditional": of_both - of_first,
    })
for (first, second), classes in zip(PAIRS, [1, 2, 4, 7, 30, 3]):
    cases.append({
        "of": "confusion", "first": first, "second": second, "classes": classes,
        "counts": confusion_matrix(first, second, labels=range(classes)).ravel(),
    })

for case in cases:
    for key, value in case.items():
        if isinstance(value, (list, np.ndarray)):
            case[key] = [str(int(v)) for v in value]
        elif not isinstance(value, str):
            case[key] = repr(value.item() if isinstance(value, np.generic) else value)
lines = ",\n".join(json.dumps(case) for case in cases)
(HERE / "labels.json").write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')
