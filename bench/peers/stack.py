"""All eight configurations as one batched program with hand-written gradients: the body of stacked.py and hybrid.py.

Shapes: K = 8 configurations, n samples. The work is products of K pairs of 64×64 matrices, and OpenBLAS is a third
slower where both factors are contiguous along the summed index. So the layouts alternate and no product is of that kind:

    layer   input                 W stored            output
    1, 3    (K, 65 units, n)      (64 out, 65 in)     (K, n, 64 units)
    2       (K, n, 64 units)      (64 in, 64 out)     (K, 64 units, n)

The 65th unit of an input is the constant 1 and the 65th column of such a W the bias: the bias costs no pass of its own.

Adam works on one buffer (K, P), all of θ. Its moments are kept unscaled, m̂ = Σ β₁^(t−i) gᵢ and v̂ = Σ β₂^(−i) gᵢ², so
that each costs one pass; their scales are folded into the step size and ε. (v̂ grows by e^5.5 over the 5,500 steps.)
"""
import math
from typing import NamedTuple

import numpy as np
import torch

import problem as p

K, W = len(p.LAMBDAS), p.WIDTH
P = 2 * W + 2 * W * (W + 1) + W * W + W + W + 1
ROW = -(-P // 16) * 16  # every configuration starts a cache line
slope_gradient = torch.ops.aten.leaky_relu_backward.grad_input  # naming the overload saves 3 µs a call


class Parameters(NamedTuple):
    """Views into a buffer (K, ROW) of parameters, gradients or the like."""

    stem: torch.Tensor  # (K, 2, 64): w, then b
    first: torch.Tensor  # (K, 64 out, 65 in)
    second: torch.Tensor  # (K, 64 in, 64 out)
    second_bias: torch.Tensor  # (K, 64, 1)
    third: torch.Tensor  # (K, 64 out, 65 in)
    head: torch.Tensor  # (K, 64, 1)
    head_bias: torch.Tensor  # (K, 1, 1)

    @staticmethod
    def of(buffer):
        shapes = (2, W), (W, W + 1), (W, W), (W, 1), (W, W + 1), (W, 1), (1, 1)
        ends = np.cumsum([math.prod(shape) for shape in shapes])
        return Parameters(*(buffer[:, e - math.prod(s) : e].view(K, *s) for s, e in zip(shapes, ends)))

    def fill(self, layers):
        stem, first, second, third, head = [tuple(map(torch.from_numpy, layer)) for layer in layers]
        self.stem.copy_(torch.stack([stem[0][:, 0], stem[1]]))
        self.first.copy_(torch.cat([first[0], first[1][:, None]], 1))
        self.second.copy_(second[0].T)
        self.second_bias.copy_(second[1][:, None])
        self.third.copy_(torch.cat([third[0], third[1][:, None]], 1))
        self.head.copy_(head[0].T)
        self.head_bias.copy_(head[1])


def empty(*shape):
    """Zeros that start a cache line."""
    size = math.prod(shape)
    memory = torch.zeros(size + 16)
    offset = -memory.data_ptr() // 4 % 16
    return memory[offset : offset + size].view(shape)


class Network:
    """Buffers for batches of n samples, and the products and small sums bound to them."""

    def __init__(self, theta, gradient, n, backend):
        product, total = backend.product, backend.total
        self.theta, self.gradient = theta, gradient
        self.x = torch.ones(2, n)  # x, then the ones of the stem's bias
        a0, self.a1, a2, self.a3 = empty(K, W + 1, n), empty(K, n, W), empty(K, W + 1, n), empty(K, n, W)
        a0[:, W], a2[:, W] = 1, 1
        self.a0, self.a2 = a0[:, :W], a2[:, :W]
        self.error, self.scaled_error = empty(K, n, 1), empty(K, n, 1)
        self.d0, self.d1, self.d2, self.d3 = empty(K, W, n), empty(K, n, W), empty(K, W, n), empty(K, n, W)
        self.mask1, self.mask2, self.mask3 = empty(n, W), empty(W, n), empty(n, W)
        self.factor = 2 / n

        self.stem_forward = backend.stem(theta.stem, self.x, self.a0)
        self.first_forward = product(a0.mT, theta.first.mT, self.a1)
        self.second_forward = product(theta.second.mT, self.a1.mT, self.a2)
        self.third_forward = product(a2.mT, theta.third.mT, self.a3)
        self.head_forward = product(self.a3, theta.head, self.error)

        self.head_gradient = product(self.a3.mT, self.scaled_error, gradient.head)
        self.third_gradient = product(self.d3.mT, a2.mT, gradient.third)
        self.third_backward = product(theta.third[:, :, :W].mT, self.d3.mT, self.d2)
        self.second_gradient = product(self.a1.mT, self.d2.mT, gradient.second)
        self.second_bias_gradient = total(self.d2, gradient.second_bias)
        self.second_backward = product(self.d2.mT, theta.second.mT, self.d1)
        self.first_gradient = product(self.d1.mT, a0.mT, gradient.first)
        self.first_backward = product(theta.first[:, :, :W].mT, self.d1.mT, self.d0)
        self.stem_gradient = backend.stem_gradient(self.d0, self.x, gradient.stem)

    def mask(self, masks):
        first, second, third = torch.from_numpy(masks[:, : len(self.mask1)])
        self.mask1.copy_(first)
        self.mask2.copy_(second.T)
        self.mask3.copy_(third)

    def forward(self, x, y, dropout):
        """Leaves ŷ − y in self.error."""
        activate = torch._C._nn.leaky_relu_
        self.x[0].copy_(x)
        self.stem_forward()
        self.first_forward()
        activate(self.a1, p.SLOPE)
        if dropout:
            self.a1.mul_(self.mask1)
        self.second_forward()
        self.a2.add_(self.theta.second_bias)
        activate(self.a2, p.SLOPE)
        if dropout:
            self.a2.mul_(self.mask2)
        self.third_forward()
        activate(self.a3, p.SLOPE)
        if dropout:
            self.a3.mul_(self.mask3)
        self.head_forward()
        self.error.add_(self.theta.head_bias).sub_(y)

    def backward(self, dropout):
        torch.mul(self.error, self.factor, out=self.scaled_error)
        self.head_gradient()
        torch.sum(self.scaled_error, 1, True, out=self.gradient.head_bias)
        torch.mul(self.scaled_error, self.theta.head.mT, out=self.d3)
        if dropout:
            self.d3.mul_(self.mask3)
        slope_gradient(self.d3, self.a3, p.SLOPE, True, grad_input=self.d3)
        self.third_gradient()
        self.third_backward()
        if dropout:
            self.d2.mul_(self.mask2)
        slope_gradient(self.d2, self.a2, p.SLOPE, True, grad_input=self.d2)
        self.second_gradient()
        self.second_bias_gradient()
        self.second_backward()
        if dropout:
            self.d1.mul_(self.mask1)
        slope_gradient(self.d1, self.a1, p.SLOPE, True, grad_input=self.d1)
        self.first_gradient()
        self.first_backward()
        self.stem_gradient()


class Adam:
    def __init__(self, theta, gradient):
        self.theta, self.gradient = theta, gradient
        self.first, self.second, self.root = empty(K, ROW), empty(K, ROW), empty(K, ROW)
        self.decay = torch.tensor(p.LAMBDAS)[:, None]
        self.t = 0

    def step(self):
        self.t += 1
        g, growth = self.gradient, p.BETA2**-self.t
        c1 = (1 - p.BETA1) / (1 - p.BETA1**self.t)
        c2 = math.sqrt((1 - p.BETA2) / growth / (1 - p.BETA2**self.t))
        torch.addcmul(g, self.theta, self.decay, out=g)
        torch.add(g, self.first, alpha=p.BETA1, out=self.first)
        self.second.addcmul_(g, g, value=growth)
        torch.sqrt(self.second, out=self.root).add_(p.EPSILON / c2)
        self.theta.addcdiv_(self.first, self.root, value=-p.LEARNING_RATE * c1 / c2)


def train(problem, dropout, epochs, backend):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_grad_enabled(False)
    theta, gradient = empty(K, ROW), empty(K, ROW)
    views = Parameters.of(theta), Parameters.of(gradient)
    views[0].fill(problem.layers)
    networks = {}

    def network(n):
        if n not in networks:
            networks[n] = Network(*views, n, backend)
        return networks[n]

    adam, masks = Adam(theta, gradient), problem.masks(dropout)
    x, y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)[:, None]
    held_x = torch.from_numpy(problem.x_validation).split(p.VALIDATION_CHUNK)
    held_y = torch.from_numpy(problem.y_validation)[:, None].split(p.VALIDATION_CHUNK)
    errors, held_errors = torch.empty(K, p.TRAINING, 1), torch.empty(K, p.POINTS - p.TRAINING, 1)
    slots, held_slots = errors.split(p.BATCH, 1), held_errors.split(p.VALIDATION_CHUNK, 1)
    training, validation = [], []
    for epoch in range(epochs):
        order = torch.from_numpy(problem.order(epoch))
        for bx, by, slot in zip(x[order].split(p.BATCH), y[order].split(p.BATCH), slots):
            net = network(len(bx))
            if dropout > 0:
                net.mask(masks.step())
            net.forward(bx, by, dropout > 0)
            slot.copy_(net.error)
            net.backward(dropout > 0)
            adam.step()
        for bx, by, slot in zip(held_x, held_y, held_slots):
            net = network(len(bx))
            net.forward(bx, by, False)
            slot.copy_(net.error)
        training.append(p.batch_means(np.square(errors[:, :, 0].numpy())))
        validation.append(p.batch_means(np.square(held_errors[:, :, 0].numpy())))
    return p.Losses(np.array(training).T, np.array(validation).T)
