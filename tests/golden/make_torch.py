"""Writes the expected values of tests/torch.rs: a second origin for losses whose digits come from
mpmath elsewhere. Everything is computed in double precision by the libraries' own functions, the
gradients by PyTorch's differentiation, on ordinary inputs. Where a library has no such function, the
formula that it documents is written here in its operations, and the case says so under "by".

    pip install numpy==2.4.6 torch==2.15.0 torchvision==0.29.2 pytorch-metric-learning==2.9.0
    python tests/golden/make_torch.py

Numbers are written as text, so that reading them rounds once, to the nearest double.
"""

import json
import math
from importlib.metadata import version
from pathlib import Path

import torch
import torch.nn.functional as F
from pytorch_metric_learning import losses, miners
from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.utils import loss_and_miner_utils as lmu
from torchvision.ops import sigmoid_focal_loss

torch.set_default_dtype(torch.float64)
torch.manual_seed(19)
HERE = Path(__file__).parent
PACKAGES = ", ".join(f"{p} {version(p)}" for p in ("torch", "torchvision", "pytorch-metric-learning"))
ORIGIN = f"{PACKAGES}, double precision, by tests/golden/make_torch.py"

cases = []


def normal(*shape, size=1.0):
    return torch.randn(*shape) * size


def add(of, by, each, learning, fixed, reduce=torch.mean):
    """A case: the inputs, the loss of every sample, and the gradient of the mean with respect to the
    inputs that learn."""
    inputs = {name: tensor.detach().clone().requires_grad_() for name, tensor in learning.items()}
    values = each(**inputs)
    gradients = torch.autograd.grad(reduce(values), list(inputs.values()))
    case = {"of": of, "by": by, "each": values, **learning, **fixed}
    case.update({f"to_{name}": slopes for name, slopes in zip(inputs, gradients)})
    cases.append(case)


# --- classes

N, CLASSES, D = 8, 5, 4
labels = torch.randint(CLASSES, (N,))
weights = torch.rand(CLASSES) + 0.1
for smoothing in (0.0, 0.1):
    # Not "mean", which divides by the weights of the labels.
    add("cross_entropy", "torch.nn.functional.cross_entropy, reduction none",
        lambda logits: F.cross_entropy(logits, labels, weights, reduction="none", label_smoothing=smoothing),
        {"logits": normal(N, CLASSES, size=3)},
        {"labels": labels, "weights": weights, "smoothing": smoothing})
target = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.3, 0.75, 1.0, 0.0])
add("binary_cross_entropy", "torch.nn.functional.binary_cross_entropy_with_logits",
    lambda logits: F.binary_cross_entropy_with_logits(logits, target, pos_weight=torch.tensor(2.5), reduction="none"),
    {"logits": normal(N, size=3)}, {"target": target, "weight": 2.5})
hard = target.round()
for gamma, alpha in ((2.0, 0.25), (0.5, 0.75), (2.0, -1.0)):  # torchvision's -1: no alpha
    add("focal", "torchvision.ops.sigmoid_focal_loss",
        lambda logits: sigmoid_focal_loss(logits, hard, alpha, gamma),
        {"logits": normal(N, size=3)}, {"target": hard, "gamma": gamma, "alpha": alpha})
two = torch.randint(2, (N,))
# Divided by the number of classes there, 2; with two classes Weston and Watkins's is Crammer and Singer's.
add("multi_margin", "2 torch.nn.functional.multi_margin_loss of two classes",
    lambda scores: 2 * F.multi_margin_loss(scores, two, reduction="none"),
    {"scores": normal(N, 2)}, {"labels": two})

# --- pairs and triplets


def squared(x, y):
    return ((x - y) ** 2).sum(-1)


same = torch.tensor([1, 0, 1, 0, 0, 0, 1, 0])
# Its denominators hold 1e-12 each, which such long vectors do not notice.
add("cosine_embedding", "torch.nn.functional.cosine_embedding_loss",
    lambda left, right: F.cosine_embedding_loss(left, right, 2 * same - 1, margin=0.2, reduction="none"),
    {"left": normal(N, D, size=1e3), "right": normal(N, D, size=1e3)}, {"same": same, "margin": 0.2, "d": D})
add("contrastive", "Hadsell's equation 4 in torch's operations",
    lambda left, right: torch.where(same == 1, squared(left, right),
                                    F.relu(2.5 - torch.linalg.vector_norm(left - right, dim=1)) ** 2) / 2,
    {"left": normal(N, D), "right": normal(N, D)}, {"same": same, "margin": 2.5, "d": D})
