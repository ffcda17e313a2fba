"""The λ sweep that every peer trains: numbers, data, first parameters, batch order, dropout masks, the checks' input.

A peer defines `train(problem, dropout, epochs) -> Losses` and ends with `problem.main(train)`. It may read only this
module, so all peers get the same data, the same first θ and the same batches, and, where they ask for them, the same
masks. Arrays are float32; shapes are written (rows, columns); K = 8 configurations, one per λ.
"""
import os

# Read by OpenBLAS and ATen when they load, so it stands above the imports. One thread each; and neither library may be
# held to less than the CPU has. Debian's ATen asks for AVX2 on CPUs that have AVX-512.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
with open("/proc/cpuinfo", encoding="ascii", errors="replace") as cpuinfo:
    if {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(cpuinfo.read().split()):
        os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")

import argparse
import json
import resource
import sys
import time
from typing import NamedTuple

import numpy as np

LAMBDAS = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1.0)
POINTS, TRAINING = 10_000, 7_000
WIDTH, HIDDEN = 64, 3  # Linear(1→64), 3 × [Linear(64→64) → dropout → LeakyReLU], Linear(64→1)
SLOPE = 0.03
BATCH, EPOCHS = 64, 50
VALIDATION_CHUNK = 128  # samples at once where a peer is free to choose; OpenBLAS is 20 % slower from 256 on
LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
SHAPES = ((WIDTH, 1), *[(WIDTH, WIDTH)] * HIDDEN, (1, WIDTH))  # of each W, (outputs, inputs)
SEED = 20240607


class Losses(NamedTuple):
    """Mean of the batch losses of each epoch, penalty not included: two arrays (K, epochs)."""

    training: np.ndarray
    validation: np.ndarray


class Problem:
    def __init__(self, seed=SEED):
        self.seed = seed
        draw = np.random.Generator(np.random.PCG64([seed, 1]))
        x = np.linspace(0, 4 * np.pi, POINTS)
        a, b, c = draw.normal([1, 1, 0], [0.5, 0.5, 0.1])
        y = np.sin(a * x) * (1 - np.cos(b * x)) / np.exp(c * x) + draw.normal(0, 0.1, POINTS)
        y = (y - y.min()) / (y.max() - y.min())
        split = draw.permutation(POINTS)
        x, y = x[split].astype(np.float32), y[split].astype(np.float32)
        self.x, self.y = x[:TRAINING], y[:TRAINING]
        self.x_validation, self.y_validation = x[TRAINING:], y[TRAINING:]
        self.layers = []  # (W, b) per Linear, uniform on ±1/√fan_in, the same for every λ
        for shape in SHAPES:
            bound = 1 / np.sqrt(shape[1])
            w, b = draw.uniform(-bound, bound, shape), draw.uniform(-bound, bound, shape[0])
            self.layers.append((w.astype(np.float32), b.astype(np.float32)))

    def order(self, epoch):
        """The shuffled training set of an epoch: (7000,) indices; batches are its pieces of 64, the last has 24."""
        return np.random.Generator(np.random.PCG64([self.seed, 2, epoch])).permutation(TRAINING)

    def masks(self, dropout):
        return Masks(self.seed, dropout)


class Masks:
    """Inverted dropout masks, step by step: 0 or 1/(1 − p), with p to 16 bits (0.2 is 0.199997).

    Every configuration starts this stream anew, as eight runs from one seed would; a stacked program may therefore draw
    it once for all eight.
    """

    def __init__(self, seed, dropout):
        self.bits = np.random.SFC64([seed, 3])
        self.keep = np.uint16(round((1 - dropout) * 65536))
        self.scale = np.float32(1 / (1 - dropout))
        self.value = np.empty((HIDDEN, BATCH, WIDTH), np.float32)

    def step(self):
        """The masks of the next step: (3, 64 samples, 64 units), overwritten by the next call."""
        raw = self.bits.random_raw(self.value.size // 4).view(np.uint16).reshape(self.value.shape)
        return np.multiply(raw < self.keep, self.scale, out=self.value)


def batch_means(squares, size=BATCH):
    """(…, samples) squared errors → (…) mean of the batch means, the last batch over what it has."""
    whole = squares.shape[-1] // size * size
    means = squares[..., :whole].reshape(*squares.shape[:-1], -1, size).mean(-1)
    if whole < squares.shape[-1]:
        means = np.concatenate([means, squares[..., whole:].mean(-1, keepdims=True)], -1)
    return means.mean(-1, dtype=np.float64)


def main(train):
    """One measured run: two epochs to warm up, then the sweep; prints one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dropout", type=float, default=0.0, help="p of the units' dropout, 0 <= p < 1")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    if not 0 <= options.dropout < 1:
        parser.error(f"--dropout must be >= 0 and < 1, found {options.dropout}")
    problem = Problem()
    train(problem, options.dropout, 2)
    cpu, wall = processor_seconds(), time.perf_counter()
    losses = train(problem, options.dropout, options.epochs)
    wall, cpu = time.perf_counter() - wall, processor_seconds() - cpu
    json.dump(
        {
            "seconds_per_configuration": wall / len(LAMBDAS),
            "share_of_core": cpu / wall,
            "training": np.asarray(losses.training, float).tolist(),
            "validation": np.asarray(losses.validation, float).tolist(),
        },
        sys.stdout,
    )
    print()


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
