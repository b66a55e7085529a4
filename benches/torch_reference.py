"""Measures PyTorch at what the benchmarks measure: CPU, one thread, f64, the fastest of 100 calls.

    pip install torch==2.15.0 numpy
    python benches/torch_reference.py

The inputs are of the kinds and sizes of benches/inputs/mod.rs. A gradient is the loss and its
`backward()`. PyTorch has no batch-hard and no Chamfer loss; they are written here as its users do.
"""

import time

import torch
from torch.nn import functional as F

torch.manual_seed(1)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

N = 1_000_000


def measure(family, name, call):
    times = []
    for _ in range(100):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    print(f"{family:15} {name:38} {min(times) * 1e3:7.2f} ms", flush=True)


def with_gradient(loss, prediction):
    prediction = prediction.clone().requires_grad_()

    def call():
        prediction.grad = None
        loss(prediction).backward()

    return call


def regression():
    y, y_hat = torch.randn(N), torch.randn(N)
    measure("regression", "squared_error", lambda: F.mse_loss(y_hat, y))
    measure("regression", "absolute_error", lambda: F.l1_loss(y_hat, y))
    measure("regression", "huber", lambda: F.huber_loss(y_hat, y))
    measure("regression", "smooth_l1", lambda: F.smooth_l1_loss(y_hat, y))
    huber = with_gradient(lambda y_hat: F.huber_loss(y_hat, y), y_hat)
    measure("regression", "huber_with_gradient", huber)


def classification():
    y, p, z = torch.randint(0, 2, (N,)).double(), torch.rand(N), torch.randn(N)
    from_logits = F.binary_cross_entropy_with_logits
    name = "binary_from_probabilities"
    measure("classification", name, lambda: F.binary_cross_entropy(p, y))
    measure("classification", "binary_from_logits", lambda: from_logits(z, y))
    both = with_gradient(lambda z: from_logits(z, y), z)
    measure("classification", "binary_from_logits_with_gradient", both)
    labels, rows = torch.randint(0, 100, (10_000,)), torch.randn(10_000, 100)
    name = "cross_entropy_10000x100"
    measure("classification", name, lambda: F.cross_entropy(rows, labels))
    both = with_gradient(lambda rows: F.cross_entropy(rows, labels), rows)
    measure("classification", f"{name}_with_gradient", both)


def information():
    p, q = torch.rand(N), torch.rand(N)
    p, q = p / p.sum(), q / q.sum()
    measure("information", "kl", lambda: F.kl_div(q.log(), p, reduction="sum"))


def embedding():
    labels, x = torch.randint(0, 64, (512,)), torch.randn(512, 128)
    same = labels[:, None] == labels[None, :]
    positive = same & ~torch.eye(512, dtype=torch.bool)

    def batch_hard():
        squared = torch.cdist(x, x) ** 2
        farthest = squared.masked_fill(~positive, -torch.inf).amax(1)
        nearest = squared.masked_fill(same, torch.inf).amin(1)
        return F.relu(farthest - nearest + 0.2)[positive.any(1)].mean()

    measure("embedding", "batch_hard_512x128", batch_hard)


def point_cloud():
    y, y_hat = torch.randn(2048, 3), torch.randn(2048, 3)

    def chamfer(y_hat):
        squared = torch.cdist(y, y_hat) ** 2
        return squared.amin(1).sum() + squared.amin(0).sum()

    measure("point_cloud", "chamfer_2048", lambda: chamfer(y_hat))
    measure("point_cloud", "chamfer_2048_with_gradient", with_gradient(chamfer, y_hat))


def sequence():
    labels = torch.randint(1, 50, (8, 40))
    logits = torch.randn(200, 8, 50)
    frames, lengths = torch.full((8,), 200), torch.full((8,), 40)

    def ctc(log_probs):
        return F.ctc_loss(log_probs, labels, frames, lengths)

    both = with_gradient(ctc, logits.log_softmax(2))
    measure("sequence", "ctc_8x200x50_with_gradient", both)
    both = with_gradient(lambda logits: ctc(logits.log_softmax(2)), logits)
    measure("sequence", "ctc_8x200x50_from_logits_with_gradient", both)


regression()
classification()
information()
embedding()
point_cloud()
sequence()