add("triplet", "torch.nn.functional.triplet_margin_with_distance_loss of squared distances",
    lambda anchor, positive, negative: F.triplet_margin_with_distance_loss(
        anchor, positive, negative, distance_function=squared, margin=1.5, reduction="none"),
    {name: normal(N, D) for name in ("anchor", "positive", "negative")}, {"margin": 1.5, "d": D})

# --- batches: which triplets are found

for n, kinds in ((12, 3), (20, 4), (9, 2)):
    batch_labels, x = torch.randint(kinds, (n,)), normal(n, D)
    distance = LpDistance(normalize_embeddings=False, p=2, power=2)
    everything = torch.stack(lmu.get_all_triplets_indices(batch_labels), dim=1)
    a, p, q = miners.BatchHardMiner(distance=distance)(x, batch_labels)
    hardest = torch.stack((a, p, q), dim=1)
    # The nearest negative beyond the farthest positive; anchors without one are left out there.
    mine = miners.BatchEasyHardMiner(pos_strategy="hard", neg_strategy="semihard", distance=distance)
    a1, p1, a2, q = mine(x, batch_labels)
    assert torch.equal(a1, a2)
    semi = torch.stack((a1, p1, q), dim=1)
    cases.append({
        "of": "mining", "by": "pytorch-metric-learning's miners", "labels": batch_labels, "x": x, "d": D,
        "all": everything, "hard": hardest, "semi_hard": semi,
    })

# --- angles


class Angular(torch.nn.Module):
    """pytorch-metric-learning's loss of every sample, with weights that are given."""

    def __init__(self, kind, scale, margin):
        super().__init__()
        degrees = {"arcface": math.degrees(margin), "cosface": margin}[kind]
        loss = {"arcface": losses.ArcFaceLoss, "cosface": losses.CosFaceLoss}[kind]
        self.loss = loss(CLASSES, D, margin=degrees, scale=scale).double()

    def forward(self, embeddings, weights, labels):
        values = []
        for x, label in zip(embeddings, labels):
            # Their W is a parameter, [d, classes]; a plain tensor in its place keeps the gradient.
            del self.loss._parameters["W"]
            self.loss.W = weights.T
            values.append(self.loss(x[None], label[None]))
            del self.loss.W
            self.loss._parameters["W"] = None
        return torch.stack(values)


for kind, margin in (("arcface", 0.5), ("arcface", 1.25), ("cosface", 0.35)):
    for scale in (4.0, 16.0):
        module = Angular(kind, scale, margin)
        add(kind, f"pytorch-metric-learning's {kind}",
            lambda embeddings, weights: module(embeddings, weights, labels),
            {"embeddings": normal(N, D), "weights": normal(CLASSES, D)},
            {"labels": labels, "scale": scale, "margin": margin, "d": D})

# --- centres

centers = normal(CLASSES, D)
add("center", "the paper's equations 2 and 5 in torch's operations",
    lambda logits, embeddings: F.cross_entropy(logits, labels, reduction="none")
    + 0.1 * squared(embeddings, centers[labels]) / 2,
    {"logits": normal(N, CLASSES), "embeddings": normal(N, D)},
    {"labels": labels, "centers": centers, "lambda": 0.1, "d": D})

# --- preferences

reference = {"reference_chosen": normal(N, size=3) - 20, "reference_rejected": normal(N, size=3) - 20}
for beta, smoothing in ((0.1, 0.0), (0.5, 0.1)):
    def dpo(chosen, rejected):
        # TRL's loss of the type "sigmoid".
        h = (chosen - reference["reference_chosen"]) - (rejected - reference["reference_rejected"])
        return -F.logsigmoid(beta * h) * (1 - smoothing) - F.logsigmoid(-beta * h) * smoothing

    add("dpo", "TRL's formula in torch's operations", dpo,
        {"chosen": normal(N, size=3) - 20, "rejected": normal(N, size=3) - 20},
        {**reference, "beta": beta, "smoothing": smoothing})


def text(value):
    if isinstance(value, torch.Tensor):
        flat = value.detach().flatten().tolist()
        return [str(int(v)) if not value.is_floating_point() else repr(v) for v in flat]
    return value if isinstance(value, str) else repr(value)


lines = ",\n".join(json.dumps({key: text(value) for key, value in case.items()}) for case in cases)
(HERE / "torch.json").write_text(f'{{"origin": "{ORIGIN}", "cases": [\n{lines}\n]}}\n')
