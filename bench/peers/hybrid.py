"""The stacked program (stack.py) with every product through NumPy's matmul, thin ones too.

Tensors and arrays share their memory; np.matmul calls OpenBLAS once per matrix with next to nothing in between.
"""
from functools import partial

import problem as p

import numpy as np
import torch

import stack


class NumPy:
    @staticmethod
    def product(a, b, out):
        return partial(np.matmul, a.numpy(), b.numpy(), out.numpy())

    @staticmethod
    def total(d, out):
        return NumPy.product(d, torch.ones(d.shape[2], 1), out)

    @staticmethod
    def stem(w, x, out):
        return NumPy.product(w.mT, x, out)

    @staticmethod
    def stem_gradient(d, x, out):
        return NumPy.product(x, d.mT, out)


def train(problem, dropout, epochs):
    return stack.train(problem, dropout, epochs, NumPy)


if __name__ == "__main__":
    p.main(train)
