"""All configurations stacked in one batched PyTorch program: torch.bmm and hand-written gradients (stack.py).

torch.bmm pays some 0.5 µs per matrix of a batch, so thin products are sums and broadcasts instead.
"""
from functools import partial

import problem as p

import torch

import stack


class Torch:
    @staticmethod
    def product(a, b, out):
        return partial(torch.bmm, a, b, out=out)

    @staticmethod
    def total(d, out):
        return partial(torch.sum, d, 2, True, out=out)

    @staticmethod
    def stem(w, x, out):
        slope, bias, x = w[:, 0, :, None], w[:, 1, :, None], x[0]
        return lambda: torch.mul(slope, x, out=out).add_(bias)

    @staticmethod
    def stem_gradient(d, x, out):
        slope, bias, x = out[:, 0], out[:, 1], x[0]

        def run():
            torch.sum(d, 2, out=bias)
            torch.sum(d.mul_(x), 2, out=slope)

        return run


def train(problem, dropout, epochs):
    return stack.train(problem, dropout, epochs, Torch)


if __name__ == "__main__":
    p.main(train)
